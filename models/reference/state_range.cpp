#include "models/reference/state_range.hpp"

#include <algorithm>
#include <cstdlib>

#include "models/base/errors.hpp"

namespace sigdel::reference {
namespace {

std::int64_t largest_of(std::span<const std::int32_t> values) {
  std::int64_t largest = 0;
  for (const std::int32_t value : values) {
    largest = std::max(largest, std::abs(std::int64_t{value}));
  }
  return largest;
}

/// At most so much is added to any state: all events times the largest weight, or a window of the pixel that sends
/// most.
std::int64_t most_added(const network::Convolved& shape, const network::PixelEvents& events, std::int64_t weight) {
  std::int64_t all = 0;
  std::int64_t most = 0;
  for (const network::PixelEvents::Pixel& pixel : events.pixels()) {
    const auto magnitude = static_cast<std::int64_t>(pixel.magnitude);
    all += magnitude;
    most = std::max(most, magnitude);
  }
  return std::min(all, most * shape.window.kernel[0] * shape.window.kernel[1]) * weight;
}

}  // namespace

StateRange::StateRange(const network::IntegerLayer& layer) : layer_(&layer) {
  for (const network::Synapses& synapses : layer.synapses) {
    largest_weights_.push_back(largest_of(synapses.values()));
  }
  reset();
}

void StateRange::reset() { most_ = largest_of(layer_->bias); }

void StateRange::add(std::size_t input, const network::PixelEvents& events, std::span<const std::int32_t> states) {
  const std::int64_t added = most_added(layer_->synapses[input].projection().shape(), events, largest_weights_[input]);
  if (most_ + added > layer_->bound) {
    most_ = largest_of(states);
  }
  most_ += added;
  if (most_ > layer_->bound) {
    fail(
        "layer '{}': its states may leave their width: up to {} after the next messages, and {} fit. The frames, or "
        "the "
        "drift of messages whose dropped bits are lost, ask too much of this network",
        layer_->name, most_, layer_->bound);
  }
}

}  // namespace sigdel::reference
