#include "sim/core/row_cache.hpp"

namespace sigdel::sim {

bool RowCache::use(std::uint64_t line, bool changes, std::optional<std::uint64_t>& evicted) {
  evicted.reset();
  if (const auto found = at_.find(line); found != at_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    found->second->changed = found->second->changed || changes;
    return true;
  }
  if (at_.size() == lines_) {
    if (order_.back().changed) {
      evicted = order_.back().number;
    }
    at_.erase(order_.back().number);
    order_.pop_back();
  }
  order_.push_front({line, changes});
  at_[line] = order_.begin();
  return false;
}

}  // namespace sigdel::sim
