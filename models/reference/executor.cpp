#include "models/reference/executor.hpp"

#include <algorithm>
#include <cmath>

namespace sigdel::reference {

using network::Event;
using network::IntegerNetwork;

namespace {

/// Half away from zero, as std::round does, in two instructions of a loop: the fraction of a double is exact.
double rounded(double x) {
  const double whole = std::trunc(x);
  return std::abs(x - whole) >= 0.5 ? whole + std::copysign(1.0, x) : whole;
}

}  // namespace

FrameEncoder::FrameEncoder(const IntegerNetwork& network, Mode mode)
    : tensor_(network.tensors.front()), sender_(mode, network.frame().size()) {}

std::vector<Event> FrameEncoder::encode(std::span<const float> frame) {
  std::vector<Event> events;
  const double limit = tensor_.clamp;
  const std::uint32_t pixels = tensor_.shape.pixels();
  std::uint32_t neuron = 0;
  for (std::uint32_t pixel = 0; pixel < pixels; ++pixel) {
    std::uint32_t channel = 0;
    for (std::uint32_t element = pixel; element < frame.size(); element += pixels, ++neuron, ++channel) {
      const double wanted = rounded(tensor_.scale_of(channel) * double{frame[element]});
      const double value = std::clamp(wanted, -limit, limit);
      saturations_ += value != wanted ? 1 : 0;
      sender_.send(neuron, neuron, static_cast<std::int32_t>(value), events);
    }
  }
  return events;
}

Executor::Executor(const IntegerNetwork& network, Mode mode, Rules rules, const network::RecordedLayers* recorded)
    : network_(&network),
      mode_(mode),
      rules_(rules),
      workers_(std::make_unique<Workers>(rules.threads)),
      gathered_(network.layers.size()),
      sent_(network.layers.size()),
      outputs_(network.outputs()),
      work_(network.layers.size()) {
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const network::IntegerLayer& layer = network.layers[l];
    const network::Box all = network::whole(layer.values);
    blocks_.emplace_back(layer, mode, all, rules.scan, network::recorded_layer(recorded, l));
    fan_outs_.emplace_back();
    for (const network::Synapses& synapses : layer.synapses) {
      fan_outs_.back().push_back(fan_out_of(synapses, layer.sums_of(all)));
    }
  }
  for (std::uint32_t tensor = 0; tensor < network.tensors.size(); ++tensor) {
    writers_.push_back(network.writers_of(tensor));
  }
}

/// All neurons of a pixel reach equally many accumulators: the layer is whole, and groups are of one size.
Executor::FanOut Executor::fan_out_of(const network::Synapses& synapses, const network::Box& sums) {
  const network::Volume& from = synapses.from();
  FanOut fan_out;
  for (std::uint32_t row = 0; row < from.rows; ++row) {
    for (std::uint32_t column = 0; column < from.columns; ++column) {
      fan_out.true_of.push_back(synapses.projection().fan_out({row, column, 0}, sums));
      fan_out.paper_of.push_back(synapses.paper_fan_out({row, column, 0}));
    }
  }
  return fan_out;
}

void Executor::gather(std::uint32_t tensor, std::span<const Event> events, Sent& sent) const {
  sent.pixels.gather(network_->tensors[tensor].shape, events);
  sent.sums.clear();
  for (const network::PixelEvents::Pixel& pixel : sent.pixels.pixels()) {
    sent.sums.push_back(network::sum_of(mode_, rules_.encoding, sent.pixels, pixel));
  }
}

/// Pixels in a row that reach equally many accumulators are counted at once.
void Executor::integrate(std::size_t layer, std::size_t input, const Sent& sent) {
  blocks_[layer].integrate(input, sent.pixels, workers_.get());
  const FanOut& fan_out = fan_outs_[layer][input];
  const std::uint32_t columns = network_->layers[layer].synapses[input].from().columns;
  network::EventSums sums;
  std::uint32_t true_of = 0;
  std::uint32_t paper_of = 0;
  const auto count = [&] { network::count_events(mode_, sums, true_of, paper_of, work_[layer]); };
  for (std::size_t i = 0; i < sent.sums.size(); ++i) {
    const network::PixelEvents::Pixel& pixel = sent.pixels.pixels()[i];
    const std::size_t at = std::size_t{pixel.row} * columns + pixel.column;
    if (fan_out.true_of[at] != true_of || fan_out.paper_of[at] != paper_of) {
      count();
      sums = {};
      true_of = fan_out.true_of[at];
      paper_of = fan_out.paper_of[at];
    }
    sums += sent.sums[i];
  }
  count();
}

void Executor::read_inputs(std::size_t layer) {
  const std::vector<network::Synapses>& synapses = network_->layers[layer].synapses;
  for (std::size_t i = 0; i < synapses.size(); ++i) {
    if (synapses[i].tensor() == 0) {
      integrate(layer, i, input_);
    }
    for (const LayerId writer : writers_[synapses[i].tensor()]) {
      integrate(layer, i, gathered_[writer.value]);
    }
  }
}

void Executor::fire(std::size_t layer) {
  sent_[layer].clear();
  const network::Fired fired = blocks_[layer].fire(sent_[layer], workers_.get());
  work_[layer][Tally::kSaturations] += fired.saturations;
  network::count_fire(mode_, blocks_[layer].layer(), fired, work_[layer]);
  if (mode_ == Mode::kRounding && network_->layers[layer].has_product()) {
    work_[layer][Tally::kPaperAdds] += network_->layers[layer].sums.size();  // biases
  }
  if (layer + 1 < blocks_.size()) {
    gather(network_->layers[layer].tensor, sent_[layer], gathered_[layer]);
  }
}

std::span<const std::int32_t> Executor::run(std::span<const Event> input) {
  std::fill(work_.begin(), work_.end(), Work{});
  gather(0, input, input_);
  const bool by_step = rules_.semantics == Semantics::kStep;
  for (std::size_t l = 0; by_step && l < blocks_.size(); ++l) {
    fire(l);
  }
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    read_inputs(l);
    if (!by_step) {
      fire(l);
    }
  }
  for (const Event& event : sent_.back()) {
    outputs_[event.source] = event.value;
  }
  return outputs_;
}

void Executor::reset() {
  for (network::NeuronBlock& block : blocks_) {
    block.reset();
  }
  std::fill(work_.begin(), work_.end(), Work{});
}

}  // namespace sigdel::reference
