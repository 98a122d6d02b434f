#include "sim/cli/output_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "models/base/errors.hpp"

namespace sigdel::cli {
namespace fs = std::filesystem;

OutputFiles::OutputFiles(const std::string& folder) : folder_(folder) {
  std::error_code error;
  for (fs::path path = fs::absolute(folder); !fs::exists(path, error) && path.has_relative_path();
       path = path.parent_path()) {
    made_folders_.push_back(path.string());
  }
  fs::create_directories(folder, error);
  if (error) {
    remove_made_folders();
    fail("output folder {}: {}", folder, error.message());
  }
}

OutputFiles::~OutputFiles() {
  std::error_code ignored;
  for (const std::string& name : names_) {
    fs::remove(temporary(name), ignored);
  }
  remove_made_folders();
}

void OutputFiles::remove_made_folders() const {
  std::error_code ignored;
  for (const std::string& folder : made_folders_) {
    fs::remove(folder, ignored);  // only if empty
  }
}

/// The suffix stays: SystemC wants to add .vcd itself.
std::string OutputFiles::temporary(const std::string& name) const {
  return (fs::path(folder_) / (".unfinished-" + name)).string();
}

std::string OutputFiles::reserve(const std::string& name) {
  const fs::path path = fs::path(folder_) / name;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    fail("{}: there is a folder where this file should go", path.string());
  }
  names_.push_back(name);
  return temporary(name);
}

void OutputFiles::write(const std::string& name, const std::string& text) {
  const std::string path = reserve(name);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    fail("{}: {}", (fs::path(folder_) / name).string(), std::strerror(errno));
  }
}

std::vector<std::string> OutputFiles::commit(const std::vector<std::string>& stale) {
  std::vector<std::string> paths;
  for (const std::string& name : names_) {
    const std::string path = (fs::path(folder_) / name).string();
    std::error_code error;
    fs::rename(temporary(name), path, error);
    if (error) {
      fail("{}: {}", path, error.message());
    }
    paths.push_back(path);
  }
  for (const std::string& name : stale) {
    const fs::path path = fs::path(folder_) / name;
    std::error_code error;
    if (std::find(names_.begin(), names_.end(), name) == names_.end() && !fs::is_directory(path, error)) {
      fs::remove(path, error);
      if (error) {
        fail("{}: {}; it is of an earlier run", path.string(), error.message());
      }
    }
  }
  names_.clear();
  made_folders_.clear();
  return paths;
}

}  // namespace sigdel::cli
