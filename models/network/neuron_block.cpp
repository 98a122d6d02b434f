#include "models/network/neuron_block.hpp"

#include <algorithm>
#include <limits>

#include "models/network/recorded_layer.hpp"

namespace sigdel::network {

NeuronBlock::NeuronBlock(const IntegerLayer& layer, Mode mode, const Box& box, Scan scan, RecordedLayer* recorded)
    : layer_(&layer),
      mode_(mode),
      visits_all_(scan == Scan::kAll || !sends_changes(mode) || layer.is_output),
      recorded_(recorded),
      order_(layer, box),
      accumulators_(recorded == nullptr ? order_.sums_box().size() : 0),
      sender_(mode, recorded == nullptr ? box.size() : 0),
      saturated_(recorded == nullptr && !visits_all_ ? box.size() : 0) {
  reset();
}

void NeuronBlock::reset() {
  fired_ = 0;
  is_first_ = true;
  restart();
  sender_.reset();
  std::fill(saturated_.begin(), saturated_.end(), 0U);
  saturations_ = 0;
}

/// Accumulators at the bias.
void NeuronBlock::restart() {
  const Range& channels = order_.sums_box().channels;
  for (std::size_t i = 0; i < accumulators_.size(); i += channels.size()) {
    std::copy_n(layer_->bias.begin() + channels.begin, channels.size(),
                accumulators_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void NeuronBlock::integrate(std::size_t input, const Event& event) {
  const Synapses& synapses = layer_->synapses[input];
  const Position source = synapses.from().position_of(event.source);
  if (recorded_ == nullptr) {
    synapses.scatter(source, event.value, order_.sums_box(), accumulators_);
  }
  if (visits_all_) {
    return;
  }
  const Range channels = synapses.projection().channels_of(source.channel, box().channels);
  if (layer_->groups() == 1) {
    synapses.projection().for_each_run(
        source, sums_box(), [&](std::uint32_t row, std::uint32_t column, std::uint32_t columns, std::size_t) {
          order_.touch(row, column, columns, box().channels.begin);
        });
    return;
  }
  for (std::uint32_t channel = channels.begin; channel < channels.end; ++channel) {
    synapses.projection().for_each_run(
        source, sums_box(), [&](std::uint32_t row, std::uint32_t column, std::uint32_t columns, std::size_t) {
          order_.touch(row, column, columns, channel);
        });
  }
}

Fired NeuronBlock::fire(std::vector<Event>& events) {
  if (visits_all_ || is_first_) {
    order_.visit_all();
  } else {
    order_.visit_touched();
  }
  is_first_ = false;
  const auto saturations = recorded_ == nullptr
                               ? calculate(events)
                               : static_cast<std::uint32_t>(recorded_->take(fired_, *layer_, box(), events));
  ++fired_;
  return {order_.sums(), order_.values(), order_.elements(), saturations};
}

/// Sends; returns the saturations of all values.
std::uint32_t NeuronBlock::calculate(std::vector<Event>& events) {
  std::uint32_t visited = 0;  // saturations
  std::uint32_t local = 0;
  const Box& values = box();
  for (std::uint32_t row = values.rows.begin; row < values.rows.end; ++row) {
    for (std::uint32_t column = values.columns.begin; column < values.columns.end; ++column) {
      for (std::uint32_t channel = values.channels.begin; channel < values.channels.end; ++channel, ++local) {
        const Position at{row, column, channel};
        if (!order_.visits(at)) {
          continue;
        }
        const std::uint32_t saturations = send(at, local, events);
        visited += saturations;
        if (!saturated_.empty()) {
          saturations_ += saturations - saturated_[local];
          saturated_[local] = saturations;
        }
      }
    }
  }
  if (!sends_changes(mode_)) {
    restart();
  }
  return saturated_.empty() ? visited : saturations_;
}

/// What one value has to say; returns its saturations.
std::uint32_t NeuronBlock::send(const Position& at, std::uint32_t local, std::vector<Event>& events) {
  if (layer_->is_output) {
    events.push_back({layer_->number_of(at), output(at)});
    return 0;
  }
  std::uint32_t saturations = 0;
  std::int32_t value = 0;
  if (layer_->pool == Pool::kSum) {
    value = static_cast<std::int32_t>(sum_of_window(at, saturations));
  } else {
    const Activation activation = activate(*layer_, largest(at));
    value = activation.value;
    saturations = activation.saturated ? 1 : 0;
  }
  sender_.send(local, layer_->number_of(at), value, events);
  return saturations;
}

std::int32_t NeuronBlock::accumulator(std::uint32_t row, std::uint32_t column, std::uint32_t channel) const {
  const Box& sums = order_.sums_box();
  const std::size_t pixel = std::size_t{row - sums.rows.begin} * sums.columns.size() + (column - sums.columns.begin);
  return accumulators_[pixel * sums.channels.size() + (channel - sums.channels.begin)];
}

/// Of the value's window; ReLU, ceiling and rounding keep the order, so they can come behind.
std::int32_t NeuronBlock::largest(const Position& at) const {
  if (layer_->pool == Pool::kNone) {
    return accumulator(at.row, at.column, at.channel);
  }
  const Range rows = layer_->window_of(0, at.row);
  const Range columns = layer_->window_of(1, at.column);
  std::int32_t found = std::numeric_limits<std::int32_t>::min();
  for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
    for (std::uint32_t column = columns.begin; column < columns.end; ++column) {
      found = std::max(found, accumulator(row, column, at.channel));
    }
  }
  return found;
}

/// Of activated values; in the output layer of rectified accumulators.
std::int64_t NeuronBlock::sum_of_window(const Position& at, std::uint32_t& saturations) const {
  const Range rows = layer_->window_of(0, at.row);
  const Range columns = layer_->window_of(1, at.column);
  std::int64_t sum = 0;
  for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
    for (std::uint32_t column = columns.begin; column < columns.end; ++column) {
      const std::int32_t each = accumulator(row, column, at.channel);
      if (layer_->is_output) {
        sum += rectified(*layer_, each);
        continue;
      }
      const Activation activation = activate(*layer_, each);
      sum += activation.value;
      saturations += activation.saturated ? 1U : 0U;
    }
  }
  return sum;
}

std::int32_t NeuronBlock::output(const Position& at) const {
  if (layer_->pool != Pool::kSum) {
    return rectified(*layer_, largest(at));
  }
  std::uint32_t none = 0;
  const std::int64_t sum = sum_of_window(at, none);
  return static_cast<std::int32_t>(layer_->output_shift == 0 ? sum : round_shift(sum, layer_->output_shift));
}

}  // namespace sigdel::network
