/// Where a part's weights and states lie off chip, and which bytes an event needs of them.
///
/// A part's weights lie by input channel, kernel row and kernel column as they are stored
/// (models/network/projection.hpp), the part's channels of each behind each other; its states are the accumulators in
/// their order, then what each of its values remembers of what it sent (IntegerLayer::last_sent_bits).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/network/integer_network.hpp"

namespace sigdel::sim {

struct Bytes {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

class OffChip {
 public:
  /// `layer` must outlive it; `box` is the part's values. Addresses are those of the regions' first bytes, nothing for
  /// what is on the core.
  OffChip(const network::IntegerLayer& layer, const network::Box& box, std::uint32_t accumulator_bits,
          std::optional<std::uint64_t> weights, std::optional<std::uint64_t> states);

  [[nodiscard]] bool weights() const { return weights_.has_value(); }
  [[nodiscard]] bool states() const { return states_.has_value(); }
  /// Sizes of the regions.
  [[nodiscard]] std::uint64_t weight_bytes() const;
  [[nodiscard]] std::uint64_t state_bytes() const;

  /// Appends what an event of that neuron reads (weights), and what it reads and writes (accumulators).
  void event(std::size_t input, const network::Position& source, std::vector<Bytes>& read,
             std::vector<Bytes>& modified) const;
  /// The states.
  [[nodiscard]] Bytes states_region() const { return {states_.value_or(0), state_bytes()}; }

  /// Lines of so many bytes that an event can touch, at most.
  [[nodiscard]] std::uint64_t most_lines(std::uint32_t line_bytes) const;

 private:
  [[nodiscard]] std::uint32_t channels_of(const network::Synapses& synapses) const;

  const network::IntegerLayer* layer_;
  network::Box box_;
  network::Box sums_;
  std::uint32_t accumulator_bytes_;
  std::optional<std::uint64_t> weights_;
  std::optional<std::uint64_t> states_;
  std::vector<std::uint64_t> input_at_;  // first byte of each synapses' weights, from the region's
};

}  // namespace sigdel::sim
