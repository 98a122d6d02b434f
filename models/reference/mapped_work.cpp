#include "models/reference/mapped_work.hpp"

#include "models/network/counting.hpp"

namespace sigdel::reference {

MappedWork::MappedWork(const network::IntegerNetwork& network, const Partition& partition, Mode mode, Encoding encoding)
    : mode_(mode), encoding_(encoding), mapped_(network.layers.size()), whole_(network.layers.size()) {
  for (const network::IntegerLayer& layer : network.layers) {
    for (const network::Synapses& synapses : layer.synapses) {
      const network::Volume& from = synapses.from();
      const std::uint32_t groups = synapses.projection().shape().groups;
      Reached reached{layer.id.value, synapses.tensor(), from.channels / groups, groups, {}, {}, {}};
      for (std::uint32_t neuron = 0; neuron < from.size(); neuron += reached.channels_per_group) {
        const network::Position at = from.position_of(neuron);
        std::uint32_t cores = 0;
        std::uint32_t sum = 0;
        for (const network::Box& box : partition[layer.id.value]) {
          const std::uint32_t fan_out = synapses.projection().fan_out(at, layer.sums_of(box));
          cores += fan_out > 0 ? 1 : 0;
          sum += fan_out;
        }
        reached.cores.push_back(cores);
        reached.mapped.push_back(sum);
        reached.whole.push_back(synapses.projection().fan_out(at, layer.sums_of(network::whole(layer.values))));
      }
      reached_.push_back(std::move(reached));
    }
  }
}

void MappedWork::add(std::uint32_t tensor, std::span<const network::Event> events) {
  for (const Reached& reached : reached_) {
    if (reached.tensor != tensor) {
      continue;
    }
    for (const network::Event& event : events) {
      const std::size_t at = event.source / reached.channels_per_group;
      Work on_cores;
      network::count_event(mode_, encoding_, event.value, reached.mapped[at], 0, on_cores);
      for (const Tally tally : {Tally::kEvents, Tally::kMagnitude}) {
        on_cores[tally] *= reached.cores[at];
      }
      mapped_[reached.layer] += on_cores;
      network::count_event(mode_, encoding_, event.value, reached.whole[at], 0, whole_[reached.layer]);
    }
  }
}

std::vector<Work> MappedWork::from(const std::vector<Work>& executor) const {
  std::vector<Work> work = executor;
  for (std::size_t l = 0; l < work.size(); ++l) {
    for (const Tally tally : all_of<Tally>()) {
      work[l][tally] += mapped_[l][tally] - whole_[l][tally];
    }
    work[l][Tally::kPaperAdds] = 0;
    work[l][Tally::kPaperMultiplies] = 0;
  }
  return work;
}

}  // namespace sigdel::reference
