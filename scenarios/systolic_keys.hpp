/// The part of the table of keys that describes the systolic array.
#pragma once

#include <vector>

#include "scenarios/keys.hpp"

namespace sigdel::scenarios {

std::vector<Key> systolic_keys();

}  // namespace sigdel::scenarios
