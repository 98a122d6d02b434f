#include "scenarios/key_groups.hpp"

namespace sigdel::scenarios {
namespace {

/// What is minimised.
std::vector<Key> objective_keys() {
  return {
      {.path = "tune.lambda",
       .item = Item::kReal,
       .limits = {0, 1e6},
       .meaning = "weight of computation per frame against loss per frame; needed unless there is a target",
       .field = at([](auto& s) -> auto& { return s.tune.settings.lambda; })},
      {.path = "tune.max_error",
       .item = Item::kReal,
       .limits = {0, 1},
       .meaning =
           "target on the held-out frames instead of `tune.lambda`: with the loss `kl` the share of frames whose "
           "largest output is another than the float network's, with `l2` the relative error; 0: none",
       .field = at([](auto& s) -> auto& { return s.tune.max_error; })},
      {.path = "tune.max_operations",
       .item = Item::kReal,
       .limits = {0, 1e15},
       .unit = "additions per frame",
       .meaning = "target on the held-out frames instead of `tune.lambda`, in the mode of `tune.cost`; 0: none",
       .field = at([](auto& s) -> auto& { return s.tune.max_operations; })},
      {.path = "tune.loss",
       .item = Item::kChoice,
       .choices = names_of<tune::Loss>(),
       .meaning =
           "distance of the outputs from the float network's: Kullback-Leibler divergence of the softmaxes, sum of "
           "squared differences; `auto`: kl if the network ends in a softmax, else l2",
       .field = at([](auto& s) -> auto& { return s.tune.settings.loss; })},
      {.path = "tune.cost",
       .item = Item::kChoice,
       .choices = names_of<tune::Cost>(),
       .meaning =
           "computation is that of `rounding`, or of `sigma-delta` on runs of `tune.batch` frames in their order",
       .field = at([](auto& s) -> auto& { return s.tune.settings.cost; })},
      {.path = "tune.prices",
       .item = Item::kChoice,
       .choices = names_of<TunePrices>(),
       .meaning = "one for each addition, or pJ by `energy.table` and the sizes of the machine's memories",
       .field = at([](auto& s) -> auto& { return s.tune.prices; })},
      {.path = "tune.granularity",
       .item = Item::kChoice,
       .choices = names_of<tune::Granularity>(),
       .meaning = "one scale for each quantised tensor, or one for each channel of an image and each unit of a vector",
       .field = at([](auto& s) -> auto& { return s.tune.settings.granularity; })},
  };
}

/// How it is minimised.
std::vector<Key> descent_keys() {
  return {
      {.path = "tune.gradient",
       .item = Item::kChoice,
       .choices = names_of<tune::Gradient>(),
       .meaning =
           "`rounding`: true rounding, its residual held; `literal`: integers held (worse); `noise`: noise instead "
           "of rounding, for deep networks",
       .field = at([](auto& s) -> auto& { return s.tune.settings.gradient; })},
      {.path = "tune.precision",
       .item = Item::kChoice,
       .choices = names_of<tune::Precision>(),
       .meaning = "of the arithmetic; `float64` is there for chains of fully connected layers",
       .field = at([](auto& s) -> auto& { return s.tune.settings.precision; })},
      {.path = "tune.optimiser",
       .item = Item::kChoice,
       .choices = names_of<tune::Optimiser>(),
       .meaning = "`adam`: steps do not depend on the units of loss and computation, and shrink to 0; `sgd`: plain "
                  "descent, as published",
       .field = at([](auto& s) -> auto& { return s.tune.settings.optimiser; })},
      {.path = "tune.learning_rate",
       .item = Item::kReal,
       .limits = {0, 1e3},
       .meaning = "of the descent on the logarithms of the scales",
       .field = at([](auto& s) -> auto& { return s.tune.settings.learning_rate; })},
      {.path = "tune.clip",
       .item = Item::kReal,
       .limits = {0, 1e9},
       .meaning = "largest magnitude of a derivative; 0: none",
       .field = at([](auto& s) -> auto& { return s.tune.settings.clip; })},
      {.path = "tune.batch",
       .limits = {1, 65536},
       .unit = "frames",
       .meaning = "of one step",
       .field = at([](auto& s) -> auto& { return s.tune.settings.batch; })},
      {.path = "tune.epochs",
       .limits = {1, 1e6},
       .meaning = "passes over the frames",
       .field = at([](auto& s) -> auto& { return s.tune.settings.epochs; })},
      {.path = "tune.shuffle",
       .item = Item::kBoolean,
       .meaning = "take the frames (with the cost `sigma-delta` the runs) in another order in every epoch",
       .field = at([](auto& s) -> auto& { return s.tune.settings.shuffle; })},
      {.path = "tune.seed",
       .limits = {0, kMaxIndex},
       .meaning = "of that order and of the noise",
       .field = at([](auto& s) -> auto& { return s.tune.settings.seed; })},
      {.path = "tune.start",
       .item = Item::kReal,
       .limits = {0, 1e6},
       .meaning = "every scale before the first step; 0: those of the scenario, or 1 if it has none",
       .field = at([](auto& s) -> auto& { return s.tune.start; })},
      {.path = "tune.held_out",
       .item = Item::kReal,
       .limits = {0, 1},
       .meaning = "share of the frames, the last ones, that is not tuned on and on which results and targets are "
                  "measured; 0: all are tuned on and measured",
       .field = at([](auto& s) -> auto& { return s.tune.held_out; })},
  };
}

}  // namespace

std::vector<Key> tune_keys() {
  std::vector<Key> all = objective_keys();
  const std::vector<Key> descent = descent_keys();
  all.insert(all.end(), descent.begin(), descent.end());
  return all;
}

}  // namespace sigdel::scenarios
