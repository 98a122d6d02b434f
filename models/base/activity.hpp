/// What is counted in a run, and what energy is priced from. Counting and pricing are apart: a saved activity can be
/// priced again with another table.
#pragma once

#include <string>
#include <vector>

#include "models/base/enum_table.hpp"
#include "models/base/units.hpp"

namespace sigdel {

/// Counted per layer and frame by both engines: they must agree. docs/counting.md defines each.
enum class Tally {
  kEvents,           ///< spikes (dense family: activations) that a layer receives
  kMagnitude,        ///< sum of the spikes' magnitudes
  kUpdates,          ///< (event, target) pairs: synaptic operations
  kPaperAdds,        ///< additions in the paper's convention
  kPaperMultiplies,  ///< multiplications in the paper's convention
  kSaturations,      ///< values that the quantiser clamped
  kAdds,             ///< hardware convention, from here on
  kSubtracts,
  kMultiplies,
  kShifts,
  kCompares,
  kRounds,
};

template <>
struct EnumTable<Tally> {
  static constexpr std::array<std::string_view, 12> names{"events",           "magnitude",   "updates",  "paper_adds",
                                                          "paper_multiplies", "saturations", "adds",     "subtracts",
                                                          "multiplies",       "shifts",      "compares", "rounds"};
};

/// One frame's or one run's work in one layer.
using Work = Counts<Tally>;

/// What costs energy. `bits` and `memory_bytes` of a record say of what width and how large a memory.
enum class Action {
  kAdd,
  kSubtract,
  kMultiply,
  kShift,
  kCompare,
  kRound,
  kWeightRead,  ///< one word of a weight memory
  kStateRead,   ///< one word of a state memory
  kStateWrite,
  kInboxWrite,  ///< one packet
  kInboxRead,
  kOutboxWrite,
  kOutboxRead,
  kRouterQueueWrite,  ///< one flit
  kRouterQueueRead,
  kRouterTraverse,  ///< one flit through crossbar and arbiter
  kLinkTraverse,    ///< one flit over one link between neighbours, or between host and mesh
  kDramRead,        ///< one burst
  kDramWrite,
  kDramActivate,   ///< opening a row; `bits` is the row's size
  kWeightLeakage,  ///< a weight memory, powered for one cycle; so with all that follow
  kStateLeakage,
  kLaneLeakage,
  kCoreLeakage,  ///< logic of a core but its lanes
  kRouterLeakage,
  kLaneClock,
  kCoreClock,
  kRouterClock,
};

template <>
struct EnumTable<Action> {
  static constexpr std::array<std::string_view, 28> names{"add",
                                                          "subtract",
                                                          "multiply",
                                                          "shift",
                                                          "compare",
                                                          "round",
                                                          "weight_read",
                                                          "state_read",
                                                          "state_write",
                                                          "inbox_write",
                                                          "inbox_read",
                                                          "outbox_write",
                                                          "outbox_read",
                                                          "router_queue_write",
                                                          "router_queue_read",
                                                          "router_traverse",
                                                          "link_traverse",
                                                          "dram_read",
                                                          "dram_write",
                                                          "dram_activate",
                                                          "weight_leakage",
                                                          "state_leakage",
                                                          "lane_leakage",
                                                          "core_leakage",
                                                          "router_leakage",
                                                          "lane_clock",
                                                          "core_clock",
                                                          "router_clock"};
};

/// The tallies that are actions, too.
struct ArithmeticAction {
  Action action;
  Tally tally;
  bool multiplies;  ///< priced at the operands' width, the others at the accumulator's
};
inline constexpr std::array<ArithmeticAction, 6> kArithmeticActions{{{Action::kAdd, Tally::kAdds, false},
                                                                     {Action::kSubtract, Tally::kSubtracts, false},
                                                                     {Action::kMultiply, Tally::kMultiplies, true},
                                                                     {Action::kShift, Tally::kShifts, false},
                                                                     {Action::kCompare, Tally::kCompares, false},
                                                                     {Action::kRound, Tally::kRounds, false}}};

enum class Category { kArithmetic, kWeightMemory, kStateMemory, kQueues, kNetwork, kOffChip, kStatic };

template <>
struct EnumTable<Category> {
  static constexpr std::array<std::string_view, 7> names{"arithmetic", "weight-memory", "state-memory", "queues",
                                                         "network",    "off-chip",      "static"};
};

/// The last action, in order of declaration, of each category's; the two memories' come one after the other.
inline constexpr std::array<Action, kEnumSize<Category>> kLastActions{
    Action::kRound,        Action::kWeightRead,   Action::kStateWrite, Action::kRouterQueueRead,
    Action::kLinkTraverse, Action::kDramActivate, Action::kRouterClock};

/// The category under which an action's energy is reported.
constexpr Category category_of(Action action) {
  std::size_t category = 0;
  while (action > kLastActions[category]) {
    ++category;
  }
  return static_cast<Category>(category);
}

/// Draws power whether or not anything happens: priced by a power and the clock.
constexpr bool is_leakage(Action action) {
  return action >= Action::kWeightLeakage && action <= Action::kRouterLeakage;
}

/// Works on a memory, on whose size its price depends.
constexpr bool needs_memory_size(Action action) {
  return (action >= Action::kWeightRead && action <= Action::kStateWrite) || action == Action::kWeightLeakage ||
         action == Action::kStateLeakage;
}

/// Has a width: of an operand, memory word, packet, flit or burst. The others are recorded with 0 bits.
constexpr bool needs_width(Action action) {
  return action != Action::kWeightLeakage && action != Action::kStateLeakage && action != Action::kCoreLeakage &&
         action != Action::kCoreClock;
}

/// Who ran a mode and counted.
enum class Engine {
  kMachine,   ///< the mesh of cores: every action was counted
  kExecutor,  ///< the functional executor: arithmetic alone, the rest is unknown
  kSystolic,  ///< the systolic array: every action was counted
};

template <>
struct EnumTable<Engine> {
  static constexpr std::array<std::string_view, 3> names{"machine", "executor", "systolic"};
};

/// `count` actions of one kind in one block, on behalf of one layer ("" where no layer can be named).
struct ActivityRecord {
  std::string block;  ///< hierarchical name, "core_0_1"; "executor" for the functional engine
  std::string layer;  ///< name of the weight layer
  Action action = Action::kAdd;
  std::uint32_t bits = 0;          ///< width of operand, memory word, packet, flit or burst; 0 where there is none
  std::uint64_t memory_bytes = 0;  ///< size of the memory that is read, written or powered; 0 where there is none
  std::uint64_t count = 0;

  bool operator==(const ActivityRecord&) const = default;
};

using Activity = std::vector<ActivityRecord>;

}  // namespace sigdel
