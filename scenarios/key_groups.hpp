/// The parts of the table of keys that have files of their own, and what their rows share.
#pragma once

#include <string_view>
#include <vector>

#include "models/base/enum_table.hpp"
#include "models/base/mode.hpp"
#include "scenarios/keys.hpp"

namespace sigdel::scenarios {

std::vector<Key> stimulus_keys();    ///< where frames come from, and what becomes of them
std::vector<Key> tune_keys();        ///< how `sigdel tune` finds scales
std::vector<Key> machine_keys();     ///< mesh, routers, cores, mapping
std::vector<Key> systolic_keys();    ///< the systolic array
std::vector<Key> energy_keys();      ///< where events come from, and prices
std::vector<Key> experiment_keys();  ///< what is run instead of the scenario alone
std::vector<Key> output_keys();      ///< reports and trace

inline constexpr double kMaxIndex = 2147483647;
inline constexpr ListOf kModeList{1, kEnumSize<Mode>};
inline constexpr ListOf kLongList{1, 1024};
inline constexpr ListOf kOneOrMore{1, 1024, true};

/// An enum's names, for Key::choices.
template <class Enum>
std::vector<std::string_view> names_of() {
  return {EnumTable<Enum>::names.begin(), EnumTable<Enum>::names.end()};
}

}  // namespace sigdel::scenarios
