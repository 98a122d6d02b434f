#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "energy/activity_file.hpp"
#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"

namespace sigdel::energy {
namespace {

using Json = nlohmann::json;
using Keys = std::vector<std::string_view>;

/// A value of the file with what its messages need: file and path.
struct Value {
  const Json& json;
  const std::string& file;
  std::string path;

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail("{}: {}{}{}", file, path, path.empty() ? "" : ": ", fmt::format(format, std::forward<Args>(args)...));
  }

  [[nodiscard]] Value at(std::string_view key) const {
    const auto found = json.find(key);
    if (found == json.end()) {
      refuse("missing key '{}'", key);
    }
    return {*found, file, path.empty() ? std::string(key) : fmt::format("{}.{}", path, key)};
  }
};

/// Refuses anything but an object with exactly these keys. (A key given twice is found while parsing.)
void check_keys(const Value& value, const Keys& keys) {
  if (!value.json.is_object()) {
    value.refuse("expected an object");
  }
  for (const auto& entry : value.json.items()) {
    if (std::find(keys.begin(), keys.end(), entry.key()) == keys.end()) {
      value.refuse("unknown key '{}'; known: {}", entry.key(), fmt::join(keys, ", "));
    }
  }
}

std::vector<Value> items_of(const Value& value) {
  if (!value.json.is_array()) {
    value.refuse("expected a list");
  }
  std::vector<Value> items;
  for (std::size_t i = 0; i < value.json.size(); ++i) {
    items.push_back({value.json[i], value.file, fmt::format("{}[{}]", value.path, i)});
  }
  return items;
}

std::string text_of(const Value& value) {
  if (!value.json.is_string()) {
    value.refuse("expected a text");
  }
  return value.json.get<std::string>();
}

template <class Number>
Number count_of(const Value& value) {
  if (!value.json.is_number_unsigned() || value.json.get<std::uint64_t>() > std::numeric_limits<Number>::max()) {
    value.refuse("expected a whole number from 0 to {}, found {}", std::numeric_limits<Number>::max(),
                 value.json.dump());
  }
  return value.json.get<Number>();
}

template <class Enum>
Enum name_in(const Value& value) {
  const std::string name = text_of(value);
  const auto found = from_name<Enum>(name);
  if (!found) {
    value.refuse("expected one of {}, found '{}'", fmt::join(EnumTable<Enum>::names, ", "), name);
  }
  return *found;
}

double clock_of(const Value& value) {
  if (!value.json.is_number() || value.json.get<double>() < 0) {
    value.refuse("expected a clock in MHz, or 0 without a machine, found {}", value.json.dump());
  }
  return value.json.get<double>();
}

ActivityRecord record_of(const Value& value, const std::vector<std::string>& layers) {
  check_keys(value, {"block", "layer", "action", "bits", "memory_bytes", "count"});
  ActivityRecord record{text_of(value.at("block")),
                        text_of(value.at("layer")),
                        name_in<Action>(value.at("action")),
                        count_of<std::uint32_t>(value.at("bits")),
                        count_of<std::uint64_t>(value.at("memory_bytes")),
                        count_of<std::uint64_t>(value.at("count"))};
  if (!record.layer.empty() && std::find(layers.begin(), layers.end(), record.layer) == layers.end()) {
    value.at("layer").refuse("'{}' is not one of the layers {}", record.layer, fmt::join(layers, ", "));
  }
  return record;
}

Activity records_of(const Value& value, const std::vector<std::string>& layers) {
  std::set<std::tuple<std::string, std::string, Action, std::uint32_t, std::uint64_t>> seen;
  Activity records;
  for (const Value& item : items_of(value)) {
    const ActivityRecord record = record_of(item, layers);
    if (!seen.insert({record.block, record.layer, record.action, record.bits, record.memory_bytes}).second) {
      item.refuse("a second record of {} in block '{}' for layer '{}'", name_of(record.action), record.block,
                  record.layer);
    }
    records.push_back(record);
  }
  return records;
}

Work tallies_of(const Value& value) {
  check_keys(value, {EnumTable<Tally>::names.begin(), EnumTable<Tally>::names.end()});
  Work work;
  for (const Tally tally : all_of<Tally>()) {
    work[tally] = count_of<std::uint64_t>(value.at(name_of(tally)));
  }
  return work;
}

std::vector<Work> works_of(const Value& value, const std::vector<std::string>& layers) {
  const std::vector<Value> items = items_of(value);
  if (items.size() != layers.size()) {
    value.refuse("{} layers, {} needed: {}", items.size(), layers.size(), fmt::join(layers, ", "));
  }
  std::vector<Work> works;
  for (std::size_t i = 0; i < items.size(); ++i) {
    check_keys(items[i], {"name", "tallies"});
    if (text_of(items[i].at("name")) != layers[i]) {
      items[i].at("name").refuse("expected '{}', found '{}'", layers[i], text_of(items[i].at("name")));
    }
    works.push_back(tallies_of(items[i].at("tallies")));
  }
  return works;
}

ModeActivity mode_of(const Value& value, const std::vector<std::string>& layers) {
  check_keys(value, {"mode", "engine", "layers", "records", "records_8bit"});
  ModeActivity mode;
  mode.mode = name_in<Mode>(value.at("mode"));
  mode.engine = name_in<Engine>(value.at("engine"));
  mode.layers = works_of(value.at("layers"), layers);
  mode.records = records_of(value.at("records"), layers);
  mode.records_8bit = records_of(value.at("records_8bit"), layers);
  return mode;
}

std::vector<std::string> layers_of(const Value& value) {
  std::vector<std::string> layers;
  for (const Value& item : items_of(value)) {
    const std::string name = text_of(item);
    if (name.empty() || std::find(layers.begin(), layers.end(), name) != layers.end()) {
      item.refuse("expected a layer's name, each once, found '{}'", name);
    }
    layers.push_back(name);
  }
  return layers;
}

ActivityFile file_of(const Value& top) {
  if (!top.json.is_object() || top.json.value("format", Json()) != "sigdel-activity") {
    top.refuse(R"(not an activity file: expected "format": "sigdel-activity" at its top)");
  }
  if (const Value version = top.at("version"); version.json != kActivityVersion) {
    version.refuse("expected {}, found {}; run the scenario again with this program to get a new file",
                   kActivityVersion, version.json.dump());
  }
  check_keys(top, {"format", "version", "scenario", "frames", "clock_mhz", "layers", "modes"});
  ActivityFile file{
      text_of(top.at("scenario")), count_of<std::uint64_t>(top.at("frames")), clock_of(top.at("clock_mhz")), {}, {}};
  if (file.frames == 0) {
    top.at("frames").refuse("expected at least 1 frame");
  }
  file.layers = layers_of(top.at("layers"));
  for (const Value& item : items_of(top.at("modes"))) {
    const ModeActivity mode = mode_of(item, file.layers);
    if (std::any_of(file.modes.begin(), file.modes.end(), [&](const ModeActivity& other) {
          return other.mode == mode.mode && other.engine == mode.engine;
        })) {
      item.at("mode").refuse("a second '{}' of engine '{}'", name_of(mode.mode), name_of(mode.engine));
    }
    file.modes.push_back(mode);
  }
  return file;
}

/// A parser callback that refuses a key given twice in one object.
class UniqueKeys {
 public:
  explicit UniqueKeys(const std::string& file) : file_(file) {}

  bool operator()(int /*depth*/, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      open_.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open_.pop_back();
    } else if (event == Json::parse_event_t::key && !open_.back().insert(parsed.get<std::string>()).second) {
      fail("{}: key '{}' is given twice in one object", file_, parsed.get<std::string>());
    }
    return true;
  }

 private:
  const std::string& file_;
  std::vector<std::set<std::string>> open_;  ///< the keys of every object around the current place
};

}  // namespace

ActivityFile parse_activity(const std::string& text, const std::string& file_name) {
  Json json;
  try {
    json = Json::parse(text, UniqueKeys(file_name));
  } catch (const Json::exception& error) {
    const std::string_view message = error.what();  // "[where in the library] what"
    const std::size_t bracket = message.find("] ");
    fail("{}: damaged or cut off: {}", file_name,
         bracket == std::string_view::npos ? message : message.substr(bracket + 2));
  }
  return file_of({json, file_name, ""});
}

ActivityFile read_activity(const std::string& file_name) { return parse_activity(read_file(file_name), file_name); }

}  // namespace sigdel::energy
