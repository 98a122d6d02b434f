#include "scenarios/sweep/axis.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "scenarios/read_value.hpp"

namespace sigdel::scenarios {
namespace {

constexpr double kMost = 1e6;  ///< steps of one axis

/// The parts of a range, each read strictly.
class Range {
 public:
  explicit Range(const YAML::Node& node) : node_(node) {
    static const std::set<std::string> kKnown{"from", "to", "step", "points", "samples", "seed", "log"};
    for (const auto& pair : node) {
      if (!pair.first.IsScalar() || !kKnown.contains(pair.first.Scalar())) {
        fail("unknown key '{}' of a range; there are from, to and step, points, or samples with seed and log",
             pair.first.IsScalar() ? pair.first.Scalar() : "");
      }
    }
  }

  [[nodiscard]] bool has(const char* part) const { return static_cast<bool>(node_[part]); }
  [[nodiscard]] double real(const char* part, double low = -1e300) const {
    return std::get<double>(scalar({.path = part, .item = Item::kReal, .limits = {low, 1e300}}));
  }
  [[nodiscard]] std::uint64_t integer(const char* part, double low = 0, double high = kMost) const {
    return static_cast<std::uint64_t>(std::get<std::int64_t>(scalar({.path = part, .limits = {low, high}})));
  }
  [[nodiscard]] bool flag(const char* part) const {
    return has(part) && std::get<bool>(scalar({.path = part, .item = Item::kBoolean}));
  }

 private:
  [[nodiscard]] Scalar scalar(const Key& key) const {
    const YAML::Node part = node_[std::string(key.path)];
    if (!part) {
      fail("the range has no `{}`; write {{from, to, step}}, {{from, to, points}} or {{from, to, samples, seed}}",
           key.path);
    }
    try {
      return read_value(key, part).front();
    } catch (const InputError& error) {
      fail("{}: {}", key.path, error.what());
    }
  }

  YAML::Node node_;
};

std::vector<double> stepped(double from, double to, double step) {
  if (step == 0 || (to - from) / step < 0) {
    fail("the range is empty: from {} to {} in steps of {}", from, to, step);
  }
  const double count = std::floor((to - from) / step * (1 + 1e-12) + 1e-9) + 1;
  if (count > kMost) {
    fail("{:.0f} steps; an axis has {:.0f} at most", count, kMost);
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    values.push_back(from + static_cast<double>(i) * step);
  }
  return values;
}

std::vector<double> logarithmic(double from, double to, std::uint64_t points) {
  std::vector<double> values{from};
  for (std::uint64_t i = 1; i + 1 < points; ++i) {
    values.push_back(from * std::pow(to / from, static_cast<double>(i) / static_cast<double>(points - 1)));
  }
  if (points > 1) {
    values.push_back(to);
  }
  return values;
}

std::vector<double> sampled(double from, double to, std::uint64_t samples, std::uint64_t seed, bool log) {
  Random random(seed);
  std::vector<double> values;
  for (std::uint64_t i = 0; i < samples; ++i) {
    const double at = random.unit();
    values.push_back(log ? from * std::pow(to / from, at) : from + at * (to - from));
  }
  return values;
}

std::vector<double> numbers_of(const Range& range) {
  const double from = range.real("from");
  const double to = range.real("to");
  if ((range.has("points") || range.flag("log")) && (from <= 0 || to <= 0)) {
    fail("from {} to {}: a logarithmic range has numbers above 0 only", from, to);
  }
  if (range.has("points") + range.has("step") + range.has("samples") > 1) {
    fail("one of `step`, `points` and `samples` is enough");
  }
  if (range.has("samples")) {
    constexpr double kMostSeed = 9007199254740992;
    return sampled(from, to, range.integer("samples", 1), range.integer("seed", 0, kMostSeed), range.flag("log"));
  }
  return range.has("points") ? logarithmic(from, to, range.integer("points", 1))
                             : stepped(from, to, range.real("step"));
}

/// Twelve digits, so that 0.1 + 0.2 is 0.3.
std::string number_text(const Key& key, double number) {
  return key.item == Item::kReal ? fmt::format("{}", std::stod(fmt::format("{:.12g}", number)))
                                 : fmt::format("{:.0f}", std::round(number));
}

std::vector<Value> range_values(const Key& key, const YAML::Node& node) {
  if (key.item != Item::kReal && key.item != Item::kInteger) {
    fail("a range of {}; write the values as a list", type_text(key));
  }
  const Range range(node);
  std::vector<Value> values;
  for (const double number : numbers_of(range)) {
    const Value value = read_value(key, YAML::Node(number_text(key, number)));
    if (range.has("samples") || values.empty() || values.back() != value) {
      values.push_back(value);
    }
  }
  return values;
}

}  // namespace

std::vector<Value> axis_values(const Key& key, const YAML::Node& node, const std::string& folder) {
  if (node.IsMap()) {
    return range_values(key, node);
  }
  if (!node.IsSequence()) {
    fail(
        "expected a list of values, or a range {{from, to, step}}, {{from, to, points}} or {{from, to, samples, "
        "seed}}");
  }
  if (node.size() == 0) {
    fail("the axis is empty; give it values, or leave it out");
  }
  std::vector<Value> values;
  for (const YAML::Node& item : node) {
    try {
      values.push_back(complete_files(key, read_value(key, item), folder));
    } catch (const InputError& error) {
      fail("value {}: {}", values.size() + 1, error.what());
    }
  }
  return values;
}

}  // namespace sigdel::scenarios
