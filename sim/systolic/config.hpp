/// The systolic array as plain data; scenario keys machine.systolic.* have the same names. docs/systolic.md says what
/// each number does to time and counts.
#pragma once

#include <cstdint>

#include "models/base/enum_table.hpp"

namespace sigdel::systolic {

/// What stays in an element while the rest streams past it.
enum class Dataflow {
  kOutputStationary,  ///< an output: rows are outputs' rows (M), columns their columns (N), K streams
  kWeightStationary,  ///< a weight: rows are inputs (K), columns outputs (N), M streams
};

struct Config {
  std::uint32_t rows = 1;     ///< multiply-accumulate elements in a column, >= 1
  std::uint32_t columns = 1;  ///< and in a row, >= 1
  Dataflow dataflow = Dataflow::kOutputStationary;
  std::uint32_t batch = 1;                      ///< frames that one matrix product takes together, >= 1
  std::uint32_t word_bits = 64;                 ///< one access of a memory
  std::uint64_t input_memory_bytes = 32768;     ///< activations, of the layer that reads and the one that is written
  std::uint64_t weight_memory_bytes = 1048576;  ///< weights and biases of the whole network
  std::uint32_t weight_banks = 1;               ///< equal parts of the weight memory; a word is read from one of them
  std::uint64_t output_memory_bytes = 32768;    ///< partial sums, and the last layer's accumulators

  /// The memory that a read of a weight word is priced as.
  [[nodiscard]] constexpr std::uint64_t weight_bank_bytes() const {
    return (weight_memory_bytes + weight_banks - 1) / weight_banks;
  }
};

}  // namespace sigdel::systolic

namespace sigdel {
template <>
struct EnumTable<systolic::Dataflow> {
  static constexpr std::array<std::string_view, 2> names{"output-stationary", "weight-stationary"};
};
}  // namespace sigdel
