#include "models/reference/executor.hpp"

#include <algorithm>
#include <cmath>

#include "models/network/counting.hpp"

namespace sigdel::reference {

using network::Event;
using network::IntegerNetwork;

FrameEncoder::FrameEncoder(const IntegerNetwork& network, Mode mode)
    : tensor_(network.tensors.front()), sender_(mode, network.frame().size()) {}

std::vector<Event> FrameEncoder::encode(std::span<const float> frame) {
  std::vector<Event> events;
  const double limit = tensor_.clamp;
  const std::uint32_t pixels = tensor_.shape.pixels();
  std::uint32_t neuron = 0;
  for (std::uint32_t pixel = 0; pixel < pixels; ++pixel) {
    for (std::uint32_t element = pixel; element < frame.size(); element += pixels, ++neuron) {
      const double rounded = std::round(tensor_.scale * double{frame[element]});
      const double value = std::clamp(rounded, -limit, limit);
      saturations_ += value != rounded ? 1 : 0;
      sender_.send(neuron, neuron, static_cast<std::int32_t>(value), events);
    }
  }
  return events;
}

Executor::Executor(const IntegerNetwork& network, Mode mode, Rules rules, const network::RecordedLayers* recorded)
    : network_(&network),
      mode_(mode),
      rules_(rules),
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

Executor::FanOut Executor::fan_out_of(const network::Synapses& synapses, const network::Box& sums) {
  const network::Volume& from = synapses.from();
  const std::uint32_t groups = synapses.projection().shape().groups;
  FanOut fan_out{from.channels / groups, groups, {}, {}};
  fan_out.true_of.resize(std::size_t{from.pixels()} * groups);
  fan_out.paper_of.resize(from.pixels());
  for (std::uint32_t pixel = 0; pixel < from.pixels(); ++pixel) {
    network::Position at{pixel / from.columns, pixel % from.columns, 0};
    fan_out.paper_of[pixel] = synapses.paper_fan_out(at);
    for (std::uint32_t group = 0; group < groups; ++group) {
      at.channel = group * fan_out.channels_per_group;
      fan_out.true_of[std::size_t{pixel} * groups + group] = synapses.projection().fan_out(at, sums);
    }
  }
  return fan_out;
}

void Executor::integrate(std::size_t layer, std::size_t input, std::span<const Event> events) {
  network::NeuronBlock& block = blocks_[layer];
  const FanOut& fan_out = fan_outs_[layer][input];
  const std::uint32_t channels = fan_out.channels_per_group * fan_out.groups;
  for (const Event& event : events) {
    block.integrate(input, event);
    const std::size_t pixel = event.source / channels;
    const std::size_t group = event.source % channels / fan_out.channels_per_group;
    network::count_event(mode_, rules_.encoding, event.value, fan_out.true_of[pixel * fan_out.groups + group],
                         fan_out.paper_of[pixel], work_[layer]);
  }
}

void Executor::read_inputs(std::size_t layer, std::span<const Event> input) {
  const std::vector<network::Synapses>& synapses = network_->layers[layer].synapses;
  for (std::size_t i = 0; i < synapses.size(); ++i) {
    if (synapses[i].tensor() == 0) {
      integrate(layer, i, input);
    }
    for (const LayerId writer : writers_[synapses[i].tensor()]) {
      integrate(layer, i, sent_[writer.value]);
    }
  }
}

void Executor::fire(std::size_t layer) {
  sent_[layer].clear();
  const network::Fired fired = blocks_[layer].fire(sent_[layer]);
  work_[layer][Tally::kSaturations] += fired.saturations;
  network::count_fire(mode_, blocks_[layer].layer(), fired, work_[layer]);
  if (mode_ == Mode::kRounding && network_->layers[layer].has_product()) {
    work_[layer][Tally::kPaperAdds] += network_->layers[layer].sums.size();  // biases
  }
}

std::span<const std::int32_t> Executor::run(std::span<const Event> input) {
  std::fill(work_.begin(), work_.end(), Work{});
  const bool by_step = rules_.semantics == Semantics::kStep;
  for (std::size_t l = 0; by_step && l < blocks_.size(); ++l) {
    fire(l);
  }
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    read_inputs(l, input);
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
