/// The checker can fail: every rule is broken once here, on made-up files.
#include <gmock/gmock.h>

#include "tests/architecture/include_checker.hpp"
#include "tests/architecture/include_rules.hpp"

namespace sigdel::architecture {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Snippet {
  std::string_view path;
  std::string_view text;
};

/// CTest's names are made of it: they must be the same in every process.
std::ostream& operator<<(std::ostream& out, const Snippet& snippet) { return out << snippet.path; }

class Forbidden : public testing::TestWithParam<Snippet> {};
class Allowed : public testing::TestWithParam<Snippet> {};

TEST_P(Forbidden, IsFound) { EXPECT_THAT(violations(GetParam().path, GetParam().text), testing::SizeIs(1)); }
TEST_P(Allowed, IsNotFound) { EXPECT_THAT(violations(GetParam().path, GetParam().text), IsEmpty()); }

INSTANTIATE_TEST_SUITE_P(OurFolders, Forbidden,
                         testing::Values(Snippet{"models/base/units.hpp", "#include \"models/network/graph.hpp\""},
                                         Snippet{"models/network/graph.cpp", "#include \"models/quantise/fold.hpp\""},
                                         Snippet{"models/reference/executor.cpp",
                                                 "#include \"models/import/onnx.hpp\""},
                                         Snippet{"models/mapping/mapping.cpp", "#include \"sim/core/config.hpp\""},
                                         Snippet{"energy/price.cpp", "#include \"models/network/graph.hpp\""},
                                         Snippet{"energy/price.cpp", "#include \"sim/core/config.hpp\""},
                                         Snippet{"traces/frames.cpp", "#include \"scenarios/plan.hpp\""},
                                         Snippet{"scenarios/plan.hpp", "#include \"sim/core/router.hpp\""},
                                         Snippet{"scenarios/plan.hpp", "#include \"sim/systemc/platform.hpp\""},
                                         Snippet{"sim/core/core.hpp", "#include \"sim/systemc/platform.hpp\""},
                                         Snippet{"sim/core/core.hpp", "#include \"energy/table.hpp\""},
                                         Snippet{"sim/systemc/platform.hpp", "#include \"traces/frames.hpp\""},
                                         Snippet{"sim/systemc/platform.hpp", "#include \"scenarios/plan.hpp\""},
                                         Snippet{"sim/systemc/platform.hpp", "#include \"sim/cli/run.hpp\""},
                                         Snippet{"sim/cli/run.hpp", "#include \"tests/support/random_network.hpp\""},
                                         Snippet{"models/network/graph.cpp", "#include \"graph.hpp\""},
                                         Snippet{"models/network/graph.cpp", "  #  include   \"sim/core/core.hpp\""},
                                         Snippet{"models/undreamt/of.hpp", "#include <vector>"}));

INSTANTIATE_TEST_SUITE_P(Libraries, Forbidden,
                         testing::Values(Snippet{"models/network/graph.cpp", "#include <systemc>"},
                                         Snippet{"sim/core/core.cpp", "#include <systemc.h>"},
                                         Snippet{"sim/cli/main.cpp", "#include <systemc>"},
                                         Snippet{"models/quantise/fold.cpp", "#include <onnx/onnx_pb.h>"},
                                         Snippet{"models/import/onnx.cpp", "#include <dnnl.hpp>"},
                                         Snippet{"models/network/graph.cpp", "#include <yaml-cpp/yaml.h>"},
                                         Snippet{"models/network/graph.cpp", "#include <nlohmann/json.hpp>"},
                                         Snippet{"scenarios/keys.cpp", "#include <CLI/CLI.hpp>"},
                                         Snippet{"energy/table.cpp", "#include <sys/stat.h>"},
                                         Snippet{"sim/cli/main.cpp", "#include <boost/process.hpp>"}));

INSTANTIATE_TEST_SUITE_P(Words, Forbidden,
                         testing::Values(Snippet{"sim/core/core.cpp", "std::cout << 1;"},
                                         Snippet{"sim/core/core.cpp", "std::cerr << 1;"},
                                         Snippet{"energy/price.cpp", "  std::printf(\"x\");"},
                                         Snippet{"energy/price.cpp", "fmt::print(\"x\");"},
                                         Snippet{"traces/frames.cpp", "std::exit(1);"},
                                         Snippet{"models/network/graph.cpp", "int i = rand();"},
                                         Snippet{"sim/cli/run.cpp", "std::random_device device;"},
                                         Snippet{"sim/core/core.hpp", "sc_core::sc_module_name name;"}));

INSTANTIATE_TEST_SUITE_P(
    OfTheTables, Allowed,
    testing::Values(Snippet{"models/base/units.hpp", "#include <vector>\n#include <fmt/format.h>"},
                    Snippet{"models/base/units.cpp", "#include \"models/base/units.hpp\""},
                    Snippet{"models/import/onnx.cpp", "#include <onnx/onnx_pb.h>"},
                    Snippet{"energy/table.cpp", "#include <yaml-cpp/yaml.h>\n#include \"models/base/units.hpp\""},
                    Snippet{"scenarios/plan.hpp", "#include \"sim/core/config.hpp\"\n#include \"traces/frames.hpp\""},
                    Snippet{"sim/core/core.cpp", "#include \"models/mapping/mapping.hpp\""},
                    Snippet{"sim/systemc/platform.hpp", "#include <systemc>\n#include \"sim/core/core.hpp\""},
                    Snippet{"sim/cli/main.cpp",
                            "#include <CLI/CLI.hpp>\n#include \"energy/price.hpp\"\nstd::cout << 1;"},
                    Snippet{"sim/core/core.cpp", "// std::cout\n/* printf(\n#include <systemc>\n*/ int x;"},
                    Snippet{"sim/core/core.cpp", "std::snprintf(buffer, 8, \"x\"); on_exit(1); strand();"}));

TEST(IncludeChecker, NamesFileLineAndReason) {
  EXPECT_THAT(violations("sim/core/core.cpp", "\n\n#include <systemc>\nint i;\nstd::cout << i;\n"),
              ElementsAre(HasSubstr("sim/core/core.cpp:3: <systemc> may be included only in sim/systemc"),
                          HasSubstr("sim/core/core.cpp:5: only sim/cli prints")));
}

TEST(IncludeChecker, KeepsLineNumbersWhenItDropsComments) {
  EXPECT_EQ(without_comments("a // b\n/* c\nd */ e"), "a \n\n e");
}

TEST(IncludeChecker, LeavesCommentMarksInStringsAlone) {
  EXPECT_EQ(without_comments(R"(f("http://x", '"', "a\"//b");)"), R"(f("http://x", '"', "a\"//b");)");
}

}  // namespace
}  // namespace sigdel::architecture
