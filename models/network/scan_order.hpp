/// Which values of a part are visited when it fires, and in which order its accumulators are read for them.
///
/// Values are visited pixel by pixel, the channels of a pixel behind each other. For each the accumulators of its
/// window are read that no earlier value of the scan has read (a line buffer keeps what windows share): a scan reads an
/// accumulator once at most, and without a pool it reads them in their order.
#pragma once

#include <cstdint>
#include <vector>

#include "models/network/integer_network.hpp"

namespace sigdel::network {

class ScanOrder {
 public:
  /// `layer` must outlive it; `box`: the part's values.
  ScanOrder(const IntegerLayer& layer, const Box& box);

  /// All values are visited.
  void visit_all();
  /// Only values with an accumulator in their window that was touched are visited.
  void visit_touched();

  /// Accumulators that an event has reached: pixels of the part's accumulators, for the groups of `channels`.
  void touch(std::uint32_t row, std::uint32_t column, std::uint32_t columns, const Range& channels);
  /// Nothing is touched.
  void forget();
  /// Calls visit(first channel, end) for all channels of the value's pixel whose windows have a touched accumulator,
  /// those of neighbouring groups together.
  template <class Visit>
  void for_each_touched(std::uint32_t row, std::uint32_t column, const Visit& visit) const {
    const Range rows = in_part(layer_->window_of(0, row), sums_.rows);
    const Range columns = in_part(layer_->window_of(1, column), sums_.columns);
    std::uint32_t group = 0;
    while (group < groups_) {
      const std::uint32_t first = group;
      while (group < groups_ && is_touched(rows, columns, group)) {
        ++group;
      }
      if (group > first) {
        visit(group_begin(first), group_begin(group - 1) + group_size(group - 1));
      }
      ++group;
    }
  }
  /// Groups of channels that are touched together, of the part; and the number of a value's pixel and group among all.
  [[nodiscard]] std::size_t units() const { return first_.size(); }
  [[nodiscard]] std::size_t unit_of(const Position& at) const { return index_of(at); }
  [[nodiscard]] bool has_one_group() const { return groups_ == 1; }

  /// Of the last visit: accumulators read, values, and elements of their windows (each value's counted for itself).
  [[nodiscard]] std::uint32_t sums() const { return sums_read_; }
  [[nodiscard]] std::uint32_t values() const { return values_; }
  [[nodiscard]] std::uint64_t elements() const { return elements_; }
  /// Whether the value is visited; its row, column and channel are those of the layer.
  [[nodiscard]] bool visits(const Position& at) const { return first_[index_of(at)] != kNot; }
  /// How many accumulators are read before the one that completes the value.
  [[nodiscard]] std::uint32_t position(const Position& at) const {
    return first_[index_of(at)] + (at.channel - group_begin(group_of(at.channel)));
  }
  [[nodiscard]] const Box& sums_box() const { return sums_; }
  [[nodiscard]] const Box& box() const { return box_; }

 private:
  static constexpr std::uint32_t kNot = 0xffffffff;

  [[nodiscard]] std::uint32_t group_of(std::uint32_t channel) const { return channel / per_group_ - first_group_; }
  [[nodiscard]] std::uint32_t group_begin(std::uint32_t group) const;
  [[nodiscard]] std::uint32_t group_size(std::uint32_t group) const;
  [[nodiscard]] std::size_t index_of(const Position& at) const {
    const std::uint32_t pixel = (at.row - box_.rows.begin) * box_.columns.size() + (at.column - box_.columns.begin);
    return std::size_t{pixel} * groups_ + group_of(at.channel);
  }
  [[nodiscard]] bool is_touched(const Range& rows, const Range& columns, std::uint32_t group) const;
  static Range in_part(const Range& range, const Range& part) {
    return {range.begin - part.begin, range.end - part.begin};
  }
  void visit(bool all);
  void visit_pixel(bool all, const Range& rows, const Range& columns, std::uint32_t* first);

  const IntegerLayer* layer_;
  Box box_;
  Box sums_;
  std::uint32_t per_group_;    // channels that are touched together
  std::uint32_t first_group_;  // of those with a channel in the box
  std::uint32_t groups_;
  bool all_is_planned_ = false;
  std::vector<std::uint32_t> first_;   // per value pixel and group: position of the group's first channel, or kNot
  std::vector<std::uint8_t> touched_;  // per accumulator pixel and group
  std::vector<std::uint8_t> read_;     // likewise, in the scan that is planned
  std::uint32_t sums_read_ = 0;
  std::uint32_t values_ = 0;
  std::uint64_t elements_ = 0;
};

}  // namespace sigdel::network
