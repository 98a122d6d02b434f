#include "sim/cli/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sigdel::cli {
namespace {

using energy::Check;

Check compare_numbers(const std::string& name, const std::string& what, std::uint64_t got, std::uint64_t wanted) {
  return {name, got == wanted, fmt::format("{}: {} and {}", what, got, wanted)};
}

Check compare_counts(const std::string& name, const sim::RunResult& machine, const std::vector<Work>& wanted) {
  Check check{name, true, {}};
  std::size_t compared = 0;
  for (std::size_t l = 0; l < wanted.size(); ++l) {
    const sim::LayerResult& layer = machine.layers[l];
    for (const Tally tally : all_of<Tally>()) {
      const std::uint64_t got = layer.counts.work[tally];
      if (got != wanted[l][tally]) {
        check.passed = false;
        check.detail = fmt::format("{} {}: {} instead of {}", layer.name, name_of(tally), got, wanted[l][tally]);
        return check;
      }
      ++compared;
    }
  }
  check.detail = fmt::format("{} tallies", compared);
  return check;
}

/// Every spike meets all that its neuron reaches, as the shapes alone say.
Check check_updates(const std::string& mode, const sim::RunResult& machine, const std::vector<Work>& wanted) {
  std::uint64_t updates = 0;
  std::uint64_t expected = 0;
  for (std::size_t l = 0; l < wanted.size(); ++l) {
    updates += machine.layers[l].counts.work[Tally::kUpdates];
    expected += wanted[l][Tally::kUpdates];
  }
  return compare_numbers(mode + ": spikes times fan-out equal synaptic operations", "operations and spikes x fan-out",
                         updates, expected);
}

Check check_cycles(const std::string& mode, const sim::RunResult& machine) {
  const auto wrong = std::find_if(machine.cores.begin(), machine.cores.end(), [&](const sim::CoreResult& core) {
    return core.cycles.total() != machine.total.value;
  });
  const std::string name = mode + ": every core's cycle classes sum to the clock";
  if (wrong == machine.cores.end()) {
    return {name, true, fmt::format("{} cores x {} cycles", machine.cores.size(), machine.total.value)};
  }
  return {name, false,
          fmt::format("{}: {} cycles instead of {}", wrong->name, wrong->cycles.total(), machine.total.value)};
}

/// Where a layer's cycles went, on every core that holds a part of it.
Check check_time(const std::string& mode, const sim::RunResult& machine) {
  const auto wrong = std::find_if(machine.layers.begin(), machine.layers.end(), [&](const sim::LayerResult& layer) {
    return layer.counts.time.total() != layer.cores * machine.total.value;
  });
  const std::string name = mode + ": every cycle of a layer's cores is accounted for";
  if (wrong == machine.layers.end()) {
    return {name, true, fmt::format("{} layers", machine.layers.size())};
  }
  return {name, false,
          fmt::format("{}: {} cycles instead of {}", wrong->name, wrong->counts.time.total(),
                      wrong->cores * machine.total.value)};
}

/// What routers forwarded, as energy is priced from it, against what cores and links got: each forwarded flit goes over
/// a link (to a router or the host) or into a core.
Check check_flits(const std::string& mode, const sim::RunResult& machine) {
  std::uint64_t forwarded = 0;
  for (const ActivityRecord& record : machine.activity) {
    forwarded += record.action == Action::kRouterTraverse ? record.count : 0;
  }
  const sim::Traffic& traffic = machine.traffic;
  return compare_numbers(mode + ": routers forwarded what links and cores got", "flits", forwarded,
                         traffic.link_flits - traffic.host_link_flits + traffic.core_flits);
}

}  // namespace

energy::Check compare_outputs(const std::string& name, const std::vector<std::int32_t>& got,
                              const std::vector<std::int32_t>& wanted, std::size_t outputs) {
  const auto [a, b] = std::mismatch(got.begin(), got.end(), wanted.begin(), wanted.end());
  if (a == got.end() && b == wanted.end()) {
    return {name, true, fmt::format("{} frames x {} outputs", wanted.size() / outputs, outputs)};
  }
  const auto at = static_cast<std::size_t>(a - got.begin());
  if (a == got.end() || b == wanted.end()) {
    return {name, false, fmt::format("{} outputs instead of {}", got.size(), wanted.size())};
  }
  return {name, false, fmt::format("frame {}, output {}: {} instead of {}", at / outputs, at % outputs, *a, *b)};
}

std::vector<Check> check_machine(const scenarios::Plan& plan, const FunctionalRun& functional,
                                 const sim::RunResult& machine) {
  const std::string mode(name_of(functional.mode));
  const std::string whose = plan.recording ? "the recording's" : "the executor's";
  const sim::Traffic& traffic = machine.traffic;
  return {compare_outputs(fmt::format("{}: outputs equal {}", mode, whose), machine.outputs, functional.outputs,
                          plan.network_for(functional.mode).outputs()),
          compare_counts(fmt::format("{}: operation counts equal {}", mode, whose), machine, functional.on_machine),
          check_updates(mode, machine, functional.on_machine),
          compare_numbers(mode + ": what was sent arrived", "packets for all their targets, and arrivals",
                          traffic.deliveries + traffic.tokens_sent, traffic.spikes_received + traffic.tokens_received),
          check_cycles(mode, machine),
          check_time(mode, machine),
          check_flits(mode, machine)};
}

std::vector<Check> check_modes(const std::vector<const FunctionalRun*>& runs, std::size_t outputs) {
  constexpr std::array<std::pair<Mode, Mode>, 3> kPairs{{{Mode::kSigmaDelta, Mode::kRounding},
                                                         {Mode::kTemporalDifference, Mode::kDense},
                                                         {Mode::kZeroSkip, Mode::kDense}}};
  const auto find = [&](Mode mode) {
    return std::find_if(runs.begin(), runs.end(), [&](const FunctionalRun* run) { return run->mode == mode; });
  };
  std::vector<Check> checks;
  for (const auto& [mode, reference] : kPairs) {
    const auto a = find(mode);
    const auto b = find(reference);
    if (a != runs.end() && b != runs.end()) {
      checks.push_back(compare_outputs(fmt::format("{} equals {} on every frame", name_of(mode), name_of(reference)),
                                       (*a)->outputs, (*b)->outputs, outputs));
    }
  }
  return checks;
}

}  // namespace sigdel::cli
