#include "scenarios/blocks.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

namespace sigdel::scenarios {

std::vector<std::string> block_names(const sim::MachineConfig& machine) {
  std::vector<std::string> names;
  const std::size_t ports = machine.host_ports.size();
  for (std::size_t port = 0; port < ports; ++port) {
    names.push_back(ports == 1 ? "host" : fmt::format("host_{}", port));
  }
  for (const char* kind : {"core", "router"}) {
    for (std::uint32_t row = 0; row < machine.rows; ++row) {
      for (std::uint32_t column = 0; column < machine.columns; ++column) {
        names.push_back(fmt::format("{}_{}_{}", kind, row, column));
      }
    }
  }
  return names;
}

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace sigdel::scenarios
