/// R x C multiply-accumulate elements whose registers move operands to the neighbours, cycle by cycle. Each element
/// has a register for an activation, one for a weight and one for a sum. docs/systolic.md, "Time", has a test per rule.
///
/// A fold uses r <= R rows and c <= C columns; the other elements hold still. t is the number of operands that stream.
///
/// Output-stationary: row i of `a` enters at the left of row i, column j of `b` at the top of column j, each a cycle
/// later than its neighbour; an element keeps its sum.
///  - fill, r + c - 2 cycles: until the element farthest from the corner has its first operands;
///  - stream, t cycles: that element multiplies;
///  - drain, r cycles: all columns shift up, the top row leaves.
///
/// Weight-stationary: an element keeps a weight; activations go right, sums go down, a cycle per element.
///  - fill, r cycles: weights shift in from the bottom edge, the top row's first;
///  - stream, t cycles: activations enter the first row, each further row a cycle later;
///  - drain, r + c - 2 cycles: until the last sum has left the bottom row of the fold.
///
/// Both take 2r + c + t - 2 cycles. Folds do not overlap.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/enum_table.hpp"

namespace sigdel::systolic {

/// Every cycle of a fold is exactly one of these.
enum class Phase { kFill, kStream, kDrain };

/// A rows x columns part of a row-major matrix; with stride 0 every row is the same.
template <class T>
struct Block {
  T* data = nullptr;
  std::size_t stride = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;

  [[nodiscard]] T& at(std::uint32_t row, std::uint32_t column) const { return data[row * stride + column]; }
};
using Operand = Block<const std::int32_t>;
using Output = Block<std::int32_t>;

/// What one fold did.
struct FoldCounts;

class Array {
 public:
  /// rows, columns >= 1.
  Array(std::uint32_t rows, std::uint32_t columns);

  /// out = initial + a b. `a` is r x t, `b` t x c, `initial` and `out` r x c.
  FoldCounts run_output_stationary(Operand a, Operand b, Operand initial, Output out);
  /// The same with `a` t x r, `b` r x c, `initial` and `out` t x c; these two may be the same memory.
  FoldCounts run_weight_stationary(Operand a, Operand b, Operand initial, Output out);

  [[nodiscard]] std::uint32_t rows() const { return rows_; }
  [[nodiscard]] std::uint32_t columns() const { return columns_; }

 private:
  /// The columns [begin, end) of a row that hold valid operands: what moves through a row is in one piece.
  struct Stretch {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    [[nodiscard]] bool empty() const { return begin == end; }
  };

  void start_fold(std::uint32_t rows);
  void shift_row(std::uint32_t row, std::uint32_t width, const std::int32_t* entering);
  void feed_weights(Operand b, std::uint64_t cycle);
  void load_weights(Operand b);
  void multiply(std::uint32_t row, const std::int32_t* sums_in, FoldCounts& counts);
  void drain_up(Output out, FoldCounts& counts);
  [[nodiscard]] std::size_t at(std::uint32_t row) const { return std::size_t{row} * columns_; }

  std::uint32_t rows_;
  std::uint32_t columns_;
  std::vector<std::int32_t> activations_;  ///< rows x columns, as the two below
  std::vector<std::int32_t> weights_;
  std::vector<std::int32_t> sums_;
  std::vector<std::int32_t> entering_sums_;  ///< what enters the top of every column in this cycle
  std::vector<std::uint32_t> left_;          ///< sums that have left every column
  std::vector<Stretch> valid_;               ///< of activations_, per row
};

}  // namespace sigdel::systolic

namespace sigdel {
template <>
struct EnumTable<systolic::Phase> {
  static constexpr std::array<std::string_view, 3> names{"fill", "stream", "drain"};
};
}  // namespace sigdel

namespace sigdel::systolic {

struct FoldCounts {
  Counts<Phase> cycles;
  std::uint64_t macs = 0;      ///< multiply-accumulates of valid operands
  std::uint64_t switched = 0;  ///< of these, those whose activation is not zero: all that a gated array switches

  FoldCounts& operator+=(const FoldCounts& other) {
    cycles += other.cycles;
    macs += other.macs;
    switched += other.switched;
    return *this;
  }
};

}  // namespace sigdel::systolic
