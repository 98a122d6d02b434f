/// Scales of the random network, tuned for several weights of computation, beside random ones.
#pragma once

#include <vector>

#include "scenarios/experiments/random_network.hpp"
#include "scenarios/experiments/watch.hpp"
#include "scenarios/scenario.hpp"

namespace sigdel::experiments {

struct Tuning {
  double lambda = 0;               ///< computation summed over a batch
  bool literal = false;            ///< the gradient ignores that a layer's own integers depend on its scale
  std::vector<Triple> path;        ///< the scales at the start and after every epoch
  std::vector<Quality> qualities;  ///< of the same

  [[nodiscard]] const Quality& result() const { return qualities.back(); }
};

struct RandomExperiment {
  std::vector<Tuning>
      tunings;  ///< per lambda with the gradient of docs/tuning.md, then per lambda with the literal one
  std::vector<Triple> triples;
  std::vector<Quality> cloud;  ///< of the triples

  /// Random triples that are no worse in both.
  [[nodiscard]] std::size_t dominating(const Quality& quality) const;
};

/// Epochs of all tunings, which `watch` is told of.
std::size_t parts_of_random_experiment(const scenarios::ExperimentKeys& keys);

/// Tunes by stochastic gradient descent in double, from scales of 1, samples in their order. Throws InputError if the
/// keys allow no tuning.
RandomExperiment run_random_experiment(const scenarios::ExperimentKeys& keys, const Watch& watch);

}  // namespace sigdel::experiments
