/// The analyses as pictures: scripts for gnuplot, data included. Terminal and file are the caller's.
#pragma once

#include <string>
#include <vector>

#include "scenarios/analysis/break_even.hpp"
#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// A script and the size in pixels that suits it.
struct Picture {
  int width = 0;
  int height = 0;
  std::string script;
};

/// All points over two metrics, a colour for each level of `who`; those of `set` are filled.
Picture pareto_picture(const Points& points, const std::vector<std::size_t>& set, std::size_t x_metric,
                       std::size_t y_metric, std::size_t who);

/// A panel for each metric with a row for each factor: from the least to the largest ratio of last to first level, the
/// geometric mean as a dot, a colour for each level of `who`.
Picture sensitivity_picture(const Points& points, std::size_t who);

/// A panel for each map: a cell's colour is its winner's, the paler the smaller the lead, which is written into it;
/// lines stand where the winner changes.
Picture break_even_picture(const Points& points, const BreakEvenAxes& axes, const std::vector<BreakEven>& maps);

}  // namespace sigdel::analysis
