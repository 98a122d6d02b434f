#include "models/network/synapses.hpp"

#include "models/network/add_products.hpp"

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
  for_each_weight(projection, [&](std::size_t at, std::size_t i) { weights[at] = static_cast<Weight>(values[i]); });
  return weights;
}

/// Where a run of accumulators and of weights begins, and the ranges of what it covers.
struct Run {
  std::uint32_t columns = 0;
  std::size_t weight = 0;       ///< of channel 0
  bool are_short = false;       ///< the events' values
  std::int32_t* sum = nullptr;  ///< the first column's first channel of the box
};

/// Events of one pixel whose channels lie in one group, on a run.
template <class Weight>
void add_group(const Projection& projection, const Weight* weights, std::span<const Event> events, const Run& run,
               const Box& box, const Range& part) {
  const Range channels = projection.channels_of(events.front().source, part);
  const std::size_t outputs = projection.outputs_per_group();
  const std::size_t stride = projection.weights_per_input();
  const Weight* first = weights + run.weight + (channels.begin - projection.first_output(events.front().source));
  std::int32_t* sum = run.sum + (channels.begin - box.channels.begin);
  if (channels.size() == outputs && box.channels.size() == outputs) {
    add_products(first, stride, events, run.are_short, run.columns * outputs, sum);
    return;
  }
  for (std::uint32_t i = 0; i < run.columns; ++i, first += outputs, sum += box.channels.size()) {
    add_products(first, stride, events, run.are_short, channels.size(), sum);
  }
}

/// Every input channel reaches one output channel.
template <class Weight>
void add_depthwise(const Projection& projection, const Weight* weights, std::span<const Event> events, const Run& run,
                   const Box& box, const Range& part) {
  const std::size_t stride = projection.weights_per_input();
  for (const Event& event : events) {
    if (event.source < part.begin || event.source >= part.end) {
      continue;
    }
    const Weight* weight = weights + run.weight + event.source * stride;
    std::int32_t* sum = run.sum + (event.source - box.channels.begin);
    for (std::uint32_t i = 0; i < run.columns; ++i, sum += box.channels.size()) {
      *sum = multiply_add(*sum, event.value, weight[i]);
    }
  }
}

template <class Weight>
void add_run(const Projection& projection, const Weight* weights, std::span<const Event> events, const Run& run,
             const Box& box, const Range& part) {
  const std::uint32_t inputs = projection.inputs_per_group();
  if (projection.shape().groups == 1) {
    add_group(projection, weights, events, run, box, part);
    return;
  }
  if (inputs == 1 && projection.outputs_per_group() == 1) {
    add_depthwise(projection, weights, events, run, box, part);
    return;
  }
  while (!events.empty()) {
    const std::uint32_t group = events.front().source / inputs;
    std::size_t n = 1;
    while (n < events.size() && events[n].source / inputs == group) {
      ++n;
    }
    add_group(projection, weights, events.first(n), run, box, part);
    events = events.subspan(n);
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

void Synapses::scatter(std::uint32_t row, std::uint32_t column, std::span<const Event> events, bool are_short,
                       const Box& box, const Box& part, std::span<std::int32_t> sums) const {
  if (events.empty()) {
    return;
  }
  std::visit(
      [&](const auto& weights) {
        projection_.for_each_run({row, column, 0}, part,
                                 [&](std::uint32_t to, std::uint32_t first, std::uint32_t columns, std::size_t weight) {
                                   const std::size_t pixel = std::size_t{to - box.rows.begin} * box.columns.size() +
                                                             (first - box.columns.begin);
                                   const Run run{columns, weight, are_short, sums.data() + pixel * box.channels.size()};
                                   add_run(projection_, weights.data(), events, run, box, part.channels);
                                 });
      },
      weights_);
}

void Synapses::scatter(const Position& source, std::int32_t value, const Box& box, std::span<std::int32_t> sums) const {
  const Event event{source.channel, value};
  if (!projection_.is_flat()) {
    scatter(source.row, source.column, {&event, 1}, false, box, box, sums);
    return;
  }
  std::visit(
      [&](const auto& weights) {
        add_products(weights.data() + box.channels.begin, projection_.outputs_per_group(), {&event, 1}, false,
                     sums.size(), sums.data());
      },
      weights_);
}

}  // namespace sigdel::network
