/// A small cache of lines of an off-chip memory, the least recently used one makes room.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>

namespace sigdel::sim {

/// Fully associative; knows which lines it holds and which were changed, not what is in them.
class RowCache {
 public:
  explicit RowCache(std::uint32_t lines) : lines_(lines) {}

  /// Uses a line; false if it was not there. Then it is now, and `evicted` is a changed line that had to be written
  /// back for it.
  bool use(std::uint64_t line, bool changes, std::optional<std::uint64_t>& evicted);

  /// Forgets lines [first, end); calls write(line) for those that were changed, in ascending order.
  template <class Write>
  void drop(std::uint64_t first, std::uint64_t end, const Write& write) {
    for (std::uint64_t line = first; line < end; ++line) {
      const auto found = at_.find(line);
      if (found == at_.end()) {
        continue;
      }
      if (found->second->changed) {
        write(line);
      }
      order_.erase(found->second);
      at_.erase(found);
    }
  }

  [[nodiscard]] std::uint32_t lines() const { return lines_; }

 private:
  struct Line {
    std::uint64_t number = 0;
    bool changed = false;
  };

  std::uint32_t lines_;
  std::list<Line> order_;  // the last used one first
  std::unordered_map<std::uint64_t, std::list<Line>::iterator> at_;
};

}  // namespace sigdel::sim
