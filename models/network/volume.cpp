#include "models/network/volume.hpp"

#include <fmt/format.h>

namespace sigdel::network {

std::string to_string(const Box& box) {
  const auto range = [](const Range& r) { return fmt::format("{}..{}", r.begin, r.end - 1); };
  if (box.rows == Range{0, 1} && box.columns == Range{0, 1}) {
    return fmt::format("neurons {}", range(box.channels));
  }
  return fmt::format("channels {}, rows {}, columns {}", range(box.channels), range(box.rows), range(box.columns));
}

}  // namespace sigdel::network
