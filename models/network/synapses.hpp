/// The integer weights through which a layer reads one tensor, at their stored width.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "models/network/event.hpp"
#include "models/network/multiply_add.hpp"
#include "models/network/projection.hpp"

namespace sigdel::network {

class Synapses {
 public:
  /// `values` by input channel, kernel row, kernel column and output channel of the input's group, each inside the
  /// signed range of `bits`: 8, 16 or 32. `tensor` is the number of the tensor that they read.
  Synapses(std::uint32_t tensor, const Convolved& shape, int bits, std::span<const std::int32_t> values);

  [[nodiscard]] std::uint32_t tensor() const { return tensor_; }
  [[nodiscard]] const Projection& projection() const { return projection_; }
  [[nodiscard]] const Volume& from() const { return projection_.shape().from; }
  [[nodiscard]] const Volume& to() const { return projection_.shape().to; }
  [[nodiscard]] int bits() const { return bits_; }
  /// Memory that the weights take.
  [[nodiscard]] std::size_t bytes() const;
  /// In the order of the constructor.
  [[nodiscard]] std::vector<std::int32_t> values() const;

  /// Adds value * weight to all that events of one pixel reach in `part`; their source is the channel. `sums` are the
  /// accumulators of `box`, numbered as a volume of its extents; the part lies in the box. `are_short`: all values fit
  /// 16 bits.
  void scatter(std::uint32_t row, std::uint32_t column, std::span<const Event> events, bool are_short, const Box& box,
               const Box& part, std::span<std::int32_t> sums) const;
  /// The same of one event in the whole box.
  void scatter(const Position& source, std::int32_t value, const Box& box, std::span<std::int32_t> sums) const;

  [[nodiscard]] std::uint32_t paper_fan_out(const Position& source) const { return projection_.paper_fan_out(source); }

 private:
  using Storage = std::variant<std::vector<std::int8_t>, std::vector<std::int16_t>, std::vector<std::int32_t>>;

  std::uint32_t tensor_;
  Projection projection_;
  int bits_;
  Storage weights_;
};

}  // namespace sigdel::network
