#include "models/network/neuron_block.hpp"

#include <algorithm>
#include <limits>

#include "models/network/recorded_layer.hpp"

namespace sigdel::network {
namespace {

/// Part i of `count` that are as equal as can be.
Range share(const Range& range, std::size_t i, std::size_t count) {
  const auto bound = [&](std::size_t k) {
    return range.begin + static_cast<std::uint32_t>(std::size_t{range.size()} * k / count);
  };
  return {bound(i), bound(i + 1)};
}

/// In how many parts `work` (events or accumulators) is shared out, at most `largest`: more than threads, as some have
/// more to do than others; one where waking the others would take longer.
std::size_t parts_of(const Workers* workers, std::size_t work, std::uint32_t largest) {
  constexpr unsigned kPerThread = 4;
  constexpr std::size_t kFewest = 256;
  return workers == nullptr || workers->threads() == 1 || work < kFewest
             ? 1
             : std::clamp<std::size_t>(largest, 1, std::size_t{workers->threads()} * kPerThread);
}

/// Calls task(i) for each part.
template <class Task>
void for_each_part(Workers* workers, std::size_t parts, const Task& task) {
  if (parts == 1) {
    task(0);
  } else {
    workers->run(parts, task);
  }
}

}  // namespace

NeuronBlock::NeuronBlock(const IntegerLayer& layer, Mode mode, const Box& box, Scan scan, RecordedLayer* recorded)
    : layer_(&layer),
      mode_(mode),
      needs_all_(!sends_changes(mode) || layer.is_output ||
                 (mode == Mode::kThreshold && layer.threshold.value().residue == Residue::kAll)),
      visits_all_(scan == Scan::kAll || needs_all_),
      recorded_(recorded),
      order_(layer, box),
      accumulators_(recorded == nullptr ? order_.sums_box().size() : 0),
      sender_(mode, recorded == nullptr ? box.size() : 0, layer.threshold),
      saturated_(recorded == nullptr && keeps_saturations() ? order_.units() : 0) {
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
    synapses.scatter(source, event.value, sums_box(), accumulators_);
  }
  if (synapses.projection().is_flat()) {
    order_.touch(0, 0, 1, box().channels);
  } else if (tracks_touches()) {
    const Event of_channel{source.channel, event.value};
    touch(synapses.projection(), source.row, source.column, {&of_channel, 1}, sums_box());
  }
}

void NeuronBlock::integrate(std::size_t input, const PixelEvents& events, Workers* workers) {
  const Box& sums = sums_box();
  constexpr std::uint32_t kChannels = 64;  // fewer are no work for a thread
  const bool by_rows = sums.rows.size() > 1 || !order_.has_one_group();
  const std::size_t parts =
      parts_of(workers, events.size(), by_rows ? sums.rows.size() : sums.channels.size() / kChannels);
  for_each_part(workers, parts, [&](std::size_t i) {
    Box part = sums;
    if (by_rows) {
      part.rows = share(sums.rows, i, parts);
    } else {
      part.channels = share(sums.channels, i, parts);
    }
    integrate(input, events, part);
  });
}

/// Only what lies in the part; parts do not share an accumulator or a touch.
void NeuronBlock::integrate(std::size_t input, const PixelEvents& events, const Box& part) {
  const Synapses& synapses = layer_->synapses[input];
  const bool touches = tracks_touches() && part.channels.begin == sums_box().channels.begin;
  for (const PixelEvents::Pixel& pixel : events.pixels()) {
    if (pixel.size() == 0 || !synapses.projection().reaches_row(pixel.row, part.rows)) {
      continue;
    }
    if (recorded_ == nullptr) {
      synapses.scatter(pixel.row, pixel.column, events.of(pixel), pixel.is_short(), sums_box(), part, accumulators_);
    }
    if (touches) {
      touch(synapses.projection(), pixel.row, pixel.column, events.of(pixel), part);
    }
  }
}

void NeuronBlock::touch(const Projection& projection, std::uint32_t row, std::uint32_t column,
                        std::span<const Event> events, const Box& part) {
  const bool together = projection.shape().groups == 1;
  for (const Event& event : together ? events.first(1) : events) {
    const Range channels = projection.channels_of(event.source, box().channels);
    if (channels.size() > 0) {
      projection.for_each_run({row, column, 0}, part,
                              [&](std::uint32_t to, std::uint32_t first, std::uint32_t columns, std::size_t) {
                                order_.touch(to, first, columns, channels);
                              });
    }
  }
}

Fired NeuronBlock::fire(std::vector<Event>& events, Workers* workers) {
  if (visits_all_ || is_first_) {
    order_.visit_all();
  } else {
    order_.visit_touched();
  }
  const auto saturations = recorded_ == nullptr
                               ? calculate(events, workers)
                               : static_cast<std::uint32_t>(recorded_->take(fired_, *layer_, box(), events));
  if (tracks_touches()) {
    order_.forget();
  }
  is_first_ = false;
  ++fired_;
  return {order_.sums(), order_.values(), order_.elements(), saturations};
}

/// Sends; returns the saturations of all values. What was not touched stays as it was: in the modes that send changes
/// it is not looked at, whether or not the machine visits it, unless something may be left to be sent.
std::uint32_t NeuronBlock::calculate(std::vector<Event>& events, Workers* workers) {
  const bool all = needs_all_ || is_first_;
  const std::size_t count = parts_of(workers, accumulators_.size(), box().rows.size());
  parts_.resize(count);
  for_each_part(workers, count, [&](std::size_t i) {
    Part& part = parts_[i];
    part.rows = share(box().rows, i, count);
    part.events = count == 1 ? &events : &part.own_events;
    part.own_events.clear();
    part.saturations = 0;
    fire_rows(part, all);
  });
  std::int64_t saturations = 0;
  for (const Part& part : parts_) {
    events.insert(events.end(), part.own_events.begin(), part.own_events.end());
    saturations += part.saturations;
  }
  if (!sends_changes(mode_)) {
    restart();
  }
  if (!keeps_saturations()) {
    return static_cast<std::uint32_t>(saturations);
  }
  saturations_ = static_cast<std::uint32_t>(saturations_ + saturations);
  return saturations_;
}

void NeuronBlock::fire_rows(Part& part, bool all) {
  const Range& channels = box().channels;
  part.sums.resize(channels.size());
  part.values.resize(channels.size());
  for (std::uint32_t row = part.rows.begin; row < part.rows.end; ++row) {
    for (std::uint32_t column = box().columns.begin; column < box().columns.end; ++column) {
      const auto fire_channels = [&](std::uint32_t begin, std::uint32_t end) {
        layer_->is_output ? send_outputs({row, column, begin}, end, part)
                          : fire_stretch({row, column, begin}, end, part);
      };
      if (all) {
        fire_channels(channels.begin, channels.end);
      } else {
        order_.for_each_touched(row, column, fire_channels);
      }
    }
  }
  if (box().pixels() == 1) {  // of a vector, that would be as much as its state
    std::vector<std::int32_t>().swap(part.sums);
    std::vector<std::int32_t>().swap(part.values);
  }
}

/// The channels of a pixel's values from `at` on, before `end`.
void NeuronBlock::fire_stretch(const Position& at, std::uint32_t end, Part& part) {
  const std::uint32_t n = end - at.channel;
  const Volume values{box().channels.size(), box().rows.size(), box().columns.size()};
  const std::uint32_t local =
      values.number_of({at.row - box().rows.begin, at.column - box().columns.begin, at.channel - box().channels.begin});
  if (mode_ == Mode::kThreshold) {
    const std::span<const std::int32_t> sums = largest(at, n, part);
    std::transform(sums.begin(), sums.end(), part.values.begin(), [&](auto sum) { return rectified(*layer_, sum); });
    part.saturations += sender_.send(local, layer_->number_of(at), std::span(part.values).first(n), *part.events);
    return;
  }
  const std::uint32_t saturations = layer_->pool == Pool::kSum
                                        ? sum_activations(at, n, part)
                                        : activate(*layer_, largest(at, n, part), part.values.data());
  remember_saturations(at, n, saturations, part);
  sender_.send(local, layer_->number_of(at), std::span(part.values).first(n), *part.events);
}

/// Of every value's window; returns their saturations.
std::uint32_t NeuronBlock::sum_activations(const Position& at, std::uint32_t n, Part& part) const {
  std::fill_n(part.values.begin(), n, 0);
  std::uint32_t saturations = 0;
  for_each_in_window(at, n, [&](std::span<const std::int32_t> sums) {
    saturations += activate(*layer_, sums, part.sums.data());
    for (std::size_t j = 0; j < n; ++j) {
      part.values[j] += part.sums[j];
    }
  });
  return saturations;
}

/// Of one value.
std::uint32_t NeuronBlock::saturations_of(const Position& at) const {
  std::uint32_t sum = 0;
  std::int32_t largest = std::numeric_limits<std::int32_t>::min();
  for_each_in_window(at, 1, [&](std::span<const std::int32_t> sums) {
    largest = std::max(largest, sums.front());
    sum += activate(*layer_, sums.front()).saturated ? 1U : 0U;
  });
  return layer_->pool == Pool::kSum ? sum : activate(*layer_, largest).saturated ? 1U : 0U;
}

/// `total` of a stretch. A unit of the scan that is not fired keeps its saturations, so they are known for each.
void NeuronBlock::remember_saturations(const Position& at, std::uint32_t n, std::uint32_t total, Part& part) {
  if (!sends_changes(mode_)) {
    part.saturations += total;
    return;
  }
  if (total == 0 && saturations_ == 0) {
    return;
  }
  std::uint32_t i = 0;
  while (i < n) {
    const std::size_t unit = order_.unit_of({at.row, at.column, at.channel + i});
    std::uint32_t sum = order_.has_one_group() ? total : 0;
    for (; !order_.has_one_group() && i < n && order_.unit_of({at.row, at.column, at.channel + i}) == unit; ++i) {
      sum += saturations_of({at.row, at.column, at.channel + i});
    }
    i = order_.has_one_group() ? n : i;
    part.saturations += std::int64_t{sum} - saturated_[unit];
    saturated_[unit] = sum;
  }
}

/// Calls visit(n neighbouring accumulators) for every pixel of the window of a value and the channels behind it.
template <class Visit>
void NeuronBlock::for_each_in_window(const Position& at, std::uint32_t n, const Visit& visit) const {
  const Box& sums = sums_box();
  const Range rows = layer_->window_of(0, at.row);
  const Range columns = layer_->window_of(1, at.column);
  for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
    std::size_t first = std::size_t{row - sums.rows.begin} * sums.columns.size() + (columns.begin - sums.columns.begin);
    first = first * sums.channels.size() + (at.channel - sums.channels.begin);
    for (std::uint32_t column = columns.begin; column < columns.end; ++column, first += sums.channels.size()) {
      visit(std::span(accumulators_).subspan(first, n));
    }
  }
}

/// Of each value's window; ReLU, ceiling and rounding keep the order, so they can come behind.
std::span<const std::int32_t> NeuronBlock::largest(const Position& at, std::uint32_t n, Part& part) const {
  std::span<const std::int32_t> found;
  std::int32_t* const largest = part.sums.data();
  const bool is_pooled = layer_->pool == Pool::kMax;
  std::fill_n(largest, is_pooled ? n : 0, std::numeric_limits<std::int32_t>::min());
  for_each_in_window(at, n, [&](std::span<const std::int32_t> sums) {
    found = sums;
    for (std::size_t j = 0; is_pooled && j < n; ++j) {
      largest[j] = std::max(largest[j], sums[j]);
    }
  });
  return is_pooled ? std::span<const std::int32_t>(part.sums).first(n) : found;
}

/// Every value, rectified and pooled.
void NeuronBlock::send_outputs(const Position& at, std::uint32_t end, Part& part) {
  const std::uint32_t n = end - at.channel;
  const std::uint32_t source = layer_->number_of(at);
  if (layer_->pool != Pool::kSum) {
    const std::span<const std::int32_t> sums = largest(at, n, part);
    for (std::uint32_t j = 0; j < n; ++j) {
      part.events->push_back({source + j, rectified(*layer_, sums[j])});
    }
    return;
  }
  std::vector<std::int64_t> totals(n);
  for_each_in_window(at, n, [&](std::span<const std::int32_t> sums) {
    for (std::size_t j = 0; j < n; ++j) {
      totals[j] += rectified(*layer_, sums[j]);
    }
  });
  for (std::uint32_t j = 0; j < n; ++j) {
    const std::int64_t total = layer_->output_shift == 0 ? totals[j] : round_shift(totals[j], layer_->output_shift);
    part.events->push_back({source + j, static_cast<std::int32_t>(total)});
  }
}

}  // namespace sigdel::network
