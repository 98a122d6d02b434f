/// Who may include whom, as data: one row per folder, one row per outside library, one row per forbidden word.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace sigdel::architecture {

using Names = std::span<const std::string_view>;

/// A folder and the folders or files of ours that it may include besides itself. A folder stands for all below it.
struct FolderRule {
  std::string_view folder;
  Names may_include;
};

/// Outside headers, by prefix of what stands between <>, and the folders that may include them.
struct LibraryRule {
  std::string_view header;
  Names folders;
};

/// What no line of code may contain, as a regular expression, except in the given folders.
struct WordRule {
  std::string_view pattern;
  Names except_in;
  std::string_view why;
};

namespace rows {
using Row = std::string_view;
inline constexpr std::array<Row, 1> kEverywhere{""};
inline constexpr std::array<Row, 1> kBase{"models/base"};
inline constexpr std::array<Row, 2> kNetwork{"models/base", "models/network"};
inline constexpr std::array<Row, 3> kQuantised{"models/base", "models/network", "models/quantise"};
inline constexpr std::array<Row, 4> kTuned{"models/base", "models/network", "models/quantise", "models/reference"};
inline constexpr std::array<Row, 1> kModels{"models"};
inline constexpr std::array<Row, 2> kModelsEnergy{"models", "energy"};
inline constexpr std::array<Row, 2> kAnalysis{"models/base", "energy/csv.hpp"};
inline constexpr std::array<Row, 8> kScenarios{"models",
                                               "energy",
                                               "traces",
                                               "sim/core/config.hpp",
                                               "sim/core/off_chip.hpp",
                                               "sim/core/packet.hpp",
                                               "sim/systolic/config.hpp",
                                               "sim/systolic/need.hpp"};
inline constexpr std::array<Row, 2> kPlatform{"models", "sim/core"};

inline constexpr std::array<Row, 2> kYaml{"scenarios", "energy"};
inline constexpr std::array<Row, 4> kJson{"energy", "traces", "scenarios", "sim/cli"};
inline constexpr std::array<Row, 1> kCli{"sim/cli"};
inline constexpr std::array<Row, 1> kImport{"models/import"};
inline constexpr std::array<Row, 2> kReference{"models/reference", "models/tune"};
inline constexpr std::array<Row, 1> kTraces{"traces"};
inline constexpr std::array<Row, 1> kSweep{"scenarios/sweep"};
inline constexpr std::array<Row, 1> kSystemC{"sim/systemc"};
inline constexpr std::array<Row, 2> kVectors{"models/network", "models/reference"};
inline constexpr std::array<Row, 3> kFiles{"scenarios", "sim/cli", "traces"};
inline constexpr std::array<Row, 2> kFileOrPipe{"sim/cli", "traces"};
}  // namespace rows

inline constexpr std::array kFolderRules{
    FolderRule{"models/base", {}},
    FolderRule{"models/network", rows::kBase},
    FolderRule{"models/import", rows::kNetwork},
    FolderRule{"models/quantise", rows::kNetwork},
    FolderRule{"models/reference", rows::kQuantised},
    FolderRule{"models/tune", rows::kTuned},
    FolderRule{"models/mapping", rows::kQuantised},
    FolderRule{"energy", rows::kBase},
    FolderRule{"traces", rows::kModelsEnergy},
    FolderRule{"scenarios/analysis", rows::kAnalysis},
    FolderRule{"scenarios", rows::kScenarios},
    FolderRule{"sim/core", rows::kModels},
    FolderRule{"sim/systolic", rows::kModels},
    FolderRule{"sim/systemc", rows::kPlatform},
    FolderRule{"sim/cli", rows::kEverywhere},
};

/// Headers of the standard library need no row: they have neither a dot nor a slash in their names.
inline constexpr std::array kLibraryRules{
    LibraryRule{"fmt/", rows::kEverywhere},    LibraryRule{"yaml-cpp/", rows::kYaml},
    LibraryRule{"nlohmann/", rows::kJson},     LibraryRule{"CLI/", rows::kCli},
    LibraryRule{"onnx/", rows::kImport},       LibraryRule{"google/protobuf/", rows::kImport},
    LibraryRule{"dnnl.hpp", rows::kReference}, LibraryRule{"dlfcn.h", rows::kReference},
    LibraryRule{"systemc", rows::kSystemC},    LibraryRule{"immintrin.h", rows::kVectors},
    LibraryRule{"unistd.h", rows::kFiles},     LibraryRule{"fnmatch.h", rows::kFiles},
    LibraryRule{"fcntl.h", rows::kFileOrPipe}, LibraryRule{"poll.h", rows::kCli},
    LibraryRule{"spawn.h", rows::kCli},        LibraryRule{"sys/", rows::kFileOrPipe},
    LibraryRule{"libav", rows::kTraces},       LibraryRule{"libsw", rows::kTraces},
    LibraryRule{"muParser.h", rows::kSweep},
};

inline constexpr std::array kWordRules{
    WordRule{R"(std::(cout|cerr|clog)\b)", rows::kCli, "only sim/cli prints; writers get their std::ostream"},
    WordRule{R"(\b(printf|fprintf|puts|putchar)\s*\()", rows::kCli, "only sim/cli prints"},
    WordRule{R"(\bfmt::print\s*\()", rows::kCli, "only sim/cli prints; writers get their std::ostream"},
    WordRule{R"(\b(exit|_exit|quick_exit|abort)\s*\()", rows::kCli, "nobody but main ends the program: throw"},
    WordRule{R"(\b(rand|srand)\s*\(|\brandom_device\b)", {}, "seeds come from the scenario: models/base/random.hpp"},
    WordRule{R"(\bsc_(module|signal|time|core|start)\b)", rows::kSystemC, "SystemC stays in sim/systemc"},
};

}  // namespace sigdel::architecture
