#include "models/import/onnx.hpp"

#include <new>

#include "models/base/errors.hpp"
#include "models/import/onnx_importer.hpp"
#include "models/import/onnx_model.hpp"

namespace sigdel::import {

network::Graph read_onnx(const std::string& file) {
  try {
    const OnnxModel model = load_onnx(file);
    return OnnxImporter(model).run();
  } catch (const std::bad_alloc&) {
    fail("{}: needs more memory than there is", file);
  }
}

}  // namespace sigdel::import
