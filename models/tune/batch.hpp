/// One batch of frames through the rounding network and back: loss, computation, and their derivatives by the scales.
#pragma once

#include <optional>
#include <vector>

#include "models/base/random.hpp"
#include "models/quantise/scales.hpp"
#include "models/quantise/weight_layers.hpp"
#include "models/tune/arithmetic.hpp"
#include "models/tune/prices.hpp"
#include "models/tune/settings.hpp"

namespace sigdel::tune {

/// Means per frame, and their derivatives by the scales' natural logarithms, shaped like the scales.
struct Gradients {
  double loss = 0;
  double computation = 0;
  quantise::Scales of_loss;
  quantise::Scales of_computation;
};

/// The node whose output the losses look at: the last, or that before a softmax.
std::size_t output_node(const network::Graph& graph);
/// kAuto resolved.
Loss loss_for(const network::Graph& graph, Loss loss);

/// Loss per frame (mean) between outputs of `batch` frames, and its gradient with respect to `rounded` in `gradient`.
template <class Real>
double loss_of(Loss loss, std::size_t batch, const Values<Real>& rounded, const Values<Real>& dense,
               Values<Real>& gradient);

/// `Real`: float or double. Graph, layers and prices must outlive this.
template <class Real>
class Batch {
 public:
  Batch(const network::Graph& graph, const quantise::WeightLayers& layers, const std::vector<TensorPrice>& prices,
        const Settings& settings);

  /// Outputs (before a softmax) of the network without rounding.
  [[nodiscard]] Values<Real> dense(const Values<Real>& frames, std::size_t count) const;

  /// `targets`: what dense() gives for these frames. With Cost::kSigmaDelta the frames follow each other, and
  /// computation is the mean over all but the first. `random` is used with Gradient::kNoise.
  [[nodiscard]] Gradients gradients(const Values<Real>& frames, const Values<Real>& targets, std::size_t count,
                                    const quantise::Scales& scales, Random& random) const;

 private:
  /// Per node: its values, and if a tensor is made of them what is sent on, in units of the values.
  struct Trace {
    std::vector<Values<Real>> raw;  ///< only where it differs from `sent`
    std::vector<Values<Real>> sent;
  };

  [[nodiscard]] Trace run(const Values<Real>& frames, std::size_t count, const quantise::Scales& scales,
                          Random& random) const;
  void quantise(const std::vector<double>& scales, std::size_t elements, Random& random, Values<Real>& values) const;
  void back(const Trace& trace, std::size_t count, Values<Real> gradient, const quantise::Scales& scales,
            Gradients& result) const;
  void add_loss(std::size_t tensor, const Trace& trace, std::size_t count, const std::vector<double>& scales,
                Values<Real>& gradient, std::vector<double>& result) const;
  void add_computation(std::size_t tensor, const Trace& trace, std::size_t count, const std::vector<double>& scales,
                       Gradients& result) const;

  const network::Graph& graph_;
  const quantise::WeightLayers& layers_;
  const std::vector<TensorPrice>& prices_;
  Settings settings_;
  std::size_t output_;
  std::vector<std::optional<std::size_t>> tensor_of_;  ///< per node
  Arithmetic<Real> arithmetic_;
};

}  // namespace sigdel::tune
