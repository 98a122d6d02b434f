/// A part of a sweep's points, for a process among many.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/cli/sweep_work.hpp"

namespace sigdel::cli {

struct Shard {
  std::size_t number = 1;  ///< from 1
  std::size_t of = 1;

  [[nodiscard]] bool is_all() const { return of == 1; }
  [[nodiscard]] std::string name() const;  ///< "3-of-40"
};

/// "3/40". Throws InputError if that is no shard.
Shard read_shard(const std::string& text);

/// Its groups: groups with the same arithmetic stand side by side, all are cut into as many slices of the same length
/// as there are shards, give or take one group. A function of the sweep alone: shards have nothing in common, and all
/// together have all groups.
std::vector<std::size_t> groups_of(const SweepWork& work, const Shard& shard);

}  // namespace sigdel::cli
