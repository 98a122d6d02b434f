/// Names of the machine's blocks, and the patterns that select some of them.
#pragma once

#include <string>
#include <vector>

#include "sim/core/config.hpp"

namespace sigdel::scenarios {

/// "host", or "host_<port>" if there are several, then "core_<row>_<column>" and "router_<row>_<column>" of every place
/// of the mesh.
std::vector<std::string> block_names(const sim::MachineConfig& machine);

/// Whether a shell-style pattern (`*`, `?`, `[a-c]`) matches all of the name.
bool matches(const std::string& pattern, const std::string& name);

/// Whether there is a name that both patterns match; `[a-c]` is taken for any character.
bool can_agree(const std::string& pattern, const std::string& other);

}  // namespace sigdel::scenarios
