/// Extents of the tensors that integers live on, and how their neurons are numbered.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "models/base/units.hpp"

namespace sigdel::network {

struct Position {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  std::uint32_t channel = 0;

  constexpr auto operator<=>(const Position&) const = default;
};

/// A tensor of fewer than 2^31 neurons; a vector has one pixel. Neurons are numbered pixel by pixel, the channels of a
/// pixel behind each other, so that what one spike of a convolution reaches lies together.
struct Volume {
  std::uint32_t channels = 1;
  std::uint32_t rows = 1;
  std::uint32_t columns = 1;

  constexpr auto operator<=>(const Volume&) const = default;
  [[nodiscard]] constexpr std::uint32_t pixels() const { return rows * columns; }
  [[nodiscard]] constexpr std::uint32_t size() const { return pixels() * channels; }
  [[nodiscard]] constexpr std::uint32_t number_of(const Position& at) const {
    return (at.row * columns + at.column) * channels + at.channel;
  }
  [[nodiscard]] constexpr Position position_of(std::uint32_t neuron) const {
    if (pixels() == 1) {
      return {0, 0, neuron};
    }
    const std::uint32_t pixel = neuron / channels;
    return {pixel / columns, pixel % columns, neuron % channels};
  }
  /// The neuron of element i of the same tensor in C order: channel by channel, as files and PyTorch have it.
  [[nodiscard]] constexpr std::uint32_t number_of_element(std::uint32_t i) const {
    return i % pixels() * channels + i / pixels();
  }
};

/// A part of a volume.
struct Box {
  Range rows;
  Range columns;
  Range channels;

  constexpr auto operator<=>(const Box&) const = default;
  [[nodiscard]] constexpr std::uint32_t pixels() const { return rows.size() * columns.size(); }
  [[nodiscard]] constexpr std::uint32_t size() const { return pixels() * channels.size(); }
  [[nodiscard]] constexpr bool contains(const Position& at) const {
    return at.row >= rows.begin && at.row < rows.end && at.column >= columns.begin && at.column < columns.end &&
           at.channel >= channels.begin && at.channel < channels.end;
  }
};

constexpr bool overlap(const Range& a, const Range& b) { return a.begin < b.end && b.begin < a.end; }

/// Whether they have anything in common.
constexpr bool overlap(const Box& a, const Box& b) {
  return overlap(a.rows, b.rows) && overlap(a.columns, b.columns) && overlap(a.channels, b.channels);
}

constexpr Box whole(const Volume& volume) { return {{0, volume.rows}, {0, volume.columns}, {0, volume.channels}}; }

/// A range of a vector's elements.
constexpr Box elements(const Range& range) { return {{0, 1}, {0, 1}, range}; }

/// "channels 0..63, rows 0..27, columns 0..27", each first to last; a vector's "neurons 0..199".
std::string to_string(const Box& box);

}  // namespace sigdel::network
