/// A sweep file: a scenario, and axes over any of its keys. docs/formats/sweep.md describes the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/document.hpp"
#include "scenarios/keys.hpp"

namespace sigdel::scenarios {

/// A key's value, and where it stands.
struct Setting {
  const Key* key = nullptr;
  Value value;
  std::string place;
};

/// One key, or several that move together.
struct Axis {
  std::string name;  ///< the key, or the name of the group
  std::string place;
  std::vector<const Key*> keys;
  std::vector<std::vector<Value>> steps;  ///< per step, one value for each key; at least one step
};

/// An expression over names of keys.
struct Formula {
  std::string text;
  std::string place;
  const Key* key = nullptr;  ///< of a derived key; nullptr for a constraint
};

struct Objective {
  bool smallest = true;  ///< false: the largest is best
  std::string column;
};

/// A map of who wins over two axes, by a figure that every mode has.
struct BreakEvenMap {
  std::string x;  ///< names of axes
  std::string y;
  std::string figure;  ///< "full_nj_per_frame"
  std::string place;
};

/// So many points, drawn from all of them.
struct Sample {
  std::uint64_t points = 0;
  std::uint64_t seed = 1;
};

struct Sweep {
  std::string file;
  std::string name;  ///< the file's, without .yaml
  Document base;     ///< the scenario with `set` entered
  std::vector<Axis> axes;
  std::map<std::string, const Key*> names;  ///< what formulas may call keys
  std::vector<Formula> derived;
  std::vector<Formula> constraints;
  std::optional<Sample> sample;
  std::vector<std::string> outputs;  ///< shell-style patterns of the table's columns; empty: all but those of layers
  std::vector<Objective> objectives;
  std::optional<BreakEvenMap> break_even;
  std::string output_folder;

  /// Keys that differ between points: of the axes, then derived ones; the table's first columns.
  [[nodiscard]] std::vector<const Key*> keys() const;
};

/// Enters a value into a scenario, as an override.
void enter(Document& document, const Setting& setting);

/// Reads one. Throws InputError with up to ten problems, `file:line: key: expected ..., found ...`, for what is no
/// sweep file, unknown keys, values that their keys refuse, keys that are set twice, formulas that cannot be read or
/// name what is not there; and for a base scenario that cannot be read.
Sweep read_sweep(const std::string& file);

}  // namespace sigdel::scenarios
