/// The steps of an axis, from YAML.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "scenarios/keys.hpp"

namespace sigdel::scenarios {

/// The values that an axis gives to a key, at least one:
///   a list                          [4, 8, 16]; for a key that is a list itself, a list of lists
///   {from, to, step}                from, from + step, ... up to `to`
///   {from, to, points}              as many, each the same factor over the one before, from and to included
///   {from, to, samples, seed, log}  as many, drawn uniformly between from and to, or between their logarithms
/// Of a key of integers, values between steps are rounded, and equal ones that follow each other stand once (samples:
/// all stand). Names of files are completed with `folder`. Throws InputError without place.
std::vector<Value> axis_values(const Key& key, const YAML::Node& node, const std::string& folder);

}  // namespace sigdel::scenarios
