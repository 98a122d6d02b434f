/// One matrix product on the array: a layer, cut into folds, with the words that its memories deliver and take.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/systolic/array.hpp"
#include "sim/systolic/config.hpp"

namespace sigdel::systolic {

/// C = bias + A B. A fully connected layer and one frame: m = 1, k = inputs, n = outputs. A convolution as a matrix:
/// m = output pixels, k = kernel height x width x input channels, n = output channels.
struct Gemm {
  std::uint32_t m = 0;
  std::uint32_t k = 0;
  std::uint32_t n = 0;
  std::span<const std::int32_t> activations;  ///< A, m x k, row-major
  std::span<const std::int32_t> weights;      ///< B, k x n, row-major
  std::span<const std::int32_t> bias;         ///< n, the same for every row
};

/// Bits of one element in memory.
struct Widths {
  std::uint32_t activation = 16;
  std::uint32_t weight = 32;
  std::uint32_t accumulator = 32;
  std::uint32_t result = 16;  ///< what is stored of an output: an activation, or an accumulator
};

/// What the array does at the ports of its memories, in words. Elements that enter or leave side by side, or of a row
/// one after the other, lie side by side in memory and begin with a word: e elements of b bits are
/// ceil(e b / word_bits) words. docs/systolic.md, "Words", has the sums.
enum class Port {
  kActivationRead,   ///< input memory; A once per fold that uses it
  kWeightRead,       ///< weight memory; B once per fold that uses it
  kBiasRead,         ///< weight memory; once per fold whose sums start
  kPartialSumRead,   ///< output memory; weight-stationary, folds but the first over k
  kPartialSumWrite,  ///< output memory; weight-stationary, folds but the last over k
  kResultWrite,      ///< each output once, through the activation unit
};

struct GemmResult {
  std::vector<std::int32_t> outputs;  ///< m x n, row-major
  FoldCounts counts;                  ///< of all folds
  std::uint64_t folds = 0;
  std::uint64_t weight_words_8bit = 0;  ///< what kWeightRead would count with weights of 8 bits
};

}  // namespace sigdel::systolic

namespace sigdel {
template <>
struct EnumTable<systolic::Port> {
  static constexpr std::array<std::string_view, 6> names{"activation_reads", "weight_reads",   "bias_reads",
                                                         "partial_reads",    "partial_writes", "result_writes"};
};
}  // namespace sigdel

namespace sigdel::systolic {

/// Runs the product fold by fold, for each block of columns all blocks of rows. Adds to `words` what it read and wrote.
GemmResult run_gemm(Array& array, const Config& config, const Widths& widths, const Gemm& gemm, Counts<Port>& words);

/// Words that hold `elements` of `bits` each, side by side.
constexpr std::uint64_t words_of(std::uint64_t elements, std::uint32_t bits, std::uint32_t word_bits) {
  return (elements * bits + word_bits - 1) / word_bits;
}

}  // namespace sigdel::systolic
