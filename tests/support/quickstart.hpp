/// The committed quick start, short.
#pragma once

#include <string>
#include <vector>

#include "scenarios/resolve.hpp"

namespace sigdel::test {

inline const std::string kTables = SIGDEL_SOURCE_DIR "/energy/tables";

/// Of its first four frames, unless overridden.
inline scenarios::Scenario quickstart(std::vector<std::string> overrides) {
  overrides.insert(overrides.begin(), "stimulus.frames=4");
  return scenarios::read_scenario(SIGDEL_SOURCE_DIR "/scenarios/quickstart.yaml", overrides);
}

inline scenarios::Plan plan_of(const std::vector<std::string>& overrides) {
  return scenarios::resolve(quickstart(overrides), kTables);
}

}  // namespace sigdel::test
