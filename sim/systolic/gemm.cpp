#include "sim/systolic/gemm.hpp"

#include <algorithm>

#include "models/base/units.hpp"

namespace sigdel::systolic {
namespace {

/// The parts of [0, size) of at most `step`.
std::vector<Range> parts_of(std::uint32_t size, std::uint32_t step) {
  std::vector<Range> parts;
  for (std::uint32_t begin = 0; begin < size; begin += step) {
    parts.push_back({begin, begin + std::min(step, size - begin)});
  }
  return parts;
}

class Run {
 public:
  Run(Array& array, const Config& config, const Widths& widths, const Gemm& gemm, Counts<Port>& words)
      : array_(array), config_(config), widths_(widths), gemm_(gemm), words_(words) {
    result_.outputs.resize(std::size_t{gemm.m} * gemm.n);
  }

  GemmResult run() {
    const bool keeps_outputs = config_.dataflow == Dataflow::kOutputStationary;
    for (const Range columns : parts_of(gemm_.n, array_.columns())) {
      for (const Range rows : parts_of(keeps_outputs ? gemm_.m : gemm_.k, array_.rows())) {
        if (keeps_outputs) {
          output_stationary(rows, columns);
        } else {
          weight_stationary(rows, columns);
        }
        ++result_.folds;
      }
    }
    return std::move(result_);
  }

 private:
  void output_stationary(Range rows, Range columns) {
    const std::uint32_t c = columns.size();
    const Operand a{gemm_.activations.data() + std::size_t{rows.begin} * gemm_.k, gemm_.k, rows.size(), gemm_.k};
    const Operand b{gemm_.weights.data() + columns.begin, gemm_.n, gemm_.k, c};
    result_.counts += array_.run_output_stationary(a, b, biases(rows.size(), columns), outputs(rows, columns));
    count(Port::kActivationRead, rows.size(), gemm_.k, widths_.activation);
    count_weights(gemm_.k, c);
    count(Port::kBiasRead, 1, c, widths_.accumulator);
    count(Port::kResultWrite, rows.size(), c, widths_.result);
  }

  /// Sums start at the bias in the first fold over k, and in the others where the fold before left them.
  void weight_stationary(Range rows, Range columns) {
    const std::uint32_t c = columns.size();
    const Operand a{gemm_.activations.data() + rows.begin, gemm_.k, gemm_.m, rows.size()};
    const Operand b{gemm_.weights.data() + std::size_t{rows.begin} * gemm_.n + columns.begin, gemm_.n, rows.size(), c};
    const Output out = outputs({0, gemm_.m}, columns);
    const bool first = rows.begin == 0;
    const Operand partial{out.data, out.stride, out.rows, out.columns};
    result_.counts += array_.run_weight_stationary(a, b, first ? biases(gemm_.m, columns) : partial, out);
    count(Port::kActivationRead, gemm_.m, rows.size(), widths_.activation);
    count_weights(rows.size(), c);
    if (first) {
      count(Port::kBiasRead, 1, c, widths_.accumulator);
    } else {
      count(Port::kPartialSumRead, gemm_.m, c, widths_.accumulator);
    }
    if (rows.end == gemm_.k) {
      count(Port::kResultWrite, gemm_.m, c, widths_.result);
    } else {
      count(Port::kPartialSumWrite, gemm_.m, c, widths_.accumulator);
    }
  }

  [[nodiscard]] Operand biases(std::uint32_t rows, Range columns) const {
    return {gemm_.bias.data() + columns.begin, 0, rows, columns.size()};
  }
  Output outputs(Range rows, Range columns) {
    return {result_.outputs.data() + std::size_t{rows.begin} * gemm_.n + columns.begin, gemm_.n, rows.size(),
            columns.size()};
  }
  void count_weights(std::uint64_t rows, std::uint64_t columns) {
    count(Port::kWeightRead, rows, columns, widths_.weight);
    result_.weight_words_8bit += rows * words_of(columns, 8, config_.word_bits);
  }
  /// `vectors` times `elements` side by side.
  void count(Port port, std::uint64_t vectors, std::uint64_t elements, std::uint32_t bits) {
    words_[port] += vectors * words_of(elements, bits, config_.word_bits);
  }

  Array& array_;
  const Config& config_;
  const Widths& widths_;
  const Gemm& gemm_;
  Counts<Port>& words_;
  GemmResult result_;
};

}  // namespace

GemmResult run_gemm(Array& array, const Config& config, const Widths& widths, const Gemm& gemm, Counts<Port>& words) {
  return Run(array, config, widths, gemm, words).run();
}

}  // namespace sigdel::systolic
