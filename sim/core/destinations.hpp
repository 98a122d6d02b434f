/// Who reads a tensor, and whom of them a spike reaches.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/network/integer_network.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

/// A part of a layer on a core that reads a tensor; on a host port: outputs that it takes.
struct Reader {
  Endpoint endpoint = 0;
  std::uint32_t layer = 0;
  const network::Synapses* synapses = nullptr;  ///< null: reads everything
  network::Box sums;                            ///< accumulators of the part
};

/// Endpoints that get the same spikes.
struct Group {
  std::vector<std::uint16_t> targets;  ///< indices of Destinations::targets(), in order
  std::uint32_t readers = 0;           ///< parts on them, each of which integrates the spike
};

/// Spikes are sent to the endpoints with a part that their neuron reaches; ends of frames go to all endpoints with a
/// part that reads the tensor. Equal sets of endpoints are one multicast group.
class Destinations {
 public:
  /// `readers` in any order; the shape is the tensor's; `spike_bits` is the width of a spike's packet.
  Destinations(const network::Volume& shape, std::vector<Reader> readers, std::uint32_t spike_bits);

  /// Endpoints with readers, each once, in the order of their first reader.
  [[nodiscard]] const std::vector<Endpoint>& targets() const { return targets_; }
  [[nodiscard]] const std::vector<Reader>& readers() const { return readers_; }
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
  [[nodiscard]] std::uint32_t spike_bits() const { return spike_bits_; }
  /// The group of a neuron's spikes: an index of groups(). A group without targets: nobody needs them.
  [[nodiscard]] std::uint16_t group_of(std::uint32_t neuron) const {
    if (groups_.size() == 1) {
      return 0;
    }
    const network::Position at = shape_.position_of(neuron);
    const std::size_t row = std::size_t{row_class_[at.row]} * column_classes_ + column_class_[at.column];
    return group_[row * channel_classes_ + channel_class_[at.channel]];
  }

 private:
  using ReaderSet = std::vector<std::uint32_t>;  // indices of readers, ascending

  void add_groups(std::span<const ReaderSet> rows, std::span<const ReaderSet> columns,
                  std::span<const ReaderSet> channels);
  [[nodiscard]] Group group_of_readers(const ReaderSet& readers) const;

  network::Volume shape_;
  std::uint32_t spike_bits_;
  std::vector<Reader> readers_;
  std::vector<Endpoint> targets_;
  std::vector<std::uint16_t> target_of_;  // per reader
  std::vector<Group> groups_;
  // Coordinates that reach the same readers are one class.
  std::vector<std::uint16_t> row_class_;
  std::vector<std::uint16_t> column_class_;
  std::vector<std::uint16_t> channel_class_;
  std::size_t column_classes_ = 1;
  std::size_t channel_classes_ = 1;
  std::vector<std::uint16_t> group_;  // per row, column and channel class
};

}  // namespace sigdel::sim
