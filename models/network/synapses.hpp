/// The integer weights through which a layer reads one tensor, at their stored width.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "models/network/projection.hpp"

namespace sigdel::network {

/// What travels between layers: a source neuron and the integer it sends (an activation, or its change).
struct Event {
  std::uint32_t source = 0;
  std::int32_t value = 0;

  constexpr bool operator==(const Event&) const = default;
};

/// sum + factor * weight, modulo 2^32 as two's-complement hardware does it; the bound of a layer keeps sums in range.
constexpr std::int32_t multiply_add(std::int32_t sum, std::int32_t factor, std::int32_t weight) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                   static_cast<std::uint32_t>(factor) * static_cast<std::uint32_t>(weight));
}

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

  /// Adds value * weight to all that the event reaches in `box`; `sums` are the box's accumulators, numbered as a
  /// volume of its extents.
  void scatter(const Position& source, std::int32_t value, const Box& box, std::span<std::int32_t> sums) const;

  /// What a neuron of the tensor reaches in the paper's convention: borders are not discounted where a convolution of
  /// stride 1 keeps the image's size, and an identity (a residual connection) is no matrix product.
  [[nodiscard]] std::uint32_t paper_fan_out(const Position& source) const;

 private:
  using Storage = std::variant<std::vector<std::int8_t>, std::vector<std::int16_t>, std::vector<std::int32_t>>;

  std::uint32_t tensor_;
  Projection projection_;
  int bits_;
  Storage weights_;
};

}  // namespace sigdel::network
