/// How experiments tell how far they have come.
#pragma once

#include <cstddef>
#include <functional>

namespace sigdel::experiments {

/// Called when so many more parts of the work are done; may throw, to stop. Where an experiment uses threads, they call
/// it at the same time.
using Watch = std::function<void(std::size_t parts)>;

}  // namespace sigdel::experiments
