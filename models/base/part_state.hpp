/// Where the cycles of a layer on a core go.
#pragma once

#include "models/base/enum_table.hpp"

namespace sigdel {

/// What a layer's part does in a cycle: exactly one of these.
enum class PartState {
  kInput,       ///< its frame is not complete, and the core's engine has nothing to do
  kLanes,       ///< the engine integrates a spike of its, as fast as the lanes can,
  kWeightPort,  ///< as the weight memory delivers,
  kStatePort,   ///< as the state memory delivers and takes
  kOtherLayer,  ///< engine or fire unit, whichever it needs, serves another layer on the core
  kScan,        ///< its neurons are read
  kLink,        ///< its scan waits for room in the outbox, that is, for the network
  kMemory,      ///< a spike of its, or its scan, waits for the off-chip memory
  kTokenWait,   ///< its frame is complete, a target has not granted it; with the barrier: none of the above
};

template <>
struct EnumTable<PartState> {
  static constexpr std::array<std::string_view, 9> names{"input", "lanes", "weight port", "state port", "other layer",
                                                         "scan",  "link",  "memory",      "token wait"};
};

}  // namespace sigdel
