/// Energy at another technology node: a step of its own, never silent.
///
/// Logic follows A. Stillmaker and B. Baas, Integration 58, 2017, doi:10.1016/j.vlsi.2017.02.002:
///     E_target = E_source f_target(V_target) / f_source(V_source),   f(V) = a2 V^2 + a1 V + a0 per node.
/// Memories and wires gain less, and nobody gives them per node. They get powers of logic's factor that hit the known
/// pairs at 22 nm: SRAM x 0.286 (CACTI, 45 to 22 nm) and wires x 0.58, where logic's is 0.260 (between 32 and 20 nm at
/// 0.8 V): exponents 0.93 and 0.40, `assumed`. DRAM is another chip and keeps its price. Leakage keeps its power
/// (`assumed`): there is no source for it.
#pragma once

#include <string>

#include "models/base/activity.hpp"

namespace sigdel::energy {

struct Table;

/// How a price scales.
enum class ScalingClass { kLogic, kSram, kWires, kDram, kLeakage };

ScalingClass scaling_class_of(Action action);

/// A step from a table's node and supply to another.
struct NodeScaling {
  double from_nm = 0;
  double from_v = 0;
  double to_nm = 0;
  double to_v = 0;

  bool operator==(const NodeScaling&) const = default;
};

/// The factor on an energy. Throws InputError for a node without coefficients and a voltage outside the model.
double scaling_factor(const NodeScaling& scaling, ScalingClass which);

/// The table at another node; `to_v` 0: the node's usual supply. Each coefficient is scaled from its own voltage and
/// gets the worse of its kind and `scaled` (logic) or `assumed` (memories, wires, leakage). Areas stay those of the
/// table's node. Throws InputError as above.
Table scaled_to(Table table, double to_nm, double to_v);

/// "from 45 nm 0.9 V to 7 nm 0.7 V: logic x 0.068, ...", one line for a report.
std::string scaling_text(const NodeScaling& scaling);

}  // namespace sigdel::energy
