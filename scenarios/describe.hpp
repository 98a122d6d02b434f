/// What `sigdel check` prints.
#pragma once

#include <string>

#include "scenarios/plan.hpp"

namespace sigdel::scenarios {

/// Every key with its value and where that comes from, the network's layers and integers, the frames, the mapping and
/// the energy table, as text for a reader.
std::string describe(const Plan& plan);
/// The first part of it, for what has no plan: every key.
std::string describe_keys(const Scenario& scenario);

}  // namespace sigdel::scenarios
