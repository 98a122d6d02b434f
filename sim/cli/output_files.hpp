/// The files of a run: all or none.
#pragma once

#include <string>
#include <vector>

namespace sigdel::cli {

/// Collects files under temporary names in the output folder and gives them their own at the end. What is not
/// committed is removed, and so is every folder that was made for them.
class OutputFiles {
 public:
  explicit OutputFiles(const std::string& folder);
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  /// Where to write the file `name` until commit().
  std::string reserve(const std::string& name);
  /// Writes a whole file. Throws InputError if that fails.
  void write(const std::string& name, const std::string& text);
  /// Renames all files to their names and returns their paths. Those of the names in `stale` that are not among them
  /// belong to an earlier run and are removed.
  std::vector<std::string> commit(const std::vector<std::string>& stale);

 private:
  void remove_made_folders() const;
  [[nodiscard]] std::string temporary(const std::string& name) const;

  std::string folder_;
  std::vector<std::string> made_folders_;  ///< the innermost first
  std::vector<std::string> names_;
};

}  // namespace sigdel::cli
