/// The two queues between a requester and an off-chip memory, and the requester's reservation of room for replies.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "models/base/units.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/dram_config.hpp"

namespace sigdel::sim {

enum class MemoryAccess { kRead, kWrite };

struct MemoryRequest {
  std::uint64_t address = 0;  ///< of the first byte
  std::uint32_t bytes = 0;    ///< >= 1
  MemoryAccess access = MemoryAccess::kRead;
  LayerId layer;          ///< on whose behalf, for the accounting
  std::uint32_t tag = 0;  ///< comes back with the reply
};

/// All bytes of a read are here, or all bytes of a write have left.
struct MemoryReply {
  std::uint32_t tag = 0;
  std::uint32_t units = 0;  ///< bursts of the reply buffer that it holds until it is taken
};

/// Timing:
///  - a request made in cycle t can be taken up by the memory from t + 1 on;
///  - room for the reply is reserved with the request: as many bursts as a read touches, one for a write's
///    acknowledgement; without it can_request() is false, so a reply never waits for room;
///  - a reply that is taken in cycle t frees its room for a request in the same cycle.
class MemoryPort {
 public:
  /// Checks the config.
  explicit MemoryPort(const DramConfig& config)
      : config_(checked(config)), requests_(config.queue_depth), replies_(config.reply_bursts) {}

  void connect(Waker requester, Waker memory) {
    requests_.connect(requester, memory);
    replies_.connect(memory, requester);
  }

  /// Bursts that hold at least one byte of it: those of the burst's size, at multiples of it.
  [[nodiscard]] std::uint64_t bursts(const MemoryRequest& request) const {
    return (request.address + request.bytes - 1) / config_.burst_bytes - request.address / config_.burst_bytes + 1;
  }

  /// Room of the reply buffer that a request needs, in bursts.
  [[nodiscard]] std::uint64_t units(const MemoryRequest& request) const {
    return request.access == MemoryAccess::kRead ? bursts(request) : 1;
  }

  /// Whether the request can be made in this cycle. If not for want of room for the reply, it is the requester that
  /// makes room by taking one; if not for want of room in the queue, it is woken when that may change. Throws
  /// std::invalid_argument for a request that never can be made: of no bytes, beyond address 2^63, or of
  /// more bursts than the reply buffer has.
  [[nodiscard]] bool can_request(Cycles now, const MemoryRequest& request) {
    if (request.bytes == 0 || request.address > kLastAddress - request.bytes || units(request) > config_.reply_bursts) {
      throw std::invalid_argument("a memory request has at least one byte, and no more bursts than the reply buffer");
    }
    return reserved_ + units(request) <= config_.reply_bursts && requests_.can_push(now);
  }

  /// Only after can_request(now, request).
  void request(Cycles now, const MemoryRequest& request) {
    reserved_ += units(request);
    requests_.push(now, request);
  }

  /// The oldest reply if it is there in this cycle, or null.
  [[nodiscard]] const MemoryReply* reply(Cycles now) const { return replies_.front(now); }

  /// Removes what reply(now) showed.
  void take(Cycles now) {
    reserved_ -= replies_.front(now)->units;
    replies_.pop(now);
  }

  /// Room reserved by requests whose replies have not been taken, in bursts.
  [[nodiscard]] std::uint64_t reserved() const { return reserved_; }

  [[nodiscard]] const DramConfig& config() const { return config_; }

  // The memory's side.
  [[nodiscard]] Channel<MemoryRequest>& requests() { return requests_; }
  [[nodiscard]] Channel<MemoryReply>& replies() { return replies_; }
  [[nodiscard]] bool at_rest() const { return requests_.empty() && replies_.empty(); }

 private:
  static constexpr std::uint64_t kLastAddress = std::uint64_t{1} << 63U;

  DramConfig config_;
  std::uint64_t reserved_ = 0;
  Channel<MemoryRequest> requests_;
  Channel<MemoryReply> replies_;
};

}  // namespace sigdel::sim
