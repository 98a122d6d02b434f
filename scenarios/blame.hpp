/// Errors of steps that know nothing of scenarios get the place and the keys that led to them.
#pragma once

#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "models/base/errors.hpp"
#include "scenarios/scenario.hpp"

namespace sigdel::scenarios {

/// Of keys that enter a step together those that an override changed; if there are none, all of them: any may be at
/// fault.
inline std::vector<std::string> suspects(const Scenario& scenario, const std::vector<std::string>& keys) {
  std::vector<std::string> overridden;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(overridden), [&](const std::string& key) {
    const auto origin = scenario.origins.find(key);
    return origin != scenario.origins.end() && origin->second.source == Source::kOverridden;
  });
  return overridden.empty() ? keys : overridden;
}

/// Runs the step. Its error comes out as `place: key, key: error`, for the suspects among the keys; the place is that
/// of the first one that was written.
template <class Step>
auto blaming(const Scenario& scenario, const std::vector<std::string>& keys, Step step) {
  try {
    return step();
  } catch (const InputError& error) {
    const std::vector<std::string> named = suspects(scenario, keys);
    const auto written = std::find_if(named.begin(), named.end(),
                                      [&](const std::string& key) { return scenario.origins.contains(key); });
    fail("{}: {}: {}", written == named.end() ? scenario.file : scenario.place_of(*written), fmt::join(named, ", "),
         error.what());
  }
}

}  // namespace sigdel::scenarios
