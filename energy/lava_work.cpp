#include "energy/lava_work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "energy/text_table.hpp"

namespace sigdel::energy {
namespace {

std::optional<double> times_fewer(double dense, double counted) {
  return counted > 0 ? std::optional(dense / counted) : std::nullopt;
}

std::string text_of(const std::optional<double>& ratio) { return ratio ? fmt::format("{:.2f}", *ratio) : "-"; }

/// Synaptic operations in our convention, per frame.
double updates_of(const ModeResult& mode) {
  double updates = 0;
  for (const Work& layer : mode.layers) {
    updates += static_cast<double>(layer[Tally::kUpdates]);
  }
  return updates / static_cast<double>(mode.frames.size());
}

void add_row(TextTable& table, const std::string& name, const LavaWork& work, const std::string& ours,
             const std::string& ours_fewer) {
  table.add_row({name, fmt::format("{:.1f}", work.events), text_of(work.events_fewer()),
                 fmt::format("{:.2f}", work.synops / 1e3), text_of(work.synops_fewer()), ours, ours_fewer});
}

}  // namespace

std::optional<double> LavaWork::events_fewer() const { return times_fewer(dense_events, events); }
std::optional<double> LavaWork::synops_fewer() const { return times_fewer(dense_synops, synops); }

LavaWork lava_work_of(const ModeResult& mode, const Report& report, std::size_t first) {
  LavaWork work;
  const auto frames = static_cast<double>(mode.frames.size() - first);
  for (std::size_t l = 0; l < report.layers.size(); ++l) {
    const LayerInfo& layer = report.layers[l];
    double events = 0;
    for (std::size_t i = first; i < mode.frames.size(); ++i) {
      events += static_cast<double>(mode.frames[i][l][Tally::kEvents]);
    }
    work.events += events / frames;
    work.dense_events += layer.inputs;
    work.synops += events * layer.lava_fan_out / frames;
    work.dense_synops += layer.inputs * layer.lava_fan_out;
  }
  return work;
}

std::string lava_text(const Report& report) {
  if (std::none_of(report.modes.begin(), report.modes.end(),
                   [](const ModeResult& mode) { return mode.mode == Mode::kThreshold; })) {
    return "";
  }
  double dense = 0;
  for (const LayerInfo& layer : report.layers) {
    dense += static_cast<double>(layer.dense_updates);
  }
  TextTable table({{"", "work, per frame"},
                   {"events", "number"},
                   {"events", "times fewer"},
                   {"lava-dl's synops", "k"},
                   {"lava-dl's synops", "times fewer"},
                   {"ours", "k"},
                   {"ours", "times fewer"}});
  for (const ModeResult& mode : report.modes) {
    if (mode.systolic) {
      continue;
    }
    const double ours = updates_of(mode);
    add_row(table, std::string(name_of(mode.mode)), lava_work_of(mode, report), fmt::format("{:.2f}", ours / 1e3),
            text_of(times_fewer(dense, ours)));
    const std::size_t first = report.layers.size() + 1;
    if (mode.mode == Mode::kThreshold && mode.frames.size() > first) {
      add_row(table, fmt::format("  from frame {} on", first), lava_work_of(mode, report, first), "", "");
    }
  }
  return "Events that layers receive and synaptic operations, times fewer than of the dense network: lava-dl counts\n"
         "events x outputs x kernel / stride, as if images had no borders; ours are (event, target) pairs\n" +
         table.text();
}

}  // namespace sigdel::energy
