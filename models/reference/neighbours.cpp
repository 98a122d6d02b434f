#include "models/reference/neighbours.hpp"

#include <cmath>

namespace sigdel::reference {
namespace {

double l1_of(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) {
    sum += std::abs(double{value});
  }
  return sum;
}

double cosine_distance(double product, double squares_a, double squares_b) {
  if (squares_a == 0 || squares_b == 0) {
    return squares_a == squares_b ? 0 : 1;
  }
  return 1 - product / std::sqrt(squares_a) / std::sqrt(squares_b);
}

Neighbour compare(std::span<const float> before, std::span<const float> values) {
  double distance = 0;
  double product = 0;
  double squares_before = 0;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double a{before[i]};
    const double b{values[i]};
    distance += std::abs(b - a);
    product += a * b;
    squares_before += a * a;
    squares += b * b;
  }
  // Rounding must not make equal tensors differ: their cosine is 1 only to the last bits.
  const double cosine = distance == 0 ? 0 : cosine_distance(product, squares_before, squares);
  return {l1_of(values), distance, cosine};
}

}  // namespace

void Neighbours::observe(std::size_t node, std::size_t first_frame, std::size_t frame_elements,
                         std::span<const float> values) {
  const std::size_t count = values.size() / frame_elements;
  if (frames_.size() < first_frame + count) {
    frames_.resize(first_frame + count, std::vector<Neighbour>(nodes_.size()));
  }
  for (std::size_t which = 0; which < nodes_.size(); ++which) {
    if (nodes_[which] != node) {
      continue;
    }
    std::vector<float>& before = before_[which];
    for (std::size_t i = 0; i < count; ++i) {
      const auto frame = values.subspan(i * frame_elements, frame_elements);
      frames_[first_frame + i][which] =
          before.empty() ? Neighbour{l1_of(frame), std::nullopt, std::nullopt} : compare(before, frame);
      before.assign(frame.begin(), frame.end());
    }
  }
}

}  // namespace sigdel::reference
