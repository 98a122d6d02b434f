#include "sim/core/off_chip.hpp"

#include <algorithm>

namespace sigdel::sim {

OffChip::OffChip(const network::IntegerLayer& layer, const network::Box& box, std::uint32_t accumulator_bits,
                 std::optional<std::uint64_t> weights, std::optional<std::uint64_t> states)
    : layer_(&layer),
      box_(box),
      sums_(layer.sums_of(box)),
      accumulator_bytes_(accumulator_bits / 8),
      weights_(weights),
      states_(states) {
  std::uint64_t at = 0;
  for (const network::Synapses& synapses : layer.synapses) {
    input_at_.push_back(at);
    const std::uint64_t taps = synapses.projection().weights() / synapses.projection().outputs_per_group();
    at += taps * channels_of(synapses) * static_cast<std::uint64_t>(synapses.bits() / 8);
  }
  input_at_.push_back(at);
}

/// Of one input channel, at most.
std::uint32_t OffChip::channels_of(const network::Synapses& synapses) const {
  return std::min(synapses.projection().outputs_per_group(), box_.channels.size());
}

std::uint64_t OffChip::weight_bytes() const { return input_at_.back(); }

std::uint64_t OffChip::state_bytes() const {
  return std::uint64_t{sums_.size()} * accumulator_bytes_ + layer_->last_sent_bits() / 8 * std::uint64_t{box_.size()};
}

void OffChip::event(std::size_t input, const network::Position& source, std::vector<Bytes>& read,
                    std::vector<Bytes>& modified) const {
  const network::Synapses& synapses = layer_->synapses[input];
  const network::Projection& projection = synapses.projection();
  const Range channels = projection.channels_of(source.channel, sums_.channels);
  const auto weight_width = static_cast<std::uint64_t>(synapses.bits() / 8);
  const bool all_channels = channels.size() == sums_.channels.size();
  projection.for_each_run(
      source, sums_, [&](std::uint32_t row, std::uint32_t column, std::uint32_t columns, std::size_t weight) {
        if (weights_) {
          const std::uint64_t tap = weight / projection.outputs_per_group();
          read.push_back({*weights_ + input_at_[input] + tap * channels_of(synapses) * weight_width,
                          std::uint64_t{columns} * channels_of(synapses) * weight_width});
        }
        if (!states_) {
          return;
        }
        const std::uint64_t pixel =
            std::uint64_t{row - sums_.rows.begin} * sums_.columns.size() + (column - sums_.columns.begin);
        const std::uint64_t first = pixel * sums_.channels.size() + (channels.begin - sums_.channels.begin);
        const std::uint32_t pieces = all_channels ? 1 : columns;
        const std::uint64_t size = std::uint64_t{channels.size()} * (all_channels ? columns : 1) * accumulator_bytes_;
        for (std::uint32_t i = 0; i < pieces; ++i) {
          modified.push_back(
              {*states_ + (first + std::uint64_t{i} * sums_.channels.size()) * accumulator_bytes_, size});
        }
      });
}

std::uint64_t OffChip::most_lines(std::uint32_t line_bytes) const {
  std::uint64_t most = 0;
  const auto lines = [&](std::uint64_t bytes) { return (bytes + line_bytes - 2) / line_bytes + 1; };
  for (const network::Synapses& synapses : layer_->synapses) {
    const network::Convolved& shape = synapses.projection().shape();
    const auto along = [&](std::size_t axis, const Range& sums) {
      const auto kernel = shape.window.kernel[axis];
      const auto stride = shape.window.stride[axis];
      return std::min<std::uint64_t>(static_cast<std::uint64_t>((kernel + stride - 1) / stride), sums.size());
    };
    const std::uint64_t rows = along(0, sums_.rows) * static_cast<std::uint64_t>(shape.repeat[0]);
    const std::uint64_t runs = rows * static_cast<std::uint64_t>(shape.repeat[1]);
    const std::uint64_t columns = along(1, sums_.columns);
    const std::uint64_t channels = channels_of(synapses);
    const bool all_channels = channels == sums_.channels.size();
    std::uint64_t sum = 0;
    sum += weights_ ? runs * lines(columns * channels * static_cast<std::uint64_t>(synapses.bits() / 8)) : 0;
    if (states_) {
      sum += all_channels ? runs * lines(columns * channels * accumulator_bytes_)
                          : runs * columns * lines(channels * accumulator_bytes_);
    }
    most = std::max(most, sum);
  }
  return most;
}

}  // namespace sigdel::sim
