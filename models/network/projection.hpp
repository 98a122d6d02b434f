/// Which accumulators a neuron reaches through a convolution, and with which of its weights.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/network/volume.hpp"
#include "models/network/window.hpp"

namespace sigdel::network {

/// The shape of a linear map between two volumes. A fully connected layer is a kernel as large as its input; an
/// identity has one 1 x 1 kernel for each channel.
struct Convolved {
  Volume from;
  Volume to;
  Window window;
  std::uint32_t groups = 1;   ///< divides the channels of both; each group of inputs reaches its group of outputs
  Window::Pair repeat{1, 1};  ///< every source pixel stands for so many rows and columns (nearest-neighbour resize)
  bool is_identity = false;   ///< of a residual connection: 1 x 1, as many groups as channels
};

/// What a coordinate reaches along one axis: targets [begin, end), and the weights' slot for the first of them. The
/// kernel is stored so that the next targets have the next slots.
struct Reach {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t slot = 0;

  /// Only the targets in `range`.
  [[nodiscard]] Reach within(const Range& range) const {
    const std::uint32_t first = std::max(begin, range.begin);
    const std::uint32_t last = std::min(end, range.end);
    return first < last ? Reach{first, last, slot + (first - begin)} : Reach{};
  }
  [[nodiscard]] std::uint32_t size() const { return end - begin; }
};

class Projection {
 public:
  explicit Projection(const Convolved& shape);

  [[nodiscard]] const Convolved& shape() const { return shape_; }
  [[nodiscard]] std::uint32_t inputs_per_group() const { return inputs_per_group_; }
  [[nodiscard]] std::uint32_t outputs_per_group() const { return outputs_per_group_; }

  /// Where the weight of (kernel row, kernel column) between an input channel and output channel `within` of its group
  /// is stored.
  [[nodiscard]] std::size_t weight_index(std::uint32_t channel, std::uint32_t kernel_row, std::uint32_t kernel_column,
                                         std::uint32_t within) const {
    return ((std::size_t{channel} * row_slots_.size() + row_slots_[kernel_row]) * column_slots_.size() +
            column_slots_[kernel_column]) *
               outputs_per_group() +
           within;
  }
  [[nodiscard]] std::size_t weights() const {
    return std::size_t{shape_.from.channels} * row_slots_.size() * column_slots_.size() * outputs_per_group();
  }

  /// Whether it is a plain matrix between two vectors.
  [[nodiscard]] bool is_flat() const { return is_flat_; }
  /// Of one input channel: so far apart are the weights of channels that follow each other.
  [[nodiscard]] std::size_t weights_per_input() const { return weights_per_input_; }

  /// Calls visit(first accumulator's row, its column, columns, weight index of its first channel) for every run of
  /// neighbouring accumulators that a neuron reaches in `box` (of the target volume); channels of the box that lie in
  /// the neuron's group are in `channels`. The weights of the next column's channels are outputs_per_group() behind.
  template <class Visit>
  void for_each_run(const Position& source, const Box& box, const Visit& visit) const {
    const auto vertical = static_cast<std::uint32_t>(shape_.repeat[0]);
    const auto horizontal = static_cast<std::uint32_t>(shape_.repeat[1]);
    for (std::uint32_t i = 0; i < vertical; ++i) {
      const Reach rows = rows_[source.row * vertical + i].within(box.rows);
      for (std::uint32_t j = 0; j < horizontal; ++j) {
        const Reach columns = columns_[source.column * horizontal + j].within(box.columns);
        if (columns.size() == 0) {
          continue;
        }
        for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
          const std::size_t kernel_row =
              std::size_t{source.channel} * row_slots_.size() + rows.slot + (row - rows.begin);
          visit(row, columns.begin, columns.size(),
                (kernel_row * column_slots_.size() + columns.slot) * outputs_per_group());
        }
      }
    }
  }

  /// The first output channel of an input channel's group.
  [[nodiscard]] std::uint32_t first_output(std::uint32_t channel) const {
    return shape_.groups == 1 ? 0 : channel / inputs_per_group_ * outputs_per_group_;
  }

  /// The channels of the neuron's group that lie in the box.
  [[nodiscard]] Range channels_of(std::uint32_t channel, const Range& box) const {
    const std::uint32_t first = first_output(channel);
    const std::uint32_t begin = std::max(first, box.begin);
    const std::uint32_t end = std::min(first + outputs_per_group(), box.end);
    return begin < end ? Range{begin, end} : Range{begin, begin};
  }

  /// How many pixels of the box a source pixel reaches: pairs of weight and target, for one output channel.
  [[nodiscard]] std::uint32_t reached(std::uint32_t row, std::uint32_t column, const Box& box) const;

  /// Accumulators of the box that the neuron reaches.
  [[nodiscard]] std::uint32_t fan_out(const Position& source, const Box& box) const {
    return reached(source.row, source.column, box) * channels_of(source.channel, box.channels).size();
  }

  /// What a neuron reaches in the paper's convention: borders are not discounted where a convolution of
  /// stride 1 keeps the image's size, and an identity (a residual connection) is no matrix product.
  [[nodiscard]] std::uint32_t paper_fan_out(const Position& source) const;

  /// Pairs of a source pixel and a pixel of the box that it reaches, over all source pixels.
  [[nodiscard]] std::uint64_t pairs(const Box& box) const;

  /// The part of the source volume that reaches the box: the hull, where a stride leaves elements out; empty ranges if
  /// nothing does.
  [[nodiscard]] Box sources(const Box& box) const;

  /// Whether anything in those rows (columns) is reached from the source row (column).
  [[nodiscard]] bool reaches_row(std::uint32_t row, const Range& rows) const {
    return reached_along(rows_, row, shape_.repeat[0], rows) > 0;
  }
  [[nodiscard]] bool reaches_column(std::uint32_t column, const Range& columns) const {
    return reached_along(columns_, column, shape_.repeat[1], columns) > 0;
  }

 private:
  static std::uint32_t reached_along(const std::vector<Reach>& reaches, std::uint32_t at, std::int64_t repeat,
                                     const Range& range);

  Convolved shape_;
  std::uint32_t inputs_per_group_;
  std::uint32_t outputs_per_group_;
  std::size_t weights_per_input_;
  bool is_flat_;
  std::vector<std::uint32_t> row_slots_;     // per kernel row
  std::vector<std::uint32_t> column_slots_;  // per kernel column
  std::vector<Reach> rows_;                  // per source row and repetition
  std::vector<Reach> columns_;
};

}  // namespace sigdel::network
