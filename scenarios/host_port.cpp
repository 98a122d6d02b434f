#include "scenarios/host_port.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sigdel::scenarios {

std::string to_text(const sim::HostPort& port) { return fmt::format("{}_{}", name_of(port.edge), port.position); }

std::optional<sim::HostPort> host_port_of(std::string_view text) {
  const std::size_t bar = text.find('_');
  const auto edge = from_name<sim::Edge>(text.substr(0, bar));
  if (!edge || bar == std::string_view::npos) {
    return std::nullopt;
  }
  sim::HostPort port{*edge, 0};
  std::from_chars(text.data() + bar + 1, text.data() + text.size(), port.position);
  return to_text(port) == text ? std::optional(port) : std::nullopt;
}

}  // namespace sigdel::scenarios
