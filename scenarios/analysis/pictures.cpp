#include "scenarios/analysis/pictures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "scenarios/analysis/sensitivity.hpp"
#include "scenarios/analysis/tables.hpp"

namespace sigdel::analysis {
namespace {

constexpr std::array<std::uint32_t, 8> kColours{0x888888, 0xd98c2b, 0x3a8a5f, 0x1f4e9c,
                                                0xb03020, 0x7a5aa6, 0x50b0c0, 0xc0a030};

/// Of one level of `who`: the modes have theirs whatever other modes there are.
std::uint32_t colour_of(const Factor& who, std::size_t level) {
  constexpr std::array<std::string_view, 5> kModes{"dense", "zero-skip", "temporal-difference", "rounding",
                                                   "sigma-delta"};
  const auto* mode = std::find(kModes.begin(), kModes.end(), who.levels[level]);
  const bool all_modes = std::all_of(who.levels.begin(), who.levels.end(), [&](const std::string& name) {
    return std::find(kModes.begin(), kModes.end(), name) != kModes.end();
  });
  return kColours[(all_modes ? static_cast<std::size_t>(mode - kModes.begin()) : level) % kColours.size()];
}

/// From white (share 0) to the colour (share 1).
std::uint32_t mixed(std::uint32_t colour, double share) {
  std::uint32_t result = 0;
  for (const unsigned shift : {16U, 8U, 0U}) {
    const auto part = static_cast<double>(colour >> shift & 255U);
    result |= static_cast<std::uint32_t>(255.5 + share * (part - 255)) << shift;
  }
  return result;
}

/// Text for gnuplot, taken literally.
std::string quoted(const std::string& text) {
  std::string quote = "\"";
  for (const char c : text) {
    quote += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c == '\n' ? ' ' : c);
  }
  return quote + "\"";
}

constexpr std::string_view kHead =
    "set termoption noenhanced\nset key noautotitle outside top center horizontal\nset style fill solid\n"
    "set grid lc rgb \"#dddddd\"\n";

bool positive(const Points& points, std::size_t metric) {
  return std::all_of(points.values.begin(), points.values.end(),
                     [&](const auto& values) { return !known(values[metric]) || values[metric] > 0; });
}

/// "x\ty" for each of the points with both known, or a point outside of every picture.
std::string pairs_of(const Points& points, const std::vector<std::size_t>& set, std::size_t x, std::size_t y) {
  std::string text;
  for (const std::size_t p : set) {
    if (known(points.values[p][x]) && known(points.values[p][y])) {
      text += fmt::format("{} {}\n", points.values[p][x], points.values[p][y]);
    }
  }
  return text.empty() ? "NaN NaN\n" : text;
}

}  // namespace

Picture pareto_picture(const Points& points, const std::vector<std::size_t>& set, std::size_t x_metric,
                       std::size_t y_metric, std::size_t who) {
  std::string script(kHead);
  script += fmt::format("set xlabel {}\nset ylabel {}\n", quoted(points.metrics[x_metric].name),
                        quoted(points.metrics[y_metric].name));
  for (const auto& [axis, metric] : {std::pair{'x', x_metric}, std::pair{'y', y_metric}}) {
    script += positive(points, metric) ? fmt::format("set logscale {}\n", axis) : "";
  }
  const Factor& contenders = points.factors[who];
  std::vector<std::string> plots;
  for (std::size_t level = 0; level < contenders.levels.size(); ++level) {
    std::vector<std::size_t> all;
    std::vector<std::size_t> best;
    for (std::size_t p = 0; p < points.size(); ++p) {
      if (points.levels[p][who] == level) {
        (std::binary_search(set.begin(), set.end(), p) ? best : all).push_back(p);
      }
    }
    script += fmt::format("$others{0} << EOD\n{1}EOD\n$best{0} << EOD\n{2}EOD\n", level,
                          pairs_of(points, all, x_metric, y_metric), pairs_of(points, best, x_metric, y_metric));
    const std::uint32_t colour = colour_of(contenders, level);
    plots.push_back(fmt::format("$others{} with points pt 6 ps 0.5 lc rgb \"#{:06x}\"", level, mixed(colour, 0.6)));
    plots.push_back(fmt::format("$best{} with points pt 7 ps 0.9 lc rgb \"#{:06x}\" title {}", level, colour,
                                quoted(contenders.levels[level])));
  }
  return {720, 480, script + fmt::format("plot {}\n", fmt::join(plots, ", \\\n  "))};
}

namespace {

/// One panel: rows from top to bottom in the order of the factors, contenders side by side in a row.
std::string sensitivity_panel(const Points& points, std::size_t who, std::size_t metric,
                              const std::vector<std::size_t>& factors) {
  const Factor& contenders = points.factors[who];
  std::vector<std::string> tics;
  for (std::size_t row = 0; row < factors.size(); ++row) {
    const Factor& factor = points.factors[factors[row]];
    tics.push_back(quoted(fmt::format("{} {} to {}", factor.name, factor.levels.front(), factor.levels.back())) +
                   fmt::format(" {}", factors.size() - row));
  }
  std::string script = fmt::format("set ytics ({})\nset xlabel {}\nset yrange [0.5:{}]\n", fmt::join(tics, ", "),
                                   quoted(points.metrics[metric].name + ", last level over first"),
                                   static_cast<double>(factors.size()) + 0.5);
  std::vector<std::string> plots;
  for (std::size_t level = 0; level < contenders.levels.size(); ++level) {
    const Points some = at_level(points, who, level);
    const double shift =
        0.7 * ((static_cast<double>(level) + 0.5) / static_cast<double>(contenders.levels.size()) - 0.5);
    std::string data;
    for (std::size_t row = 0; row < factors.size(); ++row) {
      const Sensitivity found = sensitivity(some, factors[row], metric);
      if (found.ratio) {
        data +=
            fmt::format("{:.6g} {:.6g} {:.6g} {:.6g}\n", *found.ratio,
                        static_cast<double>(factors.size() - row) - shift, *found.least_ratio, *found.largest_ratio);
      }
    }
    script += fmt::format("$ratios{} << EOD\n{}EOD\n", level, data.empty() ? "NaN NaN NaN NaN\n" : data);
    plots.push_back(
        fmt::format("$ratios{} using 1:2:3:4 with xerrorbars pt 7 ps 0.7 lw 1.5 lc rgb \"#{:06x}\" title {}", level,
                    colour_of(contenders, level), quoted(contenders.levels[level])));
  }
  return script + fmt::format("plot {}\n", fmt::join(plots, ", \\\n  "));
}

}  // namespace

Picture sensitivity_picture(const Points& points, std::size_t who) {
  std::vector<std::size_t> factors;
  for (std::size_t f = 0; f < points.factors.size(); ++f) {
    if (f != who && points.factors[f].levels.size() > 1) {
      factors.push_back(f);
    }
  }
  const auto panels = static_cast<int>(points.metrics.size());
  std::string script(kHead);
  script += fmt::format(
      "set logscale x\nset arrow from 1, graph 0 to 1, graph 1 nohead lc rgb \"black\"\n"
      "set multiplot layout {},1\n",
      panels);
  for (std::size_t m = 0; m < points.metrics.size(); ++m) {
    script += sensitivity_panel(points, who, m, factors) + "unset key\n";
  }
  const int height =
      110 + 26 * static_cast<int>(factors.size() * std::max<std::size_t>(2, points.factors[who].levels.size()) / 2);
  return {860, panels * height, script + "unset multiplot\n"};
}

namespace {

/// Places of a factor's levels on an axis: 0, 1, 2, ... in the order in which they are drawn.
std::vector<std::size_t> places_of(const Factor& factor) {
  std::vector<std::size_t> places(factor.levels.size());
  const auto order = order_of(factor);
  for (std::size_t place = 0; place < order.size(); ++place) {
    places[order[place]] = place;
  }
  return places;
}

std::string tics_of(const Factor& factor, char axis) {
  std::vector<std::string> tics;
  const auto places = places_of(factor);
  for (std::size_t level = 0; level < places.size(); ++level) {
    tics.push_back(fmt::format("{} {}", quoted(factor.levels[level]), places[level]));
  }
  return fmt::format("set {0}label {1}\nset {0}tics ({2})\nset {0}range [-0.5:{3}]\n", axis, quoted(factor.name),
                     fmt::join(tics, ", "), static_cast<double>(places.size()) - 0.5);
}

/// Lines across the cells, where the winner changes along x (along y if x has no numbers).
std::string boundaries_of(const Points& points, const BreakEvenAxes& axes, const BreakEven& map) {
  const bool along_x = points.factors[axes.x].numeric();
  const auto along = places_of(points.factors[along_x ? axes.x : axes.y]);
  const auto across = places_of(points.factors[along_x ? axes.y : axes.x]);
  std::string text;
  for (const Crossing& crossing : map.crossings) {
    if (crossing.along_x == along_x) {
      const auto from = static_cast<double>(along[crossing.from]);
      const double place = from + crossing.share * (static_cast<double>(along[crossing.to]) - from);
      const double begin = static_cast<double>(across[crossing.at]) - 0.5;
      text += along_x ? fmt::format("{0:.4f} {1} 0 1\n", place, begin) : fmt::format("{1} {0:.4f} 1 0\n", place, begin);
    }
  }
  return text.empty() ? "NaN NaN NaN NaN\n" : text;
}

std::string title_of(const Points& points, const BreakEvenAxes& axes, const BreakEven& map) {
  std::string title = points.metrics[axes.metric].name;
  for (std::size_t f = 0; f < points.factors.size(); ++f) {
    if (f != axes.x && f != axes.y && f != axes.who && points.factors[f].levels.size() > 1) {
      title += fmt::format(", {} {}", points.factors[f].name, points.factors[f].levels[map.held[f]]);
    }
  }
  return title;
}

std::string break_even_panel(const Points& points, const BreakEvenAxes& axes, const BreakEven& map) {
  const Factor& who = points.factors[axes.who];
  const auto x = places_of(points.factors[axes.x]);
  const auto y = places_of(points.factors[axes.y]);
  std::string cells;
  for (const Cell& cell : map.cells) {
    constexpr double kFullColour = 2;  // twice as good
    const double strength = 0.15 + 0.85 * std::clamp(std::log(cell.lead) / std::log(kFullColour), 0.0, 1.0);
    cells +=
        fmt::format("{} {} {} {:.2f}\n", x[cell.x], y[cell.y], mixed(colour_of(who, cell.winner), strength), cell.lead);
  }
  std::vector<std::string> keys;
  for (std::size_t level = 0; level < who.levels.size(); ++level) {
    keys.push_back(fmt::format(", \\\n  NaN with boxes lc rgb \"#{:06x}\" title {}", colour_of(who, level),
                               quoted(who.levels[level])));
  }
  return fmt::format(
      "{}{}set title {}\n$cells << EOD\n{}EOD\n$changes << EOD\n{}EOD\n"
      "plot $cells using 1:2:(0.5):(0.5):3 with boxxyerror lc rgb variable, \\\n"
      "  $cells using 1:2:4 with labels font \",10\", \\\n"
      "  $changes using 1:2:3:4 with vectors nohead lw 2.5 lc rgb \"black\"{}\n",
      tics_of(points.factors[axes.x], 'x'), tics_of(points.factors[axes.y], 'y'), quoted(title_of(points, axes, map)),
      cells.empty() ? "NaN NaN 0 0\n" : cells, boundaries_of(points, axes, map), fmt::join(keys, ""));
}

}  // namespace

Picture break_even_picture(const Points& points, const BreakEvenAxes& axes, const std::vector<BreakEven>& maps) {
  const std::size_t columns = std::min<std::size_t>(2, maps.size());
  const std::size_t rows = (maps.size() + 1) / 2;
  std::string script(kHead);
  script += fmt::format("unset grid\nset multiplot layout {},{}\n", rows, columns);
  for (const BreakEven& map : maps) {
    script += break_even_panel(points, axes, map);
  }
  const auto width = static_cast<int>(160 + 64 * points.factors[axes.x].levels.size());
  const auto height = static_cast<int>(150 + 34 * points.factors[axes.y].levels.size());
  return {width * static_cast<int>(columns), height * static_cast<int>(rows), script + "unset multiplot\n"};
}

}  // namespace sigdel::analysis
