/// One tuning of a plan's network and what its scales give in integers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/quantise/scales.hpp"
#include "models/tune/prices.hpp"
#include "models/tune/tune.hpp"
#include "scenarios/plan.hpp"

namespace sigdel::cli {

/// On some of the plan's frames, with integers, per frame. Operations are additions as the paper counts them.
struct Measured {
  std::size_t frames = 0;
  double error = 0;  ///< with the loss kl the share of frames with another largest output than the float network's,
                     ///< with l2 the outputs' mean distance over their mean magnitude
  double loss = 0;   ///< what tuning minimises of the outputs, per frame
  double rounding = 0;
  double sigma_delta = 0;  ///< the first frame, from zero, is one of them
};

struct Tuning {
  double lambda = 0;
  quantise::Scales scales;  ///< rounded to five digits
  double loss = 0;
  double computation = 0;
  Measured on_tuned;
  Measured on_held_out;  ///< no frames: the same as on_tuned
  [[nodiscard]] const Measured& result() const { return on_held_out.frames == 0 ? on_tuned : on_held_out; }
};

/// How many of the plan's frames, the first ones, are tuned on.
std::size_t tuned_frames(const scenarios::Plan& plan);

/// Where tuning starts, shaped for the scenario's `tune.granularity`: `tune.start`, or the scenario's own scales (for a
/// tensor with several, their geometric mean).
quantise::Scales start_scales(const scenarios::Plan& plan);

/// One for each quantised tensor by the scenario's `tune.prices`; none for the paper's.
std::vector<tune::Price> tuning_prices(const scenarios::Plan& plan);

/// Tunes with that lambda.
Tuning tune_with(const scenarios::Plan& plan, double lambda, const tune::StepObserver& observer);

}  // namespace sigdel::cli
