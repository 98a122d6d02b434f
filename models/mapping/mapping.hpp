/// Which core computes which neurons.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/enum_table.hpp"
#include "models/base/units.hpp"
#include "models/network/integer_network.hpp"

namespace sigdel::mapping {

/// How the mapping comes about.
enum class Strategy { kAuto, kLayerPerRow, kExplicit };

/// What the mapper needs to know of the machine.
struct Capacity {
  std::uint32_t columns = 1;
  std::uint32_t rows = 1;
  std::uint64_t weight_bytes = 0;       ///< of one core's weight memory: weights and biases
  std::uint64_t state_bytes = 0;        ///< of one core's state memory: accumulators and last sent values
  std::uint32_t accumulator_banks = 1;  ///< 2 with the barrier: one collects while the other is fired

  [[nodiscard]] std::uint32_t cores() const { return columns * rows; }
  /// "core_1_2" for row 1, column 2.
  [[nodiscard]] std::string name_of(CoreId core) const;
};

/// A part of one layer on one core.
struct Slice {
  LayerId layer;
  CoreId core;
  network::Box box;  ///< of the layer's values: behind its pool
  bool weights_off_chip = false;
  bool states_off_chip = false;

  constexpr auto operator<=>(const Slice&) const = default;
};

/// Slices by layer, then by box: each layer's neurons are covered exactly once; a core has at most one slice of a
/// layer.
struct Mapping {
  std::vector<Slice> slices;
};

/// Bytes that a part of a layer needs: the weights of its channels (a convolution's kernels once, not once per pixel)
/// and a bias for each; an accumulator in every bank for all that its values are made of, and what was last sent
/// for each value (reserved in every mode, so that all modes share one mapping).
std::uint64_t weight_bytes(const network::IntegerNetwork& network, LayerId layer, const network::Box& box);
std::uint64_t state_bytes(const network::IntegerNetwork& network, LayerId layer, const network::Box& box,
                          std::uint32_t accumulator_banks = 1);

/// What one frame of non-zero values would ask of a part of the layer: its synaptic updates.
std::uint64_t dense_work(const network::IntegerNetwork& network, LayerId layer, const network::Box& box);

/// The whole layer.
network::Box all_of(const network::IntegerNetwork& network, LayerId layer);

/// Splits the layers' values over the mesh and places neighbouring layers close.
///
/// A network of vectors, with enough cores: every layer gets its own, as many as its dense work asks for; the busiest
/// core then has at most W / (C - F) + I of dense work, for W of the whole network, C cores, F of them the fewest that
/// hold every layer, and I inputs of the widest. Otherwise its layers share cores: they follow each other from core to
/// core, and no core has more dense work than it must (fill.hpp). Both along the snake from core 0.
///
/// With images: every layer on its own cores (own_cores.hpp), or several layers on a core (pack.hpp) where that makes
/// the cost (cost_of) less by a tenth, or where own cores are too few; then moved on the mesh so that ways are short
/// (arrange.hpp).
///
/// Throws InputError that names layer, need and capacity if the network does not fit.
Mapping map_automatically(const network::IntegerNetwork& network, const Capacity& capacity);

/// Layer l on mesh row l, cut over the columns as evenly as whole neurons allow, images into tiles; a layer with fewer
/// neurons than columns takes one core for each. Throws InputError that names layer, need and capacity if it does not
/// fit.
Mapping map_layer_per_row(const network::IntegerNetwork& network, const Capacity& capacity);

/// Throws InputError unless the slices are in order, cover every neuron once, lie on cores of the machine, at most one
/// of a layer on each, and fit their memories.
void validate(const Mapping& mapping, const network::IntegerNetwork& network, const Capacity& capacity);

}  // namespace sigdel::mapping

namespace sigdel {
template <>
struct EnumTable<mapping::Strategy> {
  static constexpr std::array<std::string_view, 3> names{"auto", "layer-per-row", "explicit"};
};
}  // namespace sigdel
