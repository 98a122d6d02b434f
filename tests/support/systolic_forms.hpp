/// Cycles and words of a matrix product on a systolic array as closed forms, written from docs/systolic.md and the
/// literature and not from the simulation.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/base/random.hpp"
#include "sim/systolic/gemm.hpp"

namespace sigdel::test {

inline std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

struct GemmShape {
  std::uint32_t m = 1;
  std::uint32_t k = 1;
  std::uint32_t n = 1;
};

/// Of a dataflow: what lies on the rows and columns of the array, and what streams (Samajdar et al. 2020, Table III).
struct Spatial {
  std::uint64_t rows;
  std::uint64_t columns;
  std::uint64_t stream;
};
inline Spatial spatial_of(const GemmShape& shape, systolic::Dataflow dataflow) {
  return dataflow == systolic::Dataflow::kOutputStationary ? Spatial{shape.m, shape.n, shape.k}
                                                           : Spatial{shape.k, shape.n, shape.m};
}

/// (2R + C + T - 2) ceil(S_R / R) ceil(S_C / C): Samajdar et al. 2020, equation 4. Every fold takes the whole array.
inline std::uint64_t published_cycles(const GemmShape& shape, const systolic::Config& config) {
  const Spatial spatial = spatial_of(shape, config.dataflow);
  return (2 * std::uint64_t{config.rows} + config.columns + spatial.stream - 2) * ceil_div(spatial.rows, config.rows) *
         ceil_div(spatial.columns, config.columns);
}

/// By how much ours is less: 2 cycles per unused row and 1 per unused column of every fold.
inline std::uint64_t saved_cycles(const GemmShape& shape, const systolic::Config& config) {
  const Spatial spatial = spatial_of(shape, config.dataflow);
  const std::uint64_t row_folds = ceil_div(spatial.rows, config.rows);
  const std::uint64_t column_folds = ceil_div(spatial.columns, config.columns);
  return 2 * (row_folds * config.rows - spatial.rows) * column_folds +
         (column_folds * config.columns - spatial.columns) * row_folds;
}

/// Words of vectors of `length` elements cut into pieces of `piece`, each beginning with a word.
inline std::uint64_t words_in_pieces(std::uint64_t length, std::uint64_t piece, std::uint64_t bits,
                                     std::uint64_t word_bits) {
  const std::uint64_t rest = length % piece;
  return length / piece * ceil_div(piece * bits, word_bits) + ceil_div(rest * bits, word_bits);
}

inline Counts<systolic::Port> closed_words(const GemmShape& s, const systolic::Config& config,
                                           const systolic::Widths& widths) {
  using systolic::Port;
  const std::uint64_t w = config.word_bits;
  const std::uint64_t column_folds = ceil_div(s.n, config.columns);
  const std::uint64_t sums = words_in_pieces(s.n, config.columns, widths.accumulator, w);
  Counts<Port> words;
  words[Port::kResultWrite] = s.m * words_in_pieces(s.n, config.columns, widths.result, w);
  if (config.dataflow == systolic::Dataflow::kOutputStationary) {
    const std::uint64_t row_folds = ceil_div(s.m, config.rows);
    words[Port::kActivationRead] = column_folds * s.m * ceil_div(std::uint64_t{s.k} * widths.activation, w);
    words[Port::kWeightRead] = row_folds * s.k * words_in_pieces(s.n, config.columns, widths.weight, w);
    words[Port::kBiasRead] = row_folds * sums;
  } else {
    const std::uint64_t row_folds = ceil_div(s.k, config.rows);
    words[Port::kActivationRead] = column_folds * s.m * words_in_pieces(s.k, config.rows, widths.activation, w);
    words[Port::kWeightRead] = s.k * words_in_pieces(s.n, config.columns, widths.weight, w);
    words[Port::kBiasRead] = sums;
    words[Port::kPartialSumRead] = words[Port::kPartialSumWrite] = (row_folds - 1) * s.m * sums;
  }
  return words;
}

/// A product of random integers, a part of them zero, and what it must give.
struct RandomGemm {
  GemmShape shape;
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  std::vector<std::int32_t> bias;

  RandomGemm(Random& random, GemmShape size)
      : shape(size),
        a(values(random, std::size_t{size.m} * size.k)),
        b(values(random, std::size_t{size.k} * size.n)),
        bias(values(random, size.n)) {}

  [[nodiscard]] systolic::Gemm gemm() const { return {shape.m, shape.k, shape.n, a, b, bias}; }
  [[nodiscard]] std::vector<std::int32_t> product() const {
    std::vector<std::int32_t> c;
    for (std::size_t i = 0; i < shape.m; ++i) {
      for (std::size_t j = 0; j < shape.n; ++j) {
        std::int64_t sum = bias[j];
        for (std::size_t l = 0; l < shape.k; ++l) {
          sum += std::int64_t{a[i * shape.k + l]} * b[l * shape.n + j];
        }
        c.push_back(static_cast<std::int32_t>(sum));
      }
    }
    return c;
  }
  [[nodiscard]] std::uint64_t non_zero() const {
    return a.size() - static_cast<std::uint64_t>(std::count(a.begin(), a.end(), 0));
  }

 private:
  static std::vector<std::int32_t> values(Random& random, std::size_t count) {
    std::vector<std::int32_t> result(count);
    for (std::int32_t& value : result) {
      value = random.below(3) == 0 ? 0 : static_cast<std::int32_t>(random.between(-1000, 1000));
    }
    return result;
  }
};

}  // namespace sigdel::test
