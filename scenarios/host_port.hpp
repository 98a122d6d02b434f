/// The names of host ports in a scenario: `west_0` is at the west side of row 0, `south_2` below column 2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/config.hpp"

namespace sigdel::scenarios {

std::string to_text(const sim::HostPort& port);
/// Nothing unless the text is an edge, an underscore and a decimal number without leading zeros.
std::optional<sim::HostPort> host_port_of(std::string_view text);

}  // namespace sigdel::scenarios
