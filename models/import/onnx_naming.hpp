/// How weight layers are named: docs/formats/network.md.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "models/import/onnx_model.hpp"

namespace sigdel::import {

/// "fc1" for "fc1.weight" and suffix ".weight"; empty if the name has not that form.
std::string stem(const std::string& name, std::string_view suffix);
/// The module in the name that PyTorch gives a node, "body.fc1" for "/body/fc1/MatMul"; else the node's name.
std::string module_of(const OnnxNode& node);
/// The first name that is not empty.
std::string first_of(std::initializer_list<std::string> names);
/// A constant's name in quotes, or "constant".
std::string shown(const Tensor& tensor);

}  // namespace sigdel::import
