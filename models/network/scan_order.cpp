#include "models/network/scan_order.hpp"

#include <algorithm>

namespace sigdel::network {

ScanOrder::ScanOrder(const IntegerLayer& layer, const Box& box)
    : layer_(&layer),
      box_(box),
      sums_(layer.sums_of(box)),
      per_group_(layer.sums.channels / layer.groups()),
      first_group_(box.channels.begin / per_group_),
      groups_((box.channels.end - 1) / per_group_ - first_group_ + 1),
      first_(std::size_t{box.pixels()} * groups_, kNot),
      touched_(std::size_t{sums_.pixels()} * groups_, 0),
      read_(touched_.size(), 0) {}

std::uint32_t ScanOrder::group_begin(std::uint32_t group) const {
  return std::max((first_group_ + group) * per_group_, box_.channels.begin);
}

std::uint32_t ScanOrder::group_size(std::uint32_t group) const {
  return std::min((first_group_ + group + 1) * per_group_, box_.channels.end) - group_begin(group);
}

void ScanOrder::touch(std::uint32_t row, std::uint32_t column, std::uint32_t columns, const Range& channels) {
  const std::uint32_t pixel = (row - sums_.rows.begin) * sums_.columns.size() + (column - sums_.columns.begin);
  if (groups_ == 1) {
    std::fill_n(touched_.begin() + pixel, columns, std::uint8_t{1});
    return;
  }
  const std::uint32_t group = group_of(channels.begin);
  const std::uint32_t groups = group_of(channels.end - 1) - group + 1;
  auto flag = touched_.begin() + static_cast<std::ptrdiff_t>(std::size_t{pixel} * groups_ + group);
  for (std::uint32_t i = 0; i < columns; ++i, flag += groups_) {
    std::fill_n(flag, groups, std::uint8_t{1});
  }
}

void ScanOrder::visit_all() {
  if (!all_is_planned_) {
    visit(true);
    all_is_planned_ = true;
  }
}

void ScanOrder::visit_touched() {
  visit(false);
  all_is_planned_ = false;
}

void ScanOrder::forget() { std::fill(touched_.begin(), touched_.end(), std::uint8_t{0}); }

/// `rows` and `columns` count from the beginning of the part's accumulators.
bool ScanOrder::is_touched(const Range& rows, const Range& columns, std::uint32_t group) const {
  for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
    for (std::uint32_t column = columns.begin; column < columns.end; ++column) {
      if (touched_[(std::size_t{row} * sums_.columns.size() + column) * groups_ + group] != 0) {
        return true;
      }
    }
  }
  return false;
}

void ScanOrder::visit(bool all) {
  sums_read_ = 0;
  values_ = 0;
  elements_ = 0;
  std::fill(read_.begin(), read_.end(), std::uint8_t{0});
  std::uint32_t* first = first_.data();
  for (std::uint32_t row = box_.rows.begin; row < box_.rows.end; ++row) {
    const Range rows = layer_->window_of(0, row);
    for (std::uint32_t column = box_.columns.begin; column < box_.columns.end; ++column, first += groups_) {
      const Range columns = layer_->window_of(1, column);
      visit_pixel(all, in_part(rows, sums_.rows), in_part(columns, sums_.columns), first);
    }
  }
}

/// Reads what is new in the windows of one pixel's values; `first` has an entry for each of their groups.
void ScanOrder::visit_pixel(bool all, const Range& rows, const Range& columns, std::uint32_t* first) {
  for (std::uint32_t group = 0; group < groups_; ++group) {
    first[group] = all || is_touched(rows, columns, group) ? 0 : kNot;
    if (first[group] != kNot) {
      values_ += group_size(group);
      elements_ += std::uint64_t{group_size(group)} * rows.size() * columns.size();
      // Right for a window of which all has been read before.
      first[group] = sums_read_ - std::min(sums_read_, group_size(group));
    }
  }
  for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
    for (std::uint32_t column = columns.begin; column < columns.end; ++column) {
      std::uint8_t* read = read_.data() + (std::size_t{row} * sums_.columns.size() + column) * groups_;
      for (std::uint32_t group = 0; group < groups_; ++group) {
        if (first[group] != kNot && read[group] == 0) {
          read[group] = 1;
          first[group] = sums_read_;
          sums_read_ += group_size(group);
        }
      }
    }
  }
}

}  // namespace sigdel::network
