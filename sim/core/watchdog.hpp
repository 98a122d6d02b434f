/// When the machine stops with frames missing: who waits for whom.
#pragma once

#include <string>

namespace sigdel::sim {

class Machine;

/// A chain of blocks from a host port on, each with what it waits for from the next, to be read aloud:
///
///     host (frame 1: waits for the end of fc1 from core_0_1)
///     -> core_0_1 (fc1, frame 1: waits for the end of fc0 from core_0_0)
///     -> core_0_0 (fc0, frame 1: waits for a grant of fc1 from core_0_1, which has taken frame 0 (...))
///     -> core_0_1: a cycle
///
/// It ends with a block that waits for nobody, or closes a cycle if there is one. Then the host ports and every block
/// that is not at rest, a line each. Worked out from the state of the machine at rest; nothing is recorded for it while
/// the machine runs.
/// Under the barrier discipline nobody waits for a token: there are only the lines.
std::string diagnose(const Machine& machine);

}  // namespace sigdel::sim
