#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>

#include "models/base/errors.hpp"
#include "scenarios/read_value.hpp"
#include "scenarios/sweep/axis.hpp"
#include "scenarios/sweep/expression.hpp"
#include "scenarios/sweep/sweep.hpp"
#include "scenarios/yaml_file.hpp"

namespace sigdel::scenarios {
namespace {

namespace fs = std::filesystem;

/// Keys that are the sweep's own affair.
bool is_reserved(std::string_view path) {
  return path == "name" || path == "output.folder" || path == "execution" || path == "recording.file" ||
         path.starts_with("trace.");
}

std::string last_part(std::string_view path) { return std::string(path.substr(path.rfind('.') + 1)); }

bool is_identifier(const std::string& text) {
  const auto is_letter = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::all_of(text.begin(), text.end(), is_letter);
}

bool is_number(const Key& key) {
  return !key.is_list() && (key.item == Item::kInteger || key.item == Item::kReal || key.item == Item::kBoolean);
}

class Reader {
 public:
  explicit Reader(const std::string& file) : folder_(fs::path(file).parent_path().string()) {
    sweep_.file = file;
    sweep_.name = fs::path(file).stem().string();
    sweep_.output_folder = (fs::path("out") / sweep_.name).string();
  }

  Sweep read() {
    const YAML::Node root = read_yaml(sweep_.file, {"sweep"});
    for (const auto& [name, read] : sections()) {
      if (const YAML::Node section = root[name]) {
        (this->*read)(section);
      }
    }
    check_names_of(root);
    if (!root["base"]) {
      problems_.add(sweep_.file, "base", "missing; expected the name of a scenario file");
    } else if (sweep_.axes.empty() && problems_.empty()) {
      problems_.add(sweep_.file, "axes", "missing; without axes there is one point: `sigdel run` does it");
    }
    problems_.throw_if_any();
    check_formulas();
    problems_.throw_if_any();
    return std::move(sweep_);
  }

 private:
  using Section = std::pair<const char*, void (Reader::*)(const YAML::Node&)>;

  /// In the order in which they are read, whatever that of the file.
  static std::vector<Section> sections() {
    return {{"base", &Reader::base},
            {"set", &Reader::set},
            {"axes", &Reader::axes},
            {"derived", &Reader::derived},
            {"let", &Reader::let},
            {"constraints", &Reader::constraints},
            {"sample", &Reader::sample},
            {"outputs", &Reader::outputs},
            {"output", &Reader::output},
            {"objectives", &Reader::objectives},
            {"break_even", &Reader::break_even}};
  }

  [[nodiscard]] std::string at(const YAML::Node& node) const {
    return fmt::format("{}:{}", sweep_.file, node.Mark().line + 1);
  }

  /// Runs a step; what it throws is a problem of that place and key.
  void guarded(const YAML::Node& node, const std::string& key, const std::function<void()>& step) {
    try {
      step();
    } catch (const InputError& error) {
      problems_.add(at(node), key, error.what());
    }
  }

  void check_names_of(const YAML::Node& root) {
    std::map<std::string, int> seen;
    for (const auto& pair : root) {
      const std::string name = pair.first.IsScalar() ? pair.first.Scalar() : "";
      const auto known = sections();
      if (std::none_of(known.begin(), known.end(), [&](const Section& section) { return name == section.first; })) {
        problems_.add(at(pair.first), name,
                      "unknown key; a sweep has base, set, let, axes, derived, constraints, sample, outputs, "
                      "objectives, break_even and output");
      } else if (++seen[name] == 2) {
        problems_.add(at(pair.first), name, "written twice");
      }
    }
  }

  /// The pairs of a map; what is none is a problem.
  void each(const YAML::Node& map, const std::string& name,
            const std::function<void(const YAML::Node& place, const std::string& key, const YAML::Node& value)>& take) {
    if (!map.IsMap()) {
      problems_.add(at(map), name, "expected keys with values (key: value)");
      return;
    }
    for (const auto& pair : map) {
      if (pair.first.IsScalar()) {
        take(pair.first, pair.first.Scalar(), pair.second);
      } else {
        problems_.add(at(pair.first), name, "expected the name of a key, found a list or mapping");
      }
    }
  }

  /// The key of the scenario that the sweep is to set here, or nullptr.
  const Key* settable(const YAML::Node& node, const std::string& path) {
    const Key* key = find_key(path);
    if (key == nullptr) {
      problems_.add(at(node), path,
                    is_section(path) ? "this is a section; name its keys one by one, as in machine.core.lanes"
                                     : "unknown key; " + hint_for_unknown(path));
    } else if (is_reserved(path)) {
      problems_.add(at(node), path, "a sweep sets this itself, for every point");
      return nullptr;
    } else if (const auto [first, is_new] = places_.try_emplace(path, at(node)); !is_new) {
      problems_.add(at(node), path, fmt::format("set twice, first at {}", first->second));
      return nullptr;
    }
    return key;
  }

  void base(const YAML::Node& node) {
    guarded(node, "base", [&] {
      const Key key{.path = "base", .item = Item::kFile};
      const Value file = complete_files(key, read_value(key, node), folder_);
      Problems problems;
      sweep_.base = read_document(std::get<std::string>(file.front()), problems);
      problems.throw_if_any();
    });
  }

  void set(const YAML::Node& node) {
    if (!node.IsMap()) {
      problems_.add(at(node), "set", "expected keys of the scenario with values (machine.core.lanes: 8)");
      return;
    }
    for (const auto& [path, entry] : document_of(node, sweep_.file, problems_).entries) {
      const Key* key = settable(entry.node, path);
      if (key != nullptr) {
        guarded(entry.node, path, [&, &entry = entry] {
          enter(sweep_.base, {key, complete_files(*key, read_value(*key, entry.node), folder_), entry.origin.place});
        });
      }
    }
  }

  void axes(const YAML::Node& node) {
    each(node, "axes", [&](const YAML::Node& place, const std::string& name, const YAML::Node& value) {
      Axis axis{name, at(place), {}, {}};
      if (value.IsMap() && value["zip"]) {
        each(value["zip"], name, [&](const YAML::Node& key_place, const std::string& path, const YAML::Node& values) {
          add_key(axis, key_place, path, values);
        });
        if (value.size() != 1) {
          problems_.add(at(place), name, "a group has `zip` and nothing else");
        }
      } else {
        add_key(axis, place, name, value);
      }
      if (!axis.steps.empty()) {
        sweep_.axes.push_back(std::move(axis));
      }
    });
  }

  void add_key(Axis& axis, const YAML::Node& place, const std::string& path, const YAML::Node& values) {
    const Key* key = settable(place, path);
    if (key == nullptr) {
      return;
    }
    guarded(place, path, [&] {
      const std::vector<Value> steps = axis_values(*key, values, folder_);
      if (!axis.steps.empty() && axis.steps.size() != steps.size()) {
        fail("{} values; the others of this group have {}", steps.size(), axis.steps.size());
      }
      axis.steps.resize(steps.size());
      axis.keys.push_back(key);
      for (std::size_t i = 0; i < steps.size(); ++i) {
        axis.steps[i].push_back(steps[i]);
      }
    });
  }

  void derived(const YAML::Node& node) {
    each(node, "derived", [&](const YAML::Node& place, const std::string& path, const YAML::Node& value) {
      const Key* key = settable(place, path);
      if (key != nullptr && !is_number(*key)) {
        problems_.add(at(place), path, "only a key of numbers can be derived");
      } else if (key != nullptr && !value.IsScalar()) {
        problems_.add(at(place), path, "expected an expression, as in 256 / cores");
      } else if (key != nullptr) {
        sweep_.derived.push_back({value.Scalar(), at(place), key});
      }
    });
  }

  void let(const YAML::Node& node) {
    each(node, "let", [&](const YAML::Node& place, const std::string& name, const YAML::Node& value) {
      const Key* key = value.IsScalar() ? find_key(value.Scalar()) : nullptr;
      if (!is_identifier(name)) {
        problems_.add(at(place), name, "a name is letters, digits and _, and begins with no digit");
      } else if (key == nullptr) {
        problems_.add(at(place), name,
                      value.IsScalar()
                          ? fmt::format("unknown key '{}'; {}", value.Scalar(), hint_for_unknown(value.Scalar()))
                          : "expected a key of the scenario");
      } else if (!is_number(*key)) {
        problems_.add(at(place), name, fmt::format("{} is no number", key->path));
      } else {
        sweep_.names[name] = key;
      }
    });
  }

  /// The texts of a list, or of a single one.
  void texts(const YAML::Node& node, const std::string& name, const std::function<void(const YAML::Node&)>& take) {
    const auto one = [&](const YAML::Node& item) {
      if (item.IsScalar() && !item.Scalar().empty()) {
        take(item);
      } else {
        problems_.add(at(item), name, "expected a text, or a list of texts");
      }
    };
    if (node.IsSequence()) {
      for (const YAML::Node& item : node) {
        one(item);
      }
    } else {
      one(node);
    }
  }

  void constraints(const YAML::Node& node) {
    texts(node, "constraints", [&](const YAML::Node& item) {
      sweep_.constraints.push_back({item.Scalar(), at(item), nullptr});
    });
  }

  void outputs(const YAML::Node& node) {
    texts(node, "outputs", [&](const YAML::Node& item) { sweep_.outputs.push_back(item.Scalar()); });
  }

  void output(const YAML::Node& node) {
    guarded(node, "output", [&] {
      sweep_.output_folder = std::get<std::string>(read_value({.path = "output", .item = Item::kFolder}, node).front());
    });
  }

  void sample(const YAML::Node& node) {
    Sample sample;
    each(node, "sample", [&](const YAML::Node& place, const std::string& name, const YAML::Node& value) {
      guarded(place, "sample." + name, [&] {
        if (name != "points" && name != "seed") {
          fail("unknown key; there are points and seed");
        }
        std::uint64_t& member = name == "points" ? sample.points : sample.seed;
        const Key key{.path = name, .limits = {name == "points" ? 1.0 : 0.0, 2147483647}};
        member = static_cast<std::uint64_t>(std::get<std::int64_t>(read_value(key, value).front()));
      });
    });
    if (sample.points == 0) {
      problems_.add(at(node), "sample.points", "missing; expected how many points to draw");
    }
    sweep_.sample = sample;
  }

  void objectives(const YAML::Node& node) {
    if (!node.IsSequence()) {
      problems_.add(at(node), "objectives", "expected a list, as in - min: sigma-delta.full_nj_per_frame");
      return;
    }
    for (const YAML::Node& item : node) {
      each(item, "objectives", [&](const YAML::Node& place, const std::string& name, const YAML::Node& column) {
        if ((name != "min" && name != "max") || !column.IsScalar()) {
          problems_.add(at(place), "objectives", "expected `min: COLUMN` or `max: COLUMN`");
        } else {
          sweep_.objectives.push_back({name == "min", column.Scalar()});
        }
      });
    }
  }

  void break_even(const YAML::Node& node) {
    BreakEvenMap map;
    map.place = at(node);
    const std::map<std::string, std::string*> members{{"x", &map.x}, {"y", &map.y}, {"figure", &map.figure}};
    each(node, "break_even", [&](const YAML::Node& place, const std::string& name, const YAML::Node& value) {
      if (!members.contains(name) || !value.IsScalar()) {
        problems_.add(at(place), "break_even", "expected x and y, the names of axes, and figure, as full_nj_per_frame");
      } else {
        *members.at(name) = value.Scalar();
      }
    });
    check_break_even(map);
    sweep_.break_even = map;
  }

  void check_break_even(const BreakEvenMap& map) {
    const std::map<std::string, std::string> members{{"x", map.x}, {"y", map.y}, {"figure", map.figure}};
    for (const auto& [name, text] : members) {
      const auto is_it = [&text = text](const Axis& axis) { return axis.name == text; };
      if (text.empty()) {
        problems_.add(map.place, "break_even",
                      fmt::format("{} is missing; expected x and y, the names of axes, and figure", name));
      } else if (name != "figure" && std::none_of(sweep_.axes.begin(), sweep_.axes.end(), is_it)) {
        problems_.add(map.place, "break_even", fmt::format("{}: '{}' is no axis of this sweep", name, text));
      }
    }
    if (!map.x.empty() && map.x == map.y) {
      problems_.add(map.place, "break_even", "x and y are the same; expected two different axes");
    }
  }

  /// Keys that vary get the last part of their path as a name where only one of them has it.
  void name_keys() {
    std::map<std::string, std::vector<const Key*>> by_name;
    for (const Key* key : sweep_.keys()) {
      by_name[last_part(key->path)].push_back(key);
    }
    for (const auto& [name, keys] : by_name) {
      if (keys.size() == 1 && is_number(*keys.front())) {
        sweep_.names.try_emplace(name, keys.front());
      }
    }
  }

  void check_formulas() {
    name_keys();
    std::map<std::string, double> names;
    for (const auto& [name, key] : sweep_.names) {
      names[name] = 1;
    }
    const auto check = [&](const Formula& formula, const std::string& key) {
      try {
        const Expression expression(formula.text, names);
      } catch (const InputError& error) {
        problems_.add(formula.place, key, error.what());
      }
    };
    for (const Formula& formula : sweep_.derived) {
      check(formula, std::string(formula.key->path));
    }
    for (const Formula& formula : sweep_.constraints) {
      check(formula, "constraints");
    }
  }

  std::string folder_;
  Sweep sweep_;
  Problems problems_;
  std::map<std::string, std::string> places_;  ///< where keys of the scenario are set
};

}  // namespace

std::vector<const Key*> Sweep::keys() const {
  std::vector<const Key*> all;
  for (const Axis& axis : axes) {
    all.insert(all.end(), axis.keys.begin(), axis.keys.end());
  }
  for (const Formula& formula : derived) {
    all.push_back(formula.key);
  }
  return all;
}

void enter(Document& document, const Setting& setting) {
  document.entries[std::string(setting.key->path)] =
      Entry{YAML::Load(value_text(*setting.key, setting.value)), {Source::kOverridden, setting.place}};
}

Sweep read_sweep(const std::string& file) { return Reader(file).read(); }

}  // namespace sigdel::scenarios
