/// The folder of a sweep's results. Every file comes into being whole or not at all.
///   points/HASH.json       the result of a point
///   runs/HASH.json         what a simulation counted, for points that differ in prices
///   recordings/HASH.sigdel what layers send, for points that differ in the machine; until the sweep is done
///   table.csv, table.jsonl all points
#pragma once

#include <optional>
#include <string>

#include "energy/activity_file.hpp"
#include "sim/cli/sweep_columns.hpp"

namespace sigdel::cli {

/// A point that was run: its figures, or why there are none.
struct PointResult {
  Columns columns;  ///< by name, flat
  std::optional<std::string> error{};
};

/// What a simulation found out.
struct CountedRun {
  Columns columns;  ///< in groups, without prices
  energy::ActivityFile activity;
};

class SweepFolder {
 public:
  explicit SweepFolder(std::string path) : path_(std::move(path)) {}

  /// Makes the folder and its parts. Throws InputError if that is not possible.
  void make() const;
  /// Keeps other sweeps out of the folder until this process ends. Throws InputError if one is there already.
  void lock() const;
  /// Keeps the same shard and sweeps of all points out; other shards may work beside it.
  void lock_shard(const std::string& shard) const;
  /// The process that holds the lock, if one does.
  [[nodiscard]] std::optional<int> locked_by() const;
  /// Removes what processes that were killed have left unfinished.
  void clean() const;

  /// What is damaged or was made for another plan counts as not there.
  [[nodiscard]] std::optional<PointResult> read_point(const std::string& name) const;
  [[nodiscard]] std::optional<CountedRun> read_run(const std::string& name) const;

  /// Throw std::system_error if the file cannot be written; nothing is left behind then.
  void write_point(const std::string& name, const std::string& fingerprint, const PointResult& result) const;
  void write_run(const std::string& name, const std::string& fingerprint, const CountedRun& run) const;
  void write(const std::string& file, const std::string& text) const;

  [[nodiscard]] std::string recording(const std::string& name) const;
  /// Where to write a file until finish().
  [[nodiscard]] std::string unfinished(const std::string& file) const;
  void finish(const std::string& file) const;
  void remove_recordings() const;

  [[nodiscard]] std::string in(const std::string& file) const { return path_ + "/" + file; }

 private:
  void take_lock(const std::string& name, short type) const;

  std::string path_;
};

}  // namespace sigdel::cli
