#include "energy/node_scaling.hpp"

#include <algorithm>
#include <cmath>

#include "energy/table.hpp"
#include "models/base/errors.hpp"

namespace sigdel::energy {
namespace {

/// Coefficients of f(V), and the supply that is taken when none is given.
struct Node {
  double nm;
  double a2, a1, a0;
  double usual_v;
};

/// Stillmaker and Baas 2017; high-performance processes where there is a choice.
constexpr std::array<Node, 7> kNodes{{{65, 3.755, -4.398, 1.975, 1.1},
                                      {45, 1.018, -0.3107, 0.1539, 0.9},
                                      {32, 0.8367, -0.4341, 0.1701, 0.9},
                                      {20, 0.373, -0.1582, 0.04104, 0.9},
                                      {16, 0.2958, -0.1241, 0.03024, 0.8},
                                      {10, 0.2068, -0.09311, 0.02375, 0.75},
                                      {7, 0.1776, -0.09097, 0.02447, 0.7}}};

constexpr double kSramExponent = 0.93;
constexpr double kWiresExponent = 0.40;

/// `whose`: for the error.
const Node& node_of(double nm, const std::string& whose = "") {
  const auto* const found = std::find_if(kNodes.begin(), kNodes.end(), [&](const Node& node) { return node.nm == nm; });
  if (found == kNodes.end()) {
    std::vector<double> known;
    std::transform(kNodes.begin(), kNodes.end(), std::back_inserter(known), [](const Node& node) { return node.nm; });
    fail("no scaling coefficients for {:g} nm{}; there are some for {} nm", nm, whose, fmt::join(known, ", "));
  }
  return *found;
}

double energy_at(const Node& node, double voltage) {
  const double least = std::max(0.5, -node.a1 / (2 * node.a2));  // below the minimum energy would grow again
  constexpr double kMost = 1.3;
  if (voltage < least || voltage > kMost) {
    fail("{:g} V is outside the scaling model of {:g} nm, {:.2f} to {:g} V", voltage, node.nm, least, kMost);
  }
  return node.a2 * voltage * voltage + node.a1 * voltage + node.a0;
}

Kind kind_of_factor(ScalingClass which) {
  switch (which) {
    case ScalingClass::kLogic:
      return Kind::kScaled;
    case ScalingClass::kDram:
      return Kind::kMeasured;  // nothing is done to it
    default:
      return Kind::kAssumed;
  }
}

}  // namespace

ScalingClass scaling_class_of(Action action) {
  switch (category_of(action)) {
    case Category::kWeightMemory:
    case Category::kStateMemory:
      return ScalingClass::kSram;
    case Category::kOffChip:
      return ScalingClass::kDram;
    case Category::kNetwork:
      return action == Action::kLinkTraverse ? ScalingClass::kWires : ScalingClass::kLogic;
    default:
      return is_leakage(action) ? ScalingClass::kLeakage : ScalingClass::kLogic;
  }
}

double scaling_factor(const NodeScaling& scaling, ScalingClass which) {
  const double logic =
      energy_at(node_of(scaling.to_nm), scaling.to_v) / energy_at(node_of(scaling.from_nm), scaling.from_v);
  switch (which) {
    case ScalingClass::kLogic:
      return logic;
    case ScalingClass::kSram:
      return std::pow(logic, kSramExponent);
    case ScalingClass::kWires:
      return std::pow(logic, kWiresExponent);
    default:
      return 1;
  }
}

Table scaled_to(Table table, double to_nm, double to_v) {
  node_of(table.technology_nm, fmt::format(", the node of table '{}'", table.name));
  const double voltage = to_v == 0 ? node_of(to_nm).usual_v : to_v;
  table.scaling = NodeScaling{table.technology_nm, table.voltage, to_nm, voltage};
  for (Coefficient& row : table.coefficients) {
    const ScalingClass which = scaling_class_of(row.action);
    if (which == ScalingClass::kDram) {
      continue;
    }
    const double factor = scaling_factor({table.technology_nm, row.voltage, to_nm, voltage}, which);
    row.energy = factor * row.energy;
    row.kind = std::max(row.kind, kind_of_factor(which));
    row.source += fmt::format(
        "; times {:.3g} from {:g} nm {:g} V to {:g} nm {:g} V{}", factor, table.technology_nm, row.voltage, to_nm,
        voltage,
        which == ScalingClass::kLogic ? " (Stillmaker and Baas 2017, doi:10.1016/j.vlsi.2017.02.002)" : " (assumed)");
  }
  return table;
}

std::string scaling_text(const NodeScaling& scaling) {
  const auto factor = [&](ScalingClass which) { return scaling_factor(scaling, which); };
  return fmt::format(
      "from {:g} nm {:g} V to {:g} nm {:g} V: logic x {:.3f}; assumed: SRAM x {:.3f}, wires x {:.3f}, leakage x 1",
      scaling.from_nm, scaling.from_v, scaling.to_nm, scaling.to_v, factor(ScalingClass::kLogic),
      factor(ScalingClass::kSram), factor(ScalingClass::kWires));
}

}  // namespace sigdel::energy
