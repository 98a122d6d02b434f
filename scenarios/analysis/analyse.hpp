/// All analyses of one table of points, as files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/analysis/pictures.hpp"
#include "scenarios/analysis/points.hpp"

namespace sigdel::analysis {

/// What to look at. The metrics of the points are the objectives.
struct Request {
  std::size_t who = 0;  ///< factor whose levels are compared: the mode
  std::optional<BreakEvenAxes> break_even;
};

struct NamedText {
  std::string name;  ///< of the file: "pareto.csv"
  std::string text;
};

struct NamedPicture {
  std::string name;  ///< of the file: "pareto.svg"
  Picture picture;
};

struct Analyses {
  std::vector<NamedText> tables;
  std::vector<NamedPicture> pictures;
};

/// pareto.csv and sensitivity.csv, with break-even axes breakeven.csv and crossings.csv, and a picture of each but of
/// the crossings, which are in the map's. pareto.svg needs two metrics, sensitivity.svg a factor with two levels. At
/// least one metric.
Analyses analyse(const Points& points, const Request& request);

}  // namespace sigdel::analysis
