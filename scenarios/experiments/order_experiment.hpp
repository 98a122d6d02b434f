/// One network, its scales tuned for several weights of computation, on frames that are shuffled and on the same frames
/// in temporal order: MNIST and Temporal-MNIST of O'Connor and Welling (2017), Figures 3 and 4.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/activity.hpp"
#include "models/quantise/scales.hpp"
#include "scenarios/experiments/watch.hpp"
#include "scenarios/plan.hpp"
#include "traces/frame_sink.hpp"

namespace sigdel::experiments {

/// The data beside a plan's own.
struct OrderData {
  traces::Frames train;               ///< to tune on
  std::vector<std::size_t> shuffled;  ///< orders of the plan's frames
  std::vector<std::size_t> temporal;
};

/// Reads the frames to tune on and orders the plan's own frames. `plan`: of the scenario of the experiment.
OrderData read_order_data(const scenarios::Plan& plan, const traces::ReadProgress& progress);

/// A mode over all test frames: its work is the sum over layers and frames.
struct Cost {
  Work work;
  double class_error = 0;  ///< 0..1
};

/// What one weight of computation leads to.
struct OrderPoint {
  double lambda = 0;  ///< computation summed over a batch
  quantise::Scales scales;
  double train_error = 0;  ///< class error of `rounding` on the frames to tune on, 0..1
  Cost rounding;           ///< on shuffled frames; in temporal order it is the same, frame by frame
  Cost delta_shuffled;     ///< sigma-delta
  Cost delta_temporal;
  /// Frames of which sigma-delta's outputs, in either order, are not rounding's, bit for bit: 0.
  std::uint64_t different = 0;
};

struct OrderExperiment {
  std::uint64_t frames = 0;  ///< test frames
  std::uint64_t train_frames = 0;
  double float_error = 0;        ///< class error of the float32 network on test frames, 0..1
  double dense_train_error = 0;  ///< of `dense` on the frames to tune on
  Cost dense;
  Cost zero_skip;
  std::vector<OrderPoint> points;  ///< by lambda

  /// The point with the fewest operations of sigma-delta in temporal order among those whose error is at most
  /// `slack` (0..1) above dense's; nullptr if there is none.
  [[nodiscard]] const OrderPoint* within(double slack) const;
  /// All that must hold exactly: outputs of both modes and in both orders equal.
  [[nodiscard]] bool equal() const;
};

/// Frames that pass through a network, which `watch` is told of.
std::size_t parts_of_order_experiment(const scenarios::Plan& plan, const OrderData& data);

/// `plan` must have both families of integers and labels. Lambdas are spread over `threads`.
OrderExperiment run_order_experiment(const scenarios::Plan& plan, const OrderData& data, unsigned threads,
                                     const Watch& watch);

}  // namespace sigdel::experiments
