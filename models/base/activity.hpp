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
};

template <>
struct EnumTable<Action> {
  static constexpr std::array<std::string_view, 17> names{
      "add",         "subtract",           "multiply",          "shift",           "compare",      "round",
      "weight_read", "state_read",         "state_write",       "inbox_write",     "inbox_read",   "outbox_write",
      "outbox_read", "router_queue_write", "router_queue_read", "router_traverse", "link_traverse"};
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

enum class Category { kArithmetic, kWeightMemory, kStateMemory, kQueues, kNetwork };

template <>
struct EnumTable<Category> {
  static constexpr std::array<std::string_view, 5> names{"arithmetic", "weight-memory", "state-memory", "queues",
                                                         "network"};
};

/// The category under which an action's energy is reported.
constexpr Category category_of(Action action) {
  if (action <= Action::kRound) {
    return Category::kArithmetic;
  }
  if (action == Action::kWeightRead) {
    return Category::kWeightMemory;
  }
  if (action <= Action::kStateWrite) {
    return Category::kStateMemory;
  }
  return action <= Action::kRouterQueueRead ? Category::kQueues : Category::kNetwork;
}

/// `count` actions of one kind in one block, on behalf of one layer ("" where no layer can be named).
struct ActivityRecord {
  std::string block;  ///< hierarchical name, "core_0_1"; "executor" for the functional engine
  std::string layer;  ///< name of the weight layer
  Action action = Action::kAdd;
  std::uint32_t bits = 0;          ///< width of operand, memory word or flit
  std::uint64_t memory_bytes = 0;  ///< size of the memory that is read or written; 0 where there is none
  std::uint64_t count = 0;

  bool operator==(const ActivityRecord&) const = default;
};

using Activity = std::vector<ActivityRecord>;

}  // namespace sigdel
