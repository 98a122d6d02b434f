/// Turns an OnnxModel into a Graph, one node after the other, with the handlers of onnx_operators.hpp.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/base/errors.hpp"
#include "models/import/onnx_model.hpp"
#include "models/network/graph.hpp"

namespace sigdel::import {

struct OnnxOperator;

/// A batch normalisation at inference, y = scale x + shift per channel.
struct Affine {
  std::vector<double> scale;
  std::vector<double> shift;
  const OnnxNode* source = nullptr;
};

/// What a name of the file stands for: a constant, or the output of a node of the graph, which an affine map still has
/// to be applied to if there is one: whoever reads it folds it in or refuses it.
struct Value {
  const Tensor* constant = nullptr;  ///< null for a node's output
  std::size_t node = 0;
  const Affine* affine = nullptr;
};

/// Graph nodes that turn out not to reach the output are left out at the end: a handler may replace an earlier node by
/// a better one (MatMul by MatMul with bias) and leave the old one for whoever else reads it.
class OnnxImporter {
 public:
  explicit OnnxImporter(const OnnxModel& model) : model_(model) {}

  /// The whole network. Throws InputError that names file and node.
  network::Graph run();

  // For the handlers. Every function that takes a node throws InputError in its name.

  /// Throws "FILE: node 'NAME' (OP): " and the formatted text.
  template <class... Args>
  [[noreturn]] void refuse(const OnnxNode& node, fmt::format_string<Args...> format, Args&&... args) const {
    fail("{}: node '{}' ({}): {}", model_.file, node.name, node.op, fmt::format(format, std::forward<Args>(args)...));
  }

  [[nodiscard]] static bool has_input(const OnnxNode& node, std::size_t which);
  /// The value of an input that is there.
  [[nodiscard]] Value input(const OnnxNode& node, std::size_t which) const;
  /// The graph node that gives an input; refuses a constant, and a batch normalisation that is not folded yet.
  [[nodiscard]] std::size_t activation(const OnnxNode& node, std::size_t which) const;
  /// The constant that is an input; refuses an activation and a constant with a defect.
  [[nodiscard]] const Tensor& constant(const OnnxNode& node, std::size_t which) const;
  /// A constant's float32 elements; refuses other types, an element that is not finite, and an empty tensor.
  [[nodiscard]] const std::vector<float>& weights(const OnnxNode& node, const Tensor& tensor) const;
  /// A constant's int64 or bool elements.
  [[nodiscard]] const std::vector<std::int64_t>& integers(const OnnxNode& node, const Tensor& tensor) const;
  /// An attribute that is one number, or `otherwise` where the node has none of that name.
  [[nodiscard]] std::int64_t integer(const OnnxNode& node, const std::string& attribute, std::int64_t otherwise) const;
  [[nodiscard]] std::string text(const OnnxNode& node, const std::string& attribute, std::string otherwise) const;
  /// An attribute that is a list of `count` integers in 0 .. 65535, or all `otherwise` where the node has none.
  [[nodiscard]] std::vector<std::int64_t> extents(const OnnxNode& node, const std::string& attribute, std::size_t count,
                                                  std::int64_t otherwise) const;
  [[nodiscard]] float real(const OnnxNode& node, const std::string& attribute, float otherwise) const;

  [[nodiscard]] std::int64_t opset() const { return model_.opset; }
  [[nodiscard]] const network::Node& graph_node(std::size_t index) const { return graph_.nodes[index]; }
  /// The file's node that a graph node other than the input came from.
  [[nodiscard]] const OnnxNode& source(std::size_t index) const { return *sources_[index]; }

  /// Appends a graph node; the first output of `node` now stands for it. Names need not be unique yet.
  void add(const OnnxNode& node, std::string name, network::Operation operation, std::vector<std::size_t> inputs,
           network::Shape shape);
  /// Keeps an affine map for a value that is to be bound.
  const Affine* keep(Affine affine) { return &affines_.emplace_back(std::move(affine)); }
  /// Refuses, in the name of the node that it comes from, a batch normalisation that `reader` cannot fold.
  [[noreturn]] void refuse_affine(const Affine& affine, const std::string& reader) const;
  /// Lets the first output of `node` stand for a value that exists already.
  void bind(const OnnxNode& node, Value value);

 private:
  void add_input();
  void note_producers();
  void import_node(const OnnxNode& node);
  void check_node(const OnnxNode& node, const OnnxOperator& row) const;
  [[noreturn]] void refuse_unknown(const OnnxNode& node, const std::string& value) const;
  [[nodiscard]] std::size_t output_node(const OnnxValueInfo& output) const;
  [[nodiscard]] const OnnxValueInfo& last_output() const;
  [[nodiscard]] std::vector<bool> what_reaches(std::size_t output) const;
  void check_output_shape(const OnnxValueInfo& declared, const network::Shape& shape) const;
  void keep_what_reaches(std::size_t output);
  void check_softmax_is_last() const;
  void make_names_unique();

  const OnnxModel& model_;
  network::Graph graph_;
  std::deque<Affine> affines_;
  std::vector<const OnnxNode*> sources_;                        ///< per graph node; null for the input
  std::unordered_map<std::string, Value> values_;               ///< by the file's names
  std::unordered_map<std::string, const OnnxNode*> producers_;  ///< of every output in the file
};

}  // namespace sigdel::import
