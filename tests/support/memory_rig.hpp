/// An off-chip memory and a requester that asks at given times and notes when replies come.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/dram.hpp"

namespace sigdel::sim::test {

struct TimedRequest {
  Cycles due;  ///< asked for no earlier than this
  MemoryRequest request;
};

struct TimedReply {
  Cycles cycle;
  std::uint32_t tag = 0;

  bool operator==(const TimedReply&) const = default;
};

/// Asks at most once per cycle, in order, as soon as it may; takes at most one reply per cycle, and only in cycles that
/// `pace` divides.
class Requester final : public ClockedBlock {
 public:
  Requester(MemoryPort& port, std::vector<TimedRequest> requests, std::uint64_t pace)
      : ClockedBlock("requester"), port_(&port), requests_(std::move(requests)), pace_(pace) {}

  void step(Cycles now) override {
    if (port_->reply(now) != nullptr) {
      take(now);
    }
    if (next_ == requests_.size()) {
      return;
    }
    const TimedRequest& next = requests_[next_];
    if (next.due > now) {
      waker().at(next.due);
    } else if (port_->can_request(now, next.request)) {
      port_->request(now, next.request);
      mark_active(now);
      ++next_;
      waker().at(now + Cycles{1});
    }
  }
  [[nodiscard]] bool at_rest() const override { return next_ == requests_.size() && port_->at_rest(); }
  [[nodiscard]] std::string waits_for() const override { return "replies"; }

  [[nodiscard]] const std::vector<TimedReply>& replies() const { return replies_; }

 private:
  void take(Cycles now) {
    if (now.value % pace_ == 0) {
      replies_.push_back({now, port_->reply(now)->tag});
      port_->take(now);
      mark_active(now);
      waker().at(now + Cycles{1});
    } else {
      waker().at(Cycles{(now.value / pace_ + 1) * pace_});
    }
  }

  MemoryPort* port_;
  std::vector<TimedRequest> requests_;
  std::uint64_t pace_;
  std::size_t next_ = 0;
  std::vector<TimedReply> replies_;
};

class MemoryRig {
 public:
  MemoryRig(const DramConfig& config, std::vector<TimedRequest> requests, std::uint64_t pace = 1,
            std::uint32_t layers = 1)
      : port(config), dram("dram", layers, port), requester(port, std::move(requests), pace) {}

  void run_wheel() {
    CycleWheel wheel(2);
    dram.set_waker({&wheel, 0});
    requester.set_waker({&wheel, 1});
    port.connect(requester.waker(), dram.waker());
    wheel.wake(1, Cycles{0});
    while (const std::optional<Cycles> now = wheel.next()) {
      wheel.visit(*now, [&](std::uint32_t block) {
        ++steps;
        block == 0 ? dram.step(*now) : requester.step(*now);
      });
    }
  }

  /// Both blocks in every cycle, in either order.
  void run_plain(Cycles cycles, bool dram_first) {
    for (Cycles now; now < cycles; now += Cycles{1}) {
      dram_first ? dram.step(now) : requester.step(now);
      dram_first ? requester.step(now) : dram.step(now);
    }
  }

  /// The cycles in which replies were taken.
  [[nodiscard]] std::vector<std::uint64_t> times() const {
    std::vector<std::uint64_t> times;
    for (const TimedReply& reply : requester.replies()) {
      times.push_back(reply.cycle.value);
    }
    return times;
  }

  MemoryPort port;
  Dram dram;
  Requester requester;
  std::uint64_t steps = 0;  ///< of blocks, by the wheel
};

/// One read of `bytes` in cycle 0 from each of the addresses, as fast as the memory takes them.
inline std::vector<TimedRequest> reads(const std::vector<std::uint64_t>& addresses, std::uint32_t bytes = 1) {
  std::vector<TimedRequest> requests;
  for (const std::uint64_t address : addresses) {
    requests.push_back({{}, {address, bytes, MemoryAccess::kRead, {}, static_cast<std::uint32_t>(requests.size())}});
  }
  return requests;
}

/// The cycles in which the replies to such reads come.
inline std::vector<std::uint64_t> times_of(const DramConfig& config, const std::vector<std::uint64_t>& addresses,
                                           std::uint32_t bytes = 1) {
  MemoryRig rig(config, reads(addresses, bytes));
  rig.run_wheel();
  return rig.times();
}

}  // namespace sigdel::sim::test
