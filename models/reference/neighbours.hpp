/// How far the activations of neighbouring frames are from each other, tensor by tensor: what temporal differences live
/// on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sigdel::reference {

/// One tensor of one frame, and its distances to the frame before; nothing in the first frame.
struct Neighbour {
  double l1 = 0;                          ///< sum of magnitudes
  std::optional<double> l1_distance;      ///< sum of magnitudes of the differences
  std::optional<double> cosine_distance;  ///< 1 - a b / (|a| |b|), 0..2; 0 between two zero tensors, 1 if one is zero
};

/// Collects them while run_graph runs: its observer calls observe(). Keeps one frame of every node that is looked at.
class Neighbours {
 public:
  /// `nodes`: whose outputs are looked at, in the order of the result. A node may be there several times.
  explicit Neighbours(std::vector<std::size_t> nodes) : nodes_(std::move(nodes)), before_(nodes_.size()) {}

  /// As reference::Observer has it; `frame_elements` is the size of the node's output for one frame, 1 or more.
  void observe(std::size_t node, std::size_t first_frame, std::size_t frame_elements, std::span<const float> values);

  /// Per frame and node.
  [[nodiscard]] const std::vector<std::vector<Neighbour>>& frames() const { return frames_; }

 private:
  std::vector<std::size_t> nodes_;
  std::vector<std::vector<float>> before_;  ///< per node that is looked at
  std::vector<std::vector<Neighbour>> frames_;
};

}  // namespace sigdel::reference
