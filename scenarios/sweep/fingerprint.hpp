/// What a point's results depend on, as text and as a hash of it.
#pragma once

#include <map>
#include <string>

#include "scenarios/scenario.hpp"

namespace sigdel::scenarios {

/// Texts with all keys that matter, each with its value, the files' contents as hashes in place of their names. Each
/// part contains the one before: points with the same `arithmetic` send the same events, those with the same `activity`
/// count the same on the same machine, those with the same `plan` have the same results.
struct Fingerprint {
  std::string arithmetic;
  std::string activity;
  std::string plan;
};

/// Remembers the hashes of files that it has read.
class Fingerprints {
 public:
  /// `program`: what stands for the program's version and build. `tables_folder`: as for resolve().
  Fingerprints(std::string program, std::string tables_folder)
      : program_(std::move(program)), tables_folder_(std::move(tables_folder)) {}

  /// Throws InputError with place and key for a file that cannot be read.
  Fingerprint of(const Scenario& scenario);

 private:
  std::string content_of(const std::string& file);
  std::string text_of(const Scenario& scenario, const std::string& key_path);

  std::string program_;
  std::string tables_folder_;
  std::map<std::string, std::string> contents_;  ///< by name
};

/// FNV-1a, 64 bits.
std::uint64_t fnv(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325U);
/// 128 bits in 32 hexadecimal digits, for names of files. Results hold their fingerprint: a collision would be seen.
std::string hash_name(const std::string& text);
/// The same of a file's bytes. Throws InputError if it cannot be read.
std::string hash_of_file(const std::string& file);

}  // namespace sigdel::scenarios
