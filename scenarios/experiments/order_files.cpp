#include "scenarios/experiments/order_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "energy/evaluate.hpp"
#include "energy/summary.hpp"

namespace sigdel::experiments {
namespace {

/// Per frame.
struct PerFrame {
  double kilo_operations = 0;
  double nanojoules = 0;       ///< as the paper prices it
  double nanojoules_8bit = 0;  ///< with 8-bit multiplications
};

PerFrame per_frame(const Work& work, std::uint64_t frames, const energy::Table& prices) {
  const auto count = static_cast<double>(frames);
  const energy::PaperEnergy energy = energy::paper_energy(work, prices);
  return {static_cast<double>(energy::paper_operations(work)) / count / 1e3, energy.full_precision.value / count / 1e3,
          energy.matched.value / count / 1e3};
}

std::vector<double> flat(const quantise::Scales& scales) {
  std::vector<double> all;
  for (const auto& tensor : scales) {
    all.insert(all.end(), tensor.begin(), tensor.end());
  }
  return all;
}

std::string scales_text(const quantise::Scales& scales) {
  std::string text;
  for (const double scale : flat(scales)) {
    text += fmt::format("{}{:.3f}", text.empty() ? "" : ", ", scale);
  }
  return text;
}

std::string table_csv(const OrderExperiment& experiment, const energy::Table& prices) {
  std::string text =
      "lambda,net,order,scales,class_error_train,class_error_test,kilo_operations,arithmetic_nj,frames_that_differ\n";
  const auto row = [&](const std::string& lambda, const char* net, const char* order, const quantise::Scales& scales,
                       double train_error, const Cost& cost, std::uint64_t different) {
    const PerFrame each = per_frame(cost.work, experiment.frames, prices);
    text += fmt::format("{},{},{},{},{},{},{},{},{}\n", lambda, net, order, fmt::join(flat(scales), " "), train_error,
                        cost.class_error, each.kilo_operations, each.nanojoules, different);
  };
  row("", "dense", "any", {}, experiment.dense_train_error, experiment.dense, 0);
  row("", "zero-skip", "any", {}, experiment.dense_train_error, experiment.zero_skip, 0);
  for (const OrderPoint& point : experiment.points) {
    const std::string lambda = fmt::format("{}", point.lambda);
    row(lambda, "rounding", "any", point.scales, point.train_error, point.rounding, 0);
    row(lambda, "sigma-delta", "shuffled", point.scales, point.train_error, point.delta_shuffled, point.different);
    row(lambda, "sigma-delta", "temporal", point.scales, point.train_error, point.delta_temporal, point.different);
  }
  return text;
}

/// A row for each place in the run: which frame stands there in either order.
std::string order_csv(const OrderData& data) {
  std::string text = "place,shuffled,temporal\n";
  for (std::size_t place = 0; place < data.temporal.size(); ++place) {
    text += fmt::format("{},{},{}\n", place, data.shuffled[place], data.temporal[place]);
  }
  return text;
}

constexpr const char* kHead =
    "set termoption noenhanced\nset grid lc rgb \"#dddddd\"\nset key noautotitle bottom outside center horizontal\n";

using Axis = std::function<double(const PerFrame&)>;

std::string curve(const OrderExperiment& experiment, const energy::Table& prices, const Axis& axis,
                  const std::function<const Cost&(const OrderPoint&)>& cost) {
  std::string text;
  for (const OrderPoint& point : experiment.points) {
    text += fmt::format("{} {}\n", axis(per_frame(cost(point).work, experiment.frames, prices)),
                        100 * cost(point).class_error);
  }
  return text;
}

/// Data and plot of one panel.
std::string panel(const OrderExperiment& experiment, const energy::Table& prices, const Axis& axis, bool temporal,
                  const std::string& label) {
  const std::string name = fmt::format("{}{}", label.front(), temporal ? "t" : "s");
  const auto one = [&](const Cost& cost) {
    return fmt::format("{} {}\n", axis(per_frame(cost.work, experiment.frames, prices)), 100 * cost.class_error);
  };
  std::string text =
      fmt::format("$c{} << EOD\n{}EOD\n", name,
                  curve(experiment, prices, axis, [](const OrderPoint& p) -> const Cost& { return p.rounding; }));
  text += fmt::format("$d{} << EOD\n{}EOD\n", name,
                      curve(experiment, prices, axis, [temporal](const OrderPoint& p) -> const Cost& {
                        return temporal ? p.delta_temporal : p.delta_shuffled;
                      }));
  text += fmt::format("$a{0} << EOD\n{1}EOD\n$z{0} << EOD\n{2}EOD\n", name, one(experiment.dense),
                      one(experiment.zero_skip));
  text += fmt::format("set title \"{}\"\nset xlabel \"{}\"\n", temporal ? "temporal order" : "shuffled", label);
  text += fmt::format(
      "plot $c{0} with linespoints pt 7 ps 0.6 lc rgb \"#1f4e9c\" title \"rounding\", \\\n"
      "  $d{0} with linespoints pt 7 ps 0.6 lc rgb \"#b03020\" title \"sigma-delta\", \\\n"
      "  $a{0} with points pt 5 ps 1 lc rgb \"#888888\" title \"dense\", \\\n"
      "  $z{0} with points pt 9 ps 1 lc rgb \"#d98c2b\" title \"zero-skip\"\n",
      name);
  return text;
}

analysis::Picture curves(const OrderExperiment& experiment, const energy::Table& prices) {
  std::string script(kHead);
  script += "set multiplot layout 2,2\nset logscale x\nset ylabel \"class error, %\"\n";
  const Axis operations = [](const PerFrame& each) { return each.kilo_operations; };
  const Axis energy = [](const PerFrame& each) { return each.nanojoules; };
  for (const bool temporal : {false, true}) {
    script += panel(experiment, prices, operations, temporal, "thousand operations per frame");
  }
  for (const bool temporal : {false, true}) {
    script += panel(experiment, prices, energy, temporal, "nJ per frame, arithmetic");
  }
  return {960, 760, script + "unset multiplot\n"};
}

/// Square pictures side by side, those of an order in a row; gnuplot wants all pixels of the image, line by line.
analysis::Picture strip(const traces::Frames& frames, const OrderData& data, std::size_t side) {
  constexpr std::size_t kShown = 20;
  constexpr std::size_t kGap = 6;  // pixels
  const std::size_t shown = std::min(kShown, frames.count);
  std::string script(kHead);
  script += "$pixels << EOD\n";
  for (std::size_t y = 0; y < 2 * side + kGap; ++y) {
    for (std::size_t x = 0; x < shown * side; ++x) {
      const bool is_gap = y >= side && y < side + kGap;
      const auto& order = y < side ? data.shuffled : data.temporal;
      const std::size_t row = y < side ? y : y - side - kGap;
      const int value = is_gap ? 0 : frames.bytes(order[x / side])[row * side + x % side];
      script += fmt::format("{} {} {}\n", x, 2 * side + kGap - y, value);
    }
  }
  script += fmt::format(
      "EOD\nunset border\nunset xtics\nunset grid\nunset colorbox\nset palette gray negative\nset cbrange [0:255]\n"
      "set size ratio -1\nset xrange [-0.5:{}]\nset yrange [0.5:{}]\n"
      "set ytics (\"shuffled\" {}, \"temporal\" {}) scale 0\nplot $pixels using 1:2:3 with image\n",
      static_cast<double>(shown * side) - 0.5, static_cast<double>(2 * side + kGap) + 0.5, side + kGap + side / 2,
      side / 2);
  return {1000, 150, script};
}

}  // namespace

std::string table_text(const OrderExperiment& experiment, const energy::Table& prices) {
  std::string text =
      "| lambda | scales | class error, train | test | rounding, kOps | nJ | sigma-delta shuffled, kOps | nJ | "
      "temporal, "
      "kOps | nJ |\n|---|---|---|---|---|---|---|---|---|---|\n";
  const auto fixed = [&](const char* net, const Cost& cost) {
    const PerFrame each = per_frame(cost.work, experiment.frames, prices);
    text +=
        fmt::format("| {} |  | {:.2f} % | {:.2f} % | {:.1f} | {:.1f} |  |  |  |  |\n", net,
                    100 * experiment.dense_train_error, 100 * cost.class_error, each.kilo_operations, each.nanojoules);
  };
  fixed("dense", experiment.dense);
  fixed("zero-skip", experiment.zero_skip);
  for (const OrderPoint& point : experiment.points) {
    text += fmt::format("| {:.3g} | {} | {:.2f} % | {:.2f} %", point.lambda, scales_text(point.scales),
                        100 * point.train_error, 100 * point.rounding.class_error);
    for (const Cost* const cost : {&point.rounding, &point.delta_shuffled, &point.delta_temporal}) {
      const PerFrame each = per_frame(cost->work, experiment.frames, prices);
      text += fmt::format(" | {:.1f} | {:.2f}", each.kilo_operations, each.nanojoules);
    }
    text += " |\n";
  }
  return text;
}

std::string factors_text(const OrderExperiment& experiment, const energy::Table& prices,
                         const std::optional<MachineEnergy>& machine) {
  const OrderPoint* const point = experiment.within(kSlack);
  if (point == nullptr) {
    return fmt::format("No lambda gives a class error within {} percentage points of dense's.\n", 100 * kSlack);
  }
  std::string text = fmt::format(
      "lambda {:.3g}: class error {:.2f} %, dense {:.2f} %, float32 {:.2f} %. How many times less than dense:\n\n"
      "| | operations | arithmetic energy | of dense with 8-bit operands | {} | {} |\n|---|---|---|---|---|---|\n",
      point->lambda, 100 * point->rounding.class_error, 100 * experiment.dense.class_error,
      100 * experiment.float_error, machine ? fmt::format("full energy, {} frames", machine->frames) : "full energy",
      "full, of dense with 8-bit operands");
  const PerFrame dense = per_frame(experiment.dense.work, experiment.frames, prices);
  const auto row = [&](const char* name, const Cost& cost, double full) {
    const PerFrame each = per_frame(cost.work, experiment.frames, prices);
    text +=
        fmt::format("| {} | {:.2f} | {:.2f} | {:.2f} | {} | {} |\n", name, dense.kilo_operations / each.kilo_operations,
                    dense.nanojoules / each.nanojoules, dense.nanojoules_8bit / each.nanojoules_8bit,
                    machine ? fmt::format("{:.2f}", machine->dense / full) : "not run",
                    machine ? fmt::format("{:.2f}", machine->dense_8bit / full) : "not run");
  };
  row("zero-skip", experiment.zero_skip, machine ? machine->zero_skip : 0);
  row("rounding", point->rounding, machine ? machine->rounding : 0);
  text += fmt::format(
      "| sigma-delta, shuffled | {:.2f} | {:.2f} | {:.2f} |  |  |\n",
      dense.kilo_operations / per_frame(point->delta_shuffled.work, experiment.frames, prices).kilo_operations,
      dense.nanojoules / per_frame(point->delta_shuffled.work, experiment.frames, prices).nanojoules,
      dense.nanojoules_8bit / per_frame(point->delta_shuffled.work, experiment.frames, prices).nanojoules_8bit);
  row("sigma-delta, temporal", point->delta_temporal, machine ? machine->sigma_delta : 0);
  if (machine) {
    text += fmt::format(
        "\nFull energy, nJ per frame: dense {:.1f}, with 8-bit operands {:.1f}, zero-skip {:.1f}, rounding {:.1f}, "
        "sigma-delta {:.1f}.\n",
        machine->dense, machine->dense_8bit, machine->zero_skip, machine->rounding, machine->sigma_delta);
  }
  return text;
}

analysis::Analyses files_of(const scenarios::Plan& plan, const OrderData& data, const OrderExperiment& experiment,
                            const std::optional<MachineEnergy>& machine) {
  analysis::Analyses files{{{"table.csv", table_csv(experiment, plan.table)},
                            {"table.md", table_text(experiment, plan.table)},
                            {"order.csv", order_csv(data)},
                            {"factors.md", factors_text(experiment, plan.table, machine)}},
                           {{"curves.svg", curves(experiment, plan.table)}}};
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(plan.frames.size))));
  if (side * side == plan.frames.size) {
    files.pictures.push_back({"strip.svg", strip(plan.frames, data, side)});
  }
  return files;
}

}  // namespace sigdel::experiments
