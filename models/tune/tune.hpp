/// Finds the scales of a network's quantised tensors from frames without labels, by stochastic gradient descent on
/// the logarithms of the scales. Method: O'Connor and Welling, "Sigma Delta Quantized Networks", ICLR 2017.
#pragma once

#include <functional>

#include "models/quantise/scales.hpp"
#include "models/quantise/weight_layers.hpp"
#include "models/reference/float_graph.hpp"
#include "models/tune/prices.hpp"
#include "models/tune/settings.hpp"

namespace sigdel::tune {

/// Where tuning is: after `done` of `steps` batches.
struct Step {
  std::size_t done = 0;
  std::size_t steps = 0;
  double loss = 0;                 ///< of the batch, per frame, before its step
  double computation = 0;          ///< likewise, in the unit of the prices; a bias costs nothing
  const quantise::Scales& scales;  ///< after the step
};
/// Called after every step; may throw, to stop.
using StepObserver = std::function<void(const Step&)>;

struct Tuned {
  quantise::Scales scales;
  double loss = 0;         ///< mean over the steps of the last epoch
  double computation = 0;  ///< likewise
};

/// `start`, once for each tensor or channel.
quantise::Scales uniform_scales(const quantise::WeightLayers& layers, Granularity granularity, double start);

/// Tunes on `count` frames, from `start` (shaped as uniform_scales has it for the settings' granularity), with one
/// price for each quantised tensor or none for the paper's. Scales stay within 1e-6 to 1e6. Throws InputError for
/// settings or networks that cannot be tuned: no frames, batches too small for Cost::kSigmaDelta, what float64 does not
/// do, ReLU6 with a scale for each channel.
Tuned tune(const network::Graph& graph, const quantise::WeightLayers& layers, const reference::FrameReader& frames,
           std::size_t count, const quantise::Scales& start, const Settings& settings,
           const std::vector<Price>& prices = {}, const StepObserver& observer = {});

}  // namespace sigdel::tune
