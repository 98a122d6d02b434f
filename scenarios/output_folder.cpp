#include "scenarios/output_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "models/base/errors.hpp"

namespace sigdel::scenarios {
namespace fs = std::filesystem;

void check_output_folder(const std::string& folder) {
  std::error_code error;
  fs::path nearest = fs::absolute(folder);
  while (!fs::exists(fs::symlink_status(nearest, error)) && nearest.has_relative_path()) {
    nearest = nearest.parent_path();
  }
  if (!fs::is_directory(nearest, error)) {
    fail("output folder {}: {} is no folder", folder, nearest.string());
  }
  // Asking for permissions is not enough: a file system can be read-only or full.
  std::string trial = (nearest / ".sigdel-XXXXXX").string();
  if (mkdtemp(trial.data()) == nullptr) {
    fail("output folder {}: nothing can be written in {}: {}", folder, nearest.string(), std::strerror(errno));
  }
  rmdir(trial.c_str());
}

}  // namespace sigdel::scenarios
