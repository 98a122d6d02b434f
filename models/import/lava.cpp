#include "models/import/lava.hpp"

#include <new>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"

namespace sigdel::import {

network::Graph read_lava(const std::string& file) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30U;
  try {
    return graph_of(load_lava(read_file(file, kMostBytes), file));
  } catch (const std::bad_alloc&) {
    fail("{}: needs more memory than there is", file);
  }
}

}  // namespace sigdel::import
