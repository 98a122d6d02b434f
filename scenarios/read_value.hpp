/// One YAML value to the value of a key.
#pragma once

#include <yaml-cpp/yaml.h>

#include "scenarios/keys.hpp"

namespace sigdel::scenarios {

/// Throws InputError "expected an integer of 1 to 4096, found 'many'". Strict: "12abc", 16.0 and a quoted "16" are no
/// integers, nan and inf no reals, yes and no neither true nor false.
Value read_value(const Key& key, const YAML::Node& node);

/// Where the shell's and the file's values differ: names of files are completed with `folder`.
Value complete_files(const Key& key, Value value, const std::string& folder);

}  // namespace sigdel::scenarios
