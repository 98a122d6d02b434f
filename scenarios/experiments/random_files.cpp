#include "scenarios/experiments/random_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <string_view>
#include <vector>

namespace sigdel::experiments {
namespace {

constexpr std::array<std::string_view, 8> kColours{"#1f4e9c", "#3a8a5f", "#d98c2b", "#b03020",
                                                   "#7a5aa6", "#50b0c0", "#c0a030", "#888888"};

std::string_view gradient_of(const Tuning& tuning) { return tuning.literal ? "literal" : "straight-through"; }

std::string tuned_csv(const RandomExperiment& experiment) {
  std::string text = "lambda,gradient,scale_1,scale_2,scale_3,error,adds_per_sample,dominating\n";
  const Tuning& first = experiment.tunings.front();
  text += fmt::format(",start,{},{},{},{}\n", fmt::join(first.path.front(), ","), first.qualities.front().error,
                      first.qualities.front().adds, experiment.dominating(first.qualities.front()));
  for (const Tuning& tuning : experiment.tunings) {
    text += fmt::format("{},{},{},{},{},{}\n", tuning.lambda, gradient_of(tuning), fmt::join(tuning.path.back(), ","),
                        tuning.result().error, tuning.result().adds, experiment.dominating(tuning.result()));
  }
  return text;
}

std::string cloud_csv(const RandomExperiment& experiment) {
  std::string text = "scale_1,scale_2,scale_3,error,adds_per_sample\n";
  for (std::size_t i = 0; i < experiment.cloud.size(); ++i) {
    text += fmt::format("{},{},{}\n", fmt::join(experiment.triples[i], ","), experiment.cloud[i].error,
                        experiment.cloud[i].adds);
  }
  return text;
}

std::string paths_csv(const RandomExperiment& experiment) {
  std::string text = "lambda,gradient,epoch,scale_1,scale_2,scale_3,error,adds_per_sample\n";
  for (const Tuning& tuning : experiment.tunings) {
    for (std::size_t epoch = 0; epoch < tuning.path.size(); ++epoch) {
      text +=
          fmt::format("{},{},{},{},{},{}\n", tuning.lambda, gradient_of(tuning), epoch,
                      fmt::join(tuning.path[epoch], ","), tuning.qualities[epoch].error, tuning.qualities[epoch].adds);
    }
  }
  return text;
}

std::string row(std::string_view name, std::string_view gradient, const Triple& scales, const Quality& quality,
                std::size_t dominating) {
  return fmt::format("| {} | {} | {:.4g}, {:.4g}, {:.4g} | {:.4f} | {:.4g} | {} |\n", name, gradient, scales[0],
                     scales[1], scales[2], quality.error, quality.adds / 1000, dominating);
}

/// "$NAME << EOD" with a line for each point: thousand additions, error.
std::string data_block(const std::string& name, const std::vector<Quality>& points) {
  std::string text = fmt::format("${} << EOD\n", name);
  for (const Quality& point : points) {
    text += fmt::format("{} {}\n", point.adds / 1000, point.error);
  }
  return text + "EOD\n";
}

constexpr std::string_view kHead =
    "set termoption noenhanced\nset key noautotitle outside right top\nset grid lc rgb \"#dddddd\"\n";

analysis::Picture trade_off(const RandomExperiment& experiment) {
  std::string script(kHead);
  script += "set logscale xy\nset xlabel \"thousand additions per sample\"\nset ylabel \"relative error\"\n";
  // Wide enough for all but a collapsed network, which has no place on a logarithmic axis.
  script += "set xrange [3:1000]\nset yrange [0.01:2]\n";
  script += data_block("cloud", experiment.cloud);
  std::vector<std::string> plots{R"($cloud with points pt 7 ps 0.3 lc rgb "#bbbbbb" title "random scales")"};
  for (std::size_t i = 0; i < experiment.tunings.size(); ++i) {
    const Tuning& tuning = experiment.tunings[i];
    const std::string_view colour = kColours.at(i % (experiment.tunings.size() / 2) % kColours.size());
    script += data_block(fmt::format("path{}", i), tuning.qualities);
    script += data_block(fmt::format("end{}", i), {tuning.result()});
    plots.push_back(fmt::format(R"($path{} with lines dt {} lc rgb "{}")", i, tuning.literal ? 3 : 1, colour));
    plots.push_back(fmt::format(R"($end{} with points pt {} ps 1 lc rgb "{}" title "lambda {}{}")", i,
                                tuning.literal ? 6 : 7, colour, tuning.lambda, tuning.literal ? ", literal" : ""));
  }
  return {800, 520, script + fmt::format("plot {}\n", fmt::join(plots, ", \\\n  "))};
}

analysis::Picture scales_by_layer(const RandomExperiment& experiment) {
  std::string script(kHead);
  script +=
      "set logscale y\nset xrange [0.8:3.2]\nset xtics 1\nset xlabel \"layer\"\nset ylabel \"scale\"\n"
      "set yrange [0.05:100]\n";
  std::vector<std::string> plots;
  for (std::size_t i = 0; i < experiment.tunings.size(); ++i) {
    const Tuning& tuning = experiment.tunings[i];
    if (tuning.literal) {
      continue;
    }
    script += fmt::format("$scales{} << EOD\n", i);
    for (std::size_t layer = 0; layer < kRandomLayers; ++layer) {
      script += fmt::format("{} {}\n", layer + 1, tuning.path.back().at(layer));
    }
    script += "EOD\n";
    plots.push_back(fmt::format(R"($scales{} with linespoints pt 7 lc rgb "{}" title "lambda {}")", i,
                                kColours.at(i % kColours.size()), tuning.lambda));
  }
  return {640, 400, script + fmt::format("plot {}\n", fmt::join(plots, ", \\\n  "))};
}

}  // namespace

std::string table_text(const RandomExperiment& experiment) {
  std::string text =
      "| lambda | gradient | scales | error | thousand additions per sample | random triples no worse in both |\n"
      "|---|---|---|---|---|---|\n";
  const Tuning& first = experiment.tunings.front();
  text += row("start", "", first.path.front(), first.qualities.front(), experiment.dominating(first.qualities.front()));
  for (const Tuning& tuning : experiment.tunings) {
    text += row(fmt::format("{}", tuning.lambda), gradient_of(tuning), tuning.path.back(), tuning.result(),
                experiment.dominating(tuning.result()));
  }
  return text;
}

analysis::Analyses files_of(const RandomExperiment& experiment) {
  return {{{"tuned.csv", tuned_csv(experiment)},
           {"tuned.md", table_text(experiment)},
           {"cloud.csv", cloud_csv(experiment)},
           {"paths.csv", paths_csv(experiment)}},
          {{"scales.svg", scales_by_layer(experiment)}, {"trade-off.svg", trade_off(experiment)}}};
}

}  // namespace sigdel::experiments
