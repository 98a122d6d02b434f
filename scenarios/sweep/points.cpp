#include "scenarios/sweep/points.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "models/base/errors.hpp"
#include "models/base/random.hpp"
#include "scenarios/read_value.hpp"
#include "scenarios/sweep/expression.hpp"

namespace sigdel::scenarios {
namespace {

double number_of(const Scalar& scalar) {
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) {
          return static_cast<double>(value);
        } else {
          return std::nan("");
        }
      },
      scalar);
}

std::string number_text(const Key& key, double number) {
  if (key.item == Item::kBoolean && (number == 0 || number == 1)) {
    return number == 1 ? "true" : "false";
  }
  return std::abs(number) < 1e15 && number == std::floor(number) ? fmt::format("{:.0f}", number)
                                                                 : fmt::format("{}", number);
}

struct Compiled {
  Formula formula;
  Expression expression;
  std::size_t excluded = 0;  ///< combinations, by a constraint
};

/// Goes through the combinations.
class Enumeration {
 public:
  explicit Enumeration(const Sweep& sweep) : sweep_(sweep) {
    for (const auto& [name, key] : sweep.names) {
      numbers_[name] = 0;
    }
    for (const Formula& formula : sweep.derived) {
      derived_.push_back({formula, compiled(formula)});
    }
    for (const Formula& formula : sweep.constraints) {
      constraints_.push_back({formula, compiled(formula)});
    }
    for (const auto& [name, key] : sweep.names) {
      const auto varying = sweep.keys();
      if (std::find(varying.begin(), varying.end(), key) == varying.end() && is_used(name)) {
        others_.push_back(name);
      }
    }
  }

  std::vector<Point> points() {
    std::size_t combinations = 1;
    for (const Axis& axis : sweep_.axes) {
      combinations *= axis.steps.size();
      if (combinations > kMostCombinations) {
        fail("{}: axes: more than {} combinations; fewer or shorter axes, or random samples (docs/formats/sweep.md)",
             sweep_.file, kMostCombinations);
      }
    }
    std::vector<Point> points;
    for (std::size_t i = 0; i < combinations; ++i) {
      if (auto point = point_at(i)) {
        points.push_back(std::move(*point));
      }
    }
    if (points.empty()) {
      fail_without_points(combinations);
    }
    return points;
  }

 private:
  Expression compiled(const Formula& formula) {
    try {
      return {formula.text, numbers_};
    } catch (const InputError& error) {
      fail("{}: {}", formula.place, error.what());
    }
  }

  [[nodiscard]] bool is_used(const std::string& name) const {
    const auto uses = [&](const Compiled& one) { return one.expression.uses(name); };
    return std::any_of(derived_.begin(), derived_.end(), uses) ||
           std::any_of(constraints_.begin(), constraints_.end(), uses);
  }

  void give(const Key* key, double number) {
    for (const auto& [name, named] : sweep_.names) {
      if (named == key) {
        numbers_[name] = number;
      }
    }
  }

  /// The steps of the combination, the last axis the fastest.
  Point combination(std::size_t index) {
    std::vector<std::size_t> steps(sweep_.axes.size());
    for (std::size_t a = sweep_.axes.size(); a-- > 0; index /= sweep_.axes[a].steps.size()) {
      steps[a] = index % sweep_.axes[a].steps.size();
    }
    Point point;
    for (std::size_t a = 0; a < steps.size(); ++a) {
      const Axis& axis = sweep_.axes[a];
      for (std::size_t k = 0; k < axis.keys.size(); ++k) {
        point.settings.push_back({axis.keys[k], axis.steps[steps[a]][k], axis.place});
      }
    }
    return point;
  }

  /// Keys that formulas name and the sweep does not vary: of the scenario with this point's axes.
  void look_up_others(const Point& point) {
    if (others_.empty()) {
      return;
    }
    const Scenario scenario = scenario_of(sweep_, point);
    for (const std::string& name : others_) {
      numbers_[name] = number_of(sweep_.names.at(name)->field.get(scenario).front());
    }
  }

  std::optional<Point> point_at(std::size_t index) {
    Point point = combination(index);
    for (const Setting& setting : point.settings) {
      give(setting.key, number_of(setting.value.front()));
    }
    look_up_others(point);
    std::vector<double> values;
    for (Compiled& one : derived_) {
      values.push_back(value_of(one));
      give(one.formula.key, values.back());
    }
    for (Compiled& one : constraints_) {
      if (value_of(one) == 0) {
        ++one.excluded;
        return std::nullopt;
      }
    }
    for (std::size_t d = 0; d < derived_.size(); ++d) {
      point.settings.push_back(derived_setting(derived_[d], values[d]));
    }
    return point;
  }

  double value_of(Compiled& one) {
    try {
      return one.expression.value(numbers_);
    } catch (const InputError& error) {
      fail("{}: {}: {} ({})", one.formula.place, one.formula.key == nullptr ? "constraints" : one.formula.key->path,
           error.what(), described());
    }
  }

  /// "columns = 3, lanes = 8"
  [[nodiscard]] std::string described() const {
    std::vector<std::string> parts;
    for (const auto& [name, number] : numbers_) {
      parts.push_back(fmt::format("{} = {}", name, number));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  [[nodiscard]] Setting derived_setting(const Compiled& one, double number) const {
    const Key& key = *one.formula.key;
    try {
      return {&key, read_value(key, YAML::Node(number_text(key, number))), one.formula.place};
    } catch (const InputError&) {
      fail("{}: {}: {} is {} where {}; expected {}; a constraint can leave such points out", one.formula.place,
           key.path, one.formula.text, number, described(), expectation(key));
    }
  }

  [[noreturn]] void fail_without_points(std::size_t combinations) const {
    std::vector<std::string> parts;
    for (const Compiled& one : constraints_) {
      if (one.excluded > 0) {
        parts.push_back(fmt::format("'{}' ({}) excludes {}", one.formula.text, one.formula.place, one.excluded));
      }
    }
    fail(
        "{}: constraints: no point is left: of {} combination{}, {}; each is excluded by the first constraint it "
        "breaks",
        constraints_.front().formula.place, combinations, combinations == 1 ? "" : "s", fmt::join(parts, ", "));
  }

  const Sweep& sweep_;
  std::map<std::string, double> numbers_;  ///< by name
  std::vector<Compiled> derived_;
  std::vector<Compiled> constraints_;
  std::vector<std::string> others_;  ///< names in use whose keys do not vary
};

/// Draws without putting back; the order stays.
std::vector<Point> drawn(std::vector<Point> points, const Sample& sample) {
  Random random(sample.seed);
  std::vector<Point> result;
  std::size_t wanted = std::min<std::size_t>(sample.points, points.size());
  for (std::size_t i = 0; i < points.size() && wanted > 0; ++i) {
    if (random.below(points.size() - i) < wanted) {
      result.push_back(std::move(points[i]));
      --wanted;
    }
  }
  return result;
}

}  // namespace

std::vector<Point> points_of(const Sweep& sweep) {
  std::vector<Point> points = Enumeration(sweep).points();
  if (sweep.sample) {
    points = drawn(std::move(points), *sweep.sample);
  }
  if (points.size() > kMostPoints) {
    fail("{}: axes: {} points; a sweep has {} at most; `sample` draws some of them", sweep.file, points.size(),
         kMostPoints);
  }
  return points;
}

Scenario scenario_of(const Sweep& sweep, const Point& point) {
  Document document = sweep.base;
  for (const Setting& setting : point.settings) {
    enter(document, setting);
  }
  Problems problems;
  return scenario_of(document, problems);
}

}  // namespace sigdel::scenarios
