#include "models/network/synapses.hpp"

namespace sigdel::network {
namespace {

/// Calls visit(weight index, index in constructor's order) for every weight.
template <class Visit>
void for_each_weight(const Projection& projection, const Visit& visit) {
  const Convolved& shape = projection.shape();
  std::size_t i = 0;
  for (std::uint32_t channel = 0; channel < shape.from.channels; ++channel) {
    for (std::uint32_t row = 0; row < shape.window.kernel[0]; ++row) {
      for (std::uint32_t column = 0; column < shape.window.kernel[1]; ++column) {
        const std::size_t first = projection.weight_index(channel, row, column, 0);
        for (std::uint32_t j = 0; j < projection.outputs_per_group(); ++j) {
          visit(first + j, i++);
        }
      }
    }
  }
}

template <class Weight>
std::vector<Weight> stored(const Projection& projection, std::span<const std::int32_t> values) {
  std::vector<Weight> weights(values.size());
  for_each_weight(projection,
                  [&](std::size_t at, std::size_t i) { weights[at] = static_cast<Weight>(values[i]); });
  return weights;
}

template <class Weight>
void add_scaled(const Weight* weights, std::int32_t factor, std::size_t n, std::int32_t* sums) {
  for (std::size_t j = 0; j < n; ++j) {
    sums[j] = multiply_add(sums[j], factor, weights[j]);
  }
}

}  // namespace

Synapses::Synapses(std::uint32_t tensor, const Convolved& shape, int bits, std::span<const std::int32_t> values)
    : tensor_(tensor), projection_(shape), bits_(bits) {
  if (bits == 8) {
    weights_ = stored<std::int8_t>(projection_, values);
  } else if (bits == 16) {
    weights_ = stored<std::int16_t>(projection_, values);
  } else {
    weights_ = stored<std::int32_t>(projection_, values);
  }
}

std::size_t Synapses::bytes() const {
  return std::visit([](const auto& v) { return v.capacity() * sizeof v[0]; }, weights_);
}

std::vector<std::int32_t> Synapses::values() const {
  return std::visit(
      [&](const auto& weights) {
        std::vector<std::int32_t> values(weights.size());
        for_each_weight(projection_, [&](std::size_t at, std::size_t i) { values[i] = weights[at]; });
        return values;
      },
      weights_);
}

void Synapses::scatter(const Position& source, std::int32_t value, const Box& box,
                       std::span<std::int32_t> sums) const {
  const Range channels = projection_.channels_of(source.channel, box.channels);
  const std::size_t outputs = projection_.outputs_per_group();
  const std::size_t skipped = channels.begin % outputs;  // of the group
  const bool in_one = channels.size() == box.channels.size() && channels.size() == outputs;
  std::visit(
      [&](const auto& weights) {
        projection_.for_each_run(
            source, box, [&](std::uint32_t row, std::uint32_t column, std::uint32_t columns, std::size_t weight) {
              const std::size_t pixel =
                  std::size_t{row - box.rows.begin} * box.columns.size() + (column - box.columns.begin);
              std::int32_t* sum = sums.data() + pixel * box.channels.size() + (channels.begin - box.channels.begin);
              const auto* first = weights.data() + weight + skipped;
              if (in_one) {
                add_scaled(first, value, columns * outputs, sum);
                return;
              }
              for (std::uint32_t i = 0; i < columns; ++i) {
                add_scaled(first + i * outputs, value, channels.size(), sum + std::size_t{i} * box.channels.size());
              }
            });
      },
      weights_);
}

std::uint32_t Synapses::paper_fan_out(const Position& source) const {
  const Convolved& shape = projection_.shape();
  if (shape.is_identity) {
    return 0;
  }
  const auto repeat = static_cast<std::uint32_t>(shape.repeat[0] * shape.repeat[1]);
  const bool same = shape.window.stride == Window::Pair{1, 1} && shape.from.rows * shape.repeat[0] == shape.to.rows &&
                    shape.from.columns * shape.repeat[1] == shape.to.columns;
  if (same) {
    return repeat * projection_.outputs_per_group() *
           static_cast<std::uint32_t>(shape.window.kernel[0] * shape.window.kernel[1]);
  }
  return projection_.fan_out(source, whole(shape.to));
}

}  // namespace sigdel::network
