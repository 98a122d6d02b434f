#include "sim/core/barrier.hpp"

#include <algorithm>

namespace sigdel::sim {

bool Barrier::fires(std::uint64_t layer, std::uint64_t step) const {
  if (config_.semantics == Semantics::kStep) {
    return step < config_.frames;
  }
  const std::uint64_t depth = config_.depths[layer];
  return step > depth && step - depth - 1 < config_.frames;
}

/// What everybody has to do in the step, whatever comes: a scan of every part that fires, the injections.
void Barrier::expect_step() {
  const std::uint64_t step = steps_ - 1;
  left_ = injects(step) ? config_.hosts : 0;
  for (std::size_t layer = 0; layer < config_.parts_per_layer.size(); ++layer) {
    left_ += fires(layer, step) ? config_.parts_per_layer[layer] : 0;
  }
}

void Barrier::done(Cycles now) {
  if (--left_ > 0) {
    return;
  }
  const std::uint64_t step = steps_++;
  begin_ = now + config_.sync + Cycles{1};
  if (injects(step)) {
    begin_ = std::max(begin_, Cycles{step * config_.frame_period.value});
  }
  expect_step();
  if (left_ > 0) {
    for (const Waker waker : wakers_) {
      waker.at(begin_);
    }
  }
}

}  // namespace sigdel::sim
