/// The table of scenario keys: each is declared once, in one of *keys.cpp, and parsing, checks, overrides, printing and
/// the test of the documentation all go by this table.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/enum_table.hpp"
#include "scenarios/field.hpp"

namespace sigdel::scenarios {

/// What one item of a key is.
enum class Item {
  kBoolean,
  kInteger,
  kReal,
  kText,
  kName,    ///< a text that can be the last part of a file name
  kFile,    ///< relative to the scenario's folder; relative to the current one in an override
  kTable,   ///< an energy table's name, or a file if it has a '/' or ends in .yaml
  kFolder,  ///< relative to the current folder
  kChoice,  ///< one of Key::choices
  kPort,    ///< a host port: scenarios/host_port.hpp
};

/// When a key must be there.
enum class Need { kOptional, kRequired, kWithMachine };

struct Limits {
  double low = 0;
  double high = 0;
};

/// A list of least to most items; a single item may stand without brackets.
struct ListOf {
  std::size_t least = 0;  ///< 0: no list, one item
  std::size_t most = 0;
  bool bare = false;  ///< one item is the usual case: it is written without brackets
};

struct Key {
  std::string_view path;  ///< "machine.core.lanes"
  Item item = Item::kInteger;
  Limits limits{};                          ///< of numbers
  std::vector<std::string_view> choices{};  ///< of a choice, or of an integer that has few values
  ListOf list{};
  std::string_view unit{};
  Need need = Need::kOptional;
  std::string_view derived{};  ///< the default in words, where it follows from another key
  std::string_view meaning{};
  Field field{};

  [[nodiscard]] bool is_list() const { return list.least > 0; }
};

/// Every key, in the order in which scenarios are printed.
const std::vector<Key>& keys();
/// The key of that path, or nullptr.
const Key* find_key(std::string_view path);
/// Whether keys begin with `path` and a dot.
bool is_section(std::string_view path);
/// Whether that text is a file: always for a key of files; for a table if it has a '/' or ends in .yaml.
bool names_file(const Key& key, std::string_view text);

/// "an integer of 1 to 4096", for messages.
std::string expectation(const Key& key);
/// "integer", "list of reals", for the documentation.
std::string type_text(const Key& key);
/// "1 to 4096", "8, 16, 32", for the documentation; "" if any value goes.
std::string range_text(const Key& key);
/// "required", "16", or the default in words, for the documentation.
std::string default_text(const Key& key);
/// A value as YAML, on one line.
std::string value_text(const Key& key, const Value& value);

/// A hint after an unknown key: the nearest key or section, or else what is known there.
std::string hint_for_unknown(std::string_view path);

}  // namespace sigdel::scenarios

namespace sigdel {
template <>
struct EnumTable<scenarios::Item> {
  static constexpr std::array<std::string_view, 10> names{"true or false", "integer", "real",   "text",   "name",
                                                          "file",          "table",   "folder", "choice", "host port"};
};
}  // namespace sigdel
