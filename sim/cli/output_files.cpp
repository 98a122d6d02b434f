#include "sim/cli/output_files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "models/base/errors.hpp"

namespace sigdel::cli {
namespace fs = std::filesystem;

OutputFiles::OutputFiles(const std::string& folder) : folder_(folder) {
  std::error_code error;
  made_folder_ = fs::create_directories(folder, error);
  if (error) {
    fail("output folder {}: {}", folder, error.message());
  }
}

OutputFiles::~OutputFiles() {
  std::error_code ignored;
  for (const std::string& name : names_) {
    fs::remove(temporary(name), ignored);
  }
  if (made_folder_ && !names_.empty()) {
    fs::remove(folder_, ignored);  // only if empty
  }
}

/// The suffix stays: SystemC wants to add .vcd itself.
std::string OutputFiles::temporary(const std::string& name) const {
  return (fs::path(folder_) / (".unfinished-" + name)).string();
}

std::string OutputFiles::reserve(const std::string& name) {
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

std::vector<std::string> OutputFiles::commit() {
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
  names_.clear();
  return paths;
}

}  // namespace sigdel::cli
