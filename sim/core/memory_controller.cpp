#include "sim/core/memory_controller.hpp"

#include <algorithm>

namespace sigdel::sim {

MemoryController::MemoryController(std::string name, MemoryPort& port, std::uint32_t flit_bits)
    : ClockedBlock(std::move(name)), port_(&port), flit_bits_(flit_bits) {}

std::uint32_t MemoryController::add(MemoryLane& lane) {
  lanes_.push_back(&lane);
  return static_cast<std::uint32_t>(lanes_.size() - 1);
}

void MemoryController::step(Cycles now) {
  const bool returned = return_reply(now);
  const bool passed = pass_request(now);
  if (returned || passed) {
    mark_active(now);
    waker().at(now + Cycles{1});  // there may be more
  }
}

bool MemoryController::return_reply(Cycles now) {
  const MemoryReply* const reply = port_->reply(now);
  if (reply == nullptr) {
    return false;
  }
  MemoryLane& lane = *lanes_[reply->tag];
  lane.replies.push(now, *reply, reply->units, Cycles{lane.distance + 1});
  port_->take(now);
  return true;
}

bool MemoryController::pass_request(Cycles now) {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const std::size_t at = (next_ + i) % lanes_.size();
    MemoryLane& lane = *lanes_[at];
    const MemoryRequest* const head = lane.requests.front(now);
    if (head == nullptr) {
      continue;
    }
    MemoryRequest request = *head;
    request.tag = static_cast<std::uint32_t>(at);
    if (!port_->can_request(now, request)) {
      return false;  // the next in turn waits for room; nobody overtakes him
    }
    port_->request(now, request);
    lane.requests.pop(now);
    count(request, lane);
    next_ = at + 1;
    return true;
  }
  return false;
}

/// A flit for the request, and the data one way or the other.
void MemoryController::count(const MemoryRequest& request, const MemoryLane& lane) {
  const std::uint64_t bits = 8 * port_->bursts(request) * port_->config().burst_bytes;
  const std::uint64_t flits = 1 + (bits + flit_bits_ - 1) / flit_bits_;
  link_flits_.resize(std::max<std::size_t>(link_flits_.size(), request.layer.value + 1));
  link_flits_[request.layer.value] += flits * (lane.distance + 1);
}

bool MemoryController::at_rest() const {
  return port_->at_rest() && std::all_of(lanes_.begin(), lanes_.end(), [](const MemoryLane* lane) {
           return lane->requests.empty() && lane->replies.empty();
         });
}

}  // namespace sigdel::sim
