#include "models/import/onnx_naming.hpp"

#include <algorithm>

namespace sigdel::import {

std::string stem(const std::string& name, std::string_view suffix) {
  const bool fits =
      name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
  return fits ? name.substr(0, name.size() - suffix.size()) : std::string();
}

std::string module_of(const OnnxNode& node) {
  const std::size_t end = node.name.rfind('/');
  const bool fits = end != std::string::npos && end > 1 && node.name.front() == '/' &&
                    node.name.compare(end + 1, node.op.size(), node.op) == 0;
  std::string name = fits ? node.name.substr(1, end - 1) : node.name;
  if (fits) {
    std::replace(name.begin(), name.end(), '/', '.');
  }
  return name;
}

std::string first_of(std::initializer_list<std::string> names) {
  return *std::find_if(names.begin(), names.end() - 1, [](const std::string& name) { return !name.empty(); });
}

std::string shown(const Tensor& tensor) { return tensor.name.empty() ? "constant" : "'" + tensor.name + "'"; }

}  // namespace sigdel::import
