#include "scenarios/check_prices.hpp"

#include <utility>

#include "energy/evaluate.hpp"

namespace sigdel::scenarios {
namespace {

/// Width and memory with which an action is counted on the machine.
std::pair<std::uint32_t, std::uint64_t> operands_of(Action action, const sim::MachineConfig& machine, int lane_bits) {
  switch (action) {
    case Action::kWeightRead:
      return {machine.core.word_bits, machine.core.weight_memory_bytes / machine.core.weight_banks};
    case Action::kStateRead:
    case Action::kStateWrite:
      return {machine.core.word_bits, machine.core.state_memory_bytes / machine.core.state_banks};
    case Action::kWeightLeakage:
      return {0, machine.core.weight_memory_bytes};
    case Action::kStateLeakage:
      return {0, machine.core.state_memory_bytes};
    case Action::kLaneLeakage:
    case Action::kLaneClock:
      return {static_cast<std::uint32_t>(lane_bits), 0};
    case Action::kCoreLeakage:
    case Action::kCoreClock:
      return {0, 0};
    case Action::kDramRead:
    case Action::kDramWrite:
      return {8 * machine.dram.burst_bytes, 0};
    case Action::kDramActivate:
      return {8 * machine.dram.row_bytes, 0};
    default:
      const bool packet = action >= Action::kInboxWrite && action <= Action::kOutboxRead;
      return {packet ? sim::kPacketBits : machine.router.flit_bits, 0};
  }
}

/// Reads and writes of the systolic array's memories.
void add_systolic(const systolic::Config& array, Activity& activity) {
  activity.push_back({"", "", Action::kWeightRead, array.word_bits, array.weight_bank_bytes(), 1});
  activity.push_back({"", "", Action::kWeightLeakage, 0, array.weight_bank_bytes(), 1});
  for (const std::uint64_t bytes : {array.input_memory_bytes, array.output_memory_bytes}) {
    for (const Action action : {Action::kStateRead, Action::kStateWrite}) {
      activity.push_back({"", "", action, array.word_bits, bytes, 1});
    }
    activity.push_back({"", "", Action::kStateLeakage, 0, bytes, 1});
  }
}

}  // namespace

Activity countable_actions(const Plan& plan) {
  Activity activity;
  for (const Mode mode : plan.scenario.modes) {
    const network::IntegerNetwork& network = plan.network_for(mode);
    for (const ArithmeticAction& row : kArithmeticActions) {
      const std::uint32_t bits =
          row.multiplies ? network.multiply_bits() : static_cast<std::uint32_t>(network.accumulator_bits);
      activity.push_back({"", "", row.action, bits, 0, 1});
    }
  }
  for (const Action action : all_of<Action>()) {
    const Category category = category_of(action);
    const bool is_off_chip = category == Category::kOffChip;
    if (plan.scenario.on_machine() && category != Category::kArithmetic && (!is_off_chip || plan.machine.spills)) {
      const auto [bits, memory_bytes] = operands_of(action, plan.machine, plan.any_network().accumulator_bits);
      activity.push_back({"", "", action, bits, memory_bytes, 1});
    }
  }
  if (plan.scenario.on_machine() && plan.machine.spills) {
    for (const Action action : {Action::kWeightRead, Action::kStateRead, Action::kStateWrite}) {
      activity.push_back({"", "", action, plan.machine.core.word_bits, plan.machine.core.row_cache_bytes, 1});
    }
    activity.push_back({"", "", Action::kStateLeakage, 0, plan.machine.core.row_cache_bytes, 1});
  }
  if (plan.scenario.on_systolic()) {
    add_systolic(plan.scenario.systolic, activity);
  }
  return activity;
}

void check_prices(const Plan& plan) {
  for (const ActivityRecord& record : countable_actions(plan)) {
    energy::price_of(plan.table, record.action, record.bits, record.memory_bytes);
  }
  energy::paper_prices(plan.table);
}

}  // namespace sigdel::scenarios
