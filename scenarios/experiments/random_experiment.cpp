#include "scenarios/experiments/random_experiment.hpp"

#include <algorithm>
#include <string>

#include "models/quantise/weight_layers.hpp"
#include "models/tune/tune.hpp"

namespace sigdel::experiments {
namespace {

/// The network as an imported one would be: weights in float32, which changes scales and errors by less than 0.1 %.
network::Graph graph_of(const RandomNetwork& random) {
  const network::Shape shape{kRandomWidth};
  network::Graph graph;
  graph.nodes.push_back({"input", network::Input{}, {}, shape});
  for (std::size_t layer = 0; layer < kRandomLayers; ++layer) {
    const std::vector<double>& weights = random.weights.at(layer);
    network::FullyConnected connected{kRandomWidth, kRandomWidth, {}, std::vector<float>(kRandomWidth, 0.0F)};
    std::transform(weights.begin(), weights.end(), std::back_inserter(connected.weights),
                   [](double weight) { return static_cast<float>(weight); });
    const std::string name = "fc" + std::to_string(layer + 1);
    graph.nodes.push_back({name, std::move(connected), {graph.nodes.size() - 1}, shape});
    graph.nodes.push_back({name + ".relu", network::Relu{}, {graph.nodes.size() - 1}, shape});
  }
  return graph;
}

tune::Settings settings_of(const scenarios::ExperimentKeys& keys) {
  tune::Settings settings;
  settings.loss = tune::Loss::kL2;
  settings.precision = tune::Precision::kFloat64;
  settings.optimiser = tune::Optimiser::kSgd;
  settings.learning_rate = keys.learning_rate;
  settings.clip = keys.clip;
  settings.batch = keys.batch;
  settings.epochs = keys.epochs;
  return settings;
}

Triple triple_of(const quantise::Scales& scales) {
  Triple triple{};
  for (std::size_t layer = 0; layer < kRandomLayers; ++layer) {
    triple.at(layer) = scales.at(layer).front();
  }
  return triple;
}

class Tuner {
 public:
  Tuner(const RandomNetwork& network, const scenarios::ExperimentKeys& keys, const Watch& watch)
      : network_(network),
        watch_(watch),
        graph_(graph_of(network)),
        layers_(quantise::weight_layers(graph_)),
        settings_(settings_of(keys)) {}

  Tuning run(double lambda, bool literal) {
    Tuning tuning{lambda, literal, {}, {}};
    const auto start = tune::uniform_scales(layers_, settings_.granularity, 1);
    tune::Settings settings = settings_;
    settings.lambda = lambda * static_cast<double>(settings.batch);  // the tuner's is per sample
    settings.gradient = literal ? tune::Gradient::kLiteral : tune::Gradient::kRounding;
    add(start, tuning);
    tune::tune(graph_, layers_, frames(), kRandomInputs, start, settings, {}, [&](const tune::Step& step) {
      if (step.done % (step.steps / settings.epochs) == 0) {
        add(step.scales, tuning);
        watch_(1);
      }
    });
    return tuning;
  }

 private:
  void add(const quantise::Scales& scales, Tuning& tuning) const {
    tuning.path.push_back(triple_of(scales));
    tuning.qualities.push_back(quality_of(network_, tuning.path.back()));
  }

  [[nodiscard]] reference::FrameReader frames() const {
    return [this](std::size_t i, std::span<float> values) {
      const auto begin = network_.inputs.begin() + static_cast<std::ptrdiff_t>(i * kRandomWidth);
      std::transform(begin, begin + kRandomWidth, values.begin(),
                     [](double value) { return static_cast<float>(value); });
    };
  }

  const RandomNetwork& network_;
  const Watch& watch_;
  network::Graph graph_;
  quantise::WeightLayers layers_;
  tune::Settings settings_;
};

}  // namespace

std::size_t RandomExperiment::dominating(const Quality& quality) const {
  return static_cast<std::size_t>(
      std::count_if(cloud.begin(), cloud.end(), [&](const Quality& other) { return dominates(other, quality); }));
}

std::size_t parts_of_random_experiment(const scenarios::ExperimentKeys& keys) {
  return 2 * keys.lambdas.size() * keys.epochs;
}

RandomExperiment run_random_experiment(const scenarios::ExperimentKeys& keys, const Watch& watch) {
  RandomExperimentData data = draw_random_network(keys.seed, keys.triples);
  Tuner tuner(data.network, keys, watch);
  RandomExperiment experiment;
  for (const bool literal : {false, true}) {
    for (const double lambda : keys.lambdas) {
      experiment.tunings.push_back(tuner.run(lambda, literal));
    }
  }
  experiment.triples = std::move(data.triples);
  for (const Triple& triple : experiment.triples) {
    experiment.cloud.push_back(quality_of(data.network, triple));
  }
  return experiment;
}

}  // namespace sigdel::experiments
