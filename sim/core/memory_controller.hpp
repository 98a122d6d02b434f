/// The memory port of a mesh: takes the cores' requests in turn to one off-chip memory and brings its replies back.
///
/// Timing, in cycles of the one clock:
///  - every core has a lane of its own to the controller and back; a request or reply is under way for one cycle per
///  link
///    of the way between them on the mesh, and one more; nothing contends with it there;
///  - the controller hands on one request per cycle at most, cores with requests take turns, and one reply;
///  - a core has reserved the room for its reply before it asks, so replies never wait.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/block.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/memory_port.hpp"

namespace sigdel::sim {

/// A core's lane.
struct MemoryLane {
  MemoryLane(std::uint32_t requests_at_most, std::uint32_t reply_bursts, std::uint32_t hops)
      : requests(requests_at_most), replies(reply_bursts), distance(hops) {}

  Channel<MemoryRequest> requests;
  Channel<MemoryReply> replies;
  std::uint32_t distance;  ///< links between core and controller
};

class MemoryController final : public ClockedBlock {
 public:
  /// `port` must outlive it; `flit_bits` is the width of a lane.
  MemoryController(std::string name, MemoryPort& port, std::uint32_t flit_bits);

  /// Adds a core's lane, which must outlive it; the core's number there.
  std::uint32_t add(MemoryLane& lane);

  void step(Cycles now) override;
  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string waits_for() const override { return "the memory, or requests"; }

  /// Flits of requests and data that crossed links of the mesh's size, per layer.
  [[nodiscard]] const std::vector<std::uint64_t>& link_flits() const { return link_flits_; }
  [[nodiscard]] const std::vector<MemoryLane*>& lanes() const { return lanes_; }

 private:
  bool return_reply(Cycles now);
  bool pass_request(Cycles now);
  void count(const MemoryRequest& request, const MemoryLane& lane);

  MemoryPort* port_;
  std::uint32_t flit_bits_;
  std::vector<MemoryLane*> lanes_;
  std::size_t next_ = 0;  // whose turn it is
  std::vector<std::uint64_t> link_flits_;
};

}  // namespace sigdel::sim
