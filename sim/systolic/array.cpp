#include "sim/systolic/array.hpp"

#include <algorithm>

#include "models/network/synapses.hpp"

namespace sigdel::systolic {

Array::Array(std::uint32_t rows, std::uint32_t columns)
    : rows_(rows),
      columns_(columns),
      activations_(std::size_t{rows} * columns),
      weights_(activations_.size()),
      sums_(activations_.size()),
      entering_sums_(columns),
      left_(columns),
      valid_(rows) {}

void Array::start_fold(std::uint32_t rows) {
  std::fill_n(valid_.begin(), rows, Stretch{});
  std::fill(left_.begin(), left_.end(), 0U);
}

/// Every activation of the row moves one column to the right; `entering` comes in at the left if there is one.
void Array::shift_row(std::uint32_t row, std::uint32_t width, const std::int32_t* entering) {
  Stretch& valid = valid_[row];
  const auto first = activations_.begin() + static_cast<std::ptrdiff_t>(at(row));
  if (!valid.empty()) {
    const std::uint32_t end = std::min(valid.end, width - 1);  // what leaves the last column is done with
    std::move_backward(first + valid.begin, first + end, first + end + 1);
    valid = {valid.begin + 1, end + 1};
    valid = valid.empty() ? Stretch{} : valid;
  }
  if (entering != nullptr) {
    *first = *entering;
    valid = {0, std::max(valid.end, 1U)};
  }
}

/// Multiplies in every element of the row that has an activation, onto what comes from above (or its own sum).
void Array::multiply(std::uint32_t row, const std::int32_t* sums_in, FoldCounts& counts) {
  const Stretch valid = valid_[row];
  const std::int32_t* activations = activations_.data() + at(row);
  const std::int32_t* weights = weights_.data() + at(row);
  std::int32_t* sums = sums_.data() + at(row);
  std::uint32_t switched = 0;
  for (std::uint32_t j = valid.begin; j < valid.end; ++j) {
    sums[j] = network::multiply_add(sums_in[j], activations[j], weights[j]);
    switched += activations[j] != 0 ? 1U : 0U;
  }
  counts.macs += valid.end - valid.begin;
  counts.switched += switched;
}

/// Weights move one row down; at the top of column j the one enters that is due in this cycle, j cycles after its
/// neighbour's on the left in column 0.
void Array::feed_weights(Operand b, std::uint64_t cycle) {
  for (std::uint32_t j = 0; j < b.columns; ++j) {
    if (cycle >= j && cycle - j < b.rows) {
      weights_[j] = b.at(static_cast<std::uint32_t>(cycle - j), j);
    }
  }
}

FoldCounts Array::run_output_stationary(Operand a, Operand b, Operand initial, Output out) {
  FoldCounts counts;
  start_fold(a.rows);
  for (std::uint32_t i = 0; i < a.rows; ++i) {
    std::copy_n(&initial.at(i, 0), b.columns, sums_.begin() + static_cast<std::ptrdiff_t>(at(i)));
  }
  const std::uint64_t all = std::uint64_t{a.rows} * a.columns * b.columns;
  for (std::uint64_t cycle = 0; counts.macs < all; ++cycle) {
    for (std::uint32_t i = a.rows; i-- > 0;) {  // from the last row on, so that each reads what its neighbour had
      const bool enters = cycle >= i && cycle - i < a.columns;
      shift_row(i, b.columns, enters ? &a.at(i, static_cast<std::uint32_t>(cycle - i)) : nullptr);
      if (i > 0) {
        const auto above = weights_.begin() + static_cast<std::ptrdiff_t>(at(i - 1));
        std::copy_n(above, b.columns, weights_.begin() + static_cast<std::ptrdiff_t>(at(i)));
      } else {
        feed_weights(b, cycle);
      }
      multiply(i, sums_.data() + at(i), counts);
    }
    const bool full = valid_[a.rows - 1].end == b.columns;
    ++counts.cycles[full ? Phase::kStream : Phase::kFill];
  }
  drain_up(out, counts);
  return counts;
}

/// Sums shift up, a row per cycle; the top row leaves.
void Array::drain_up(Output out, FoldCounts& counts) {
  for (std::uint32_t left = 0; left < out.rows; ++left) {
    std::copy_n(sums_.begin(), out.columns, &out.at(left, 0));
    const std::size_t moved = at(out.rows - 1 - left);
    std::copy_n(sums_.begin() + columns_, moved, sums_.begin());
    ++counts.cycles[Phase::kDrain];
  }
}

/// Weights shift up, a row per cycle; the next row enters at the bottom of the fold.
void Array::load_weights(Operand b) {
  for (std::uint32_t entered = 0; entered < b.rows; ++entered) {
    std::copy_n(weights_.begin() + columns_, at(b.rows - 1), weights_.begin());
    std::copy_n(&b.at(entered, 0), b.columns, weights_.begin() + static_cast<std::ptrdiff_t>(at(b.rows - 1)));
  }
}

FoldCounts Array::run_weight_stationary(Operand a, Operand b, Operand initial, Output out) {
  FoldCounts counts;
  start_fold(b.rows);
  load_weights(b);
  counts.cycles[Phase::kFill] = b.rows;
  const std::uint32_t last = b.rows - 1;
  for (std::uint64_t cycle = 0; left_[b.columns - 1] < a.rows; ++cycle) {
    for (std::uint32_t i = b.rows; i-- > 0;) {
      const bool enters = cycle >= i && cycle - i < a.rows;
      shift_row(i, b.columns, enters ? &a.at(static_cast<std::uint32_t>(cycle - i), i) : nullptr);
      const Stretch valid = valid_[i];
      for (std::uint32_t j = valid.begin; i == 0 && j < valid.end; ++j) {
        entering_sums_[j] = initial.at(static_cast<std::uint32_t>(cycle - j), j);
      }
      multiply(i, i == 0 ? entering_sums_.data() : sums_.data() + at(i - 1), counts);
    }
    for (std::uint32_t j = valid_[last].begin; j < valid_[last].end; ++j) {
      out.at(left_[j]++, j) = sums_[at(last) + j];
    }
    ++counts.cycles[cycle < a.rows ? Phase::kStream : Phase::kDrain];
  }
  return counts;
}

}  // namespace sigdel::systolic
