#include "sim/cli/sweep_shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>

#include "models/base/errors.hpp"

namespace sigdel::cli {

std::string Shard::name() const { return fmt::format("{}-of-{}", number, of); }

Shard read_shard(const std::string& text) {
  Shard shard{0, 0};
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.number);
  if (first.ptr != end && *first.ptr == '/') {
    const auto second = std::from_chars(first.ptr + 1, end, shard.of);
    if (second.ec == std::errc{} && second.ptr == end && shard.number >= 1 && shard.number <= shard.of) {
      return shard;
    }
  }
  fail("--shard {}: expected a number and how many there are, as 3/40: the third of 40", text);
}

std::vector<std::size_t> groups_of(const SweepWork& work, const Shard& shard) {
  std::map<std::string, std::size_t> first_of;
  for (std::size_t g = 0; g < work.groups.size(); ++g) {
    first_of.try_emplace(work.groups[g].arithmetic, g);
  }
  std::vector<std::size_t> groups(work.groups.size());
  std::iota(groups.begin(), groups.end(), std::size_t{0});
  std::stable_sort(groups.begin(), groups.end(), [&](std::size_t a, std::size_t b) {
    return first_of.at(work.groups[a].arithmetic) < first_of.at(work.groups[b].arithmetic);
  });
  const auto place = [&](std::size_t number) {
    return groups.begin() + static_cast<std::ptrdiff_t>(number * groups.size() / shard.of);
  };
  return {place(shard.number - 1), place(shard.number)};
}

}  // namespace sigdel::cli
