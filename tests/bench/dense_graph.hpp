/// A float graph on oneDNN at its best, to measure against: primitives and weights prepared once, layouts that oneDNN
/// chooses from the first convolution to the last, ReLUs fused into convolutions.
#pragma once

#include <dnnl.hpp>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/network/graph.hpp"

namespace sigdel::bench {

class DenseGraph {
 public:
  /// Of convolutions, ReLU, max-pools, global averages, concatenation, flattening and a softmax; throws
  /// std::logic_error for anything else. As many threads as OMP_NUM_THREADS says.
  explicit DenseGraph(const network::Graph& graph);

  /// One frame in C order; the last node's values, valid until the next call.
  std::span<const float> run(std::span<const float> frame);

 private:
  using Arguments = std::unordered_map<int, dnnl::memory>;
  struct Step {
    dnnl::primitive primitive;
    Arguments arguments;
  };

  void add(const network::Graph& graph, std::size_t i);
  void convolve(const network::Graph& graph, std::size_t i, const network::Convolution& map);
  void pool(const network::Graph& graph, std::size_t i, const network::Window& window, dnnl::algorithm what);
  void join(const network::Node& node, std::size_t i);
  void soften(std::size_t i);
  void rectify(const network::Node& node, std::size_t i);
  /// The memory itself if it has the layout; else one that a step fills with it.
  dnnl::memory laid_out(const dnnl::memory& from, const dnnl::memory::desc& wanted);
  void add_step(dnnl::primitive primitive, Arguments arguments);

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::vector<dnnl::memory> values_;  ///< per node
  std::vector<bool> is_fused_;        ///< per node: a ReLU that its convolution does
  std::vector<Step> steps_;
};

}  // namespace sigdel::bench
