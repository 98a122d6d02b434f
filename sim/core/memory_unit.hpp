/// What a core with weights or states off chip does about them: fetches what a spike needs before the synaptic engine
/// takes it, and streams the states of a layer through its scan.
///
/// Timing, in cycles of the one clock:
///  - one spike is prepared while the engine works on another: what it touches and is not in the row cache is
///  requested,
///    neighbouring lines together, one request per cycle; it is ready in the cycle in which the last reply is taken;
///  - a line is as long as a burst; lines that were changed are written back when they make room;
///  - a scan reads the states that it visits once, in its order, past the cache; of N lines n have come: then n / N of
///    its accumulators can be read. Changed lines of the part are written back before, last sent values that changed
///    (in the modes that do not send changes all accumulators) after it, a burst each time one is touched;
///  - spikes come before scans; room for the reply is reserved with every request.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/base/mode.hpp"
#include "sim/core/layer_part.hpp"
#include "sim/core/memory_controller.hpp"
#include "sim/core/row_cache.hpp"

namespace sigdel::sim {

class MemoryUnit {
 public:
  /// `lane` must outlive it. `reply_bursts`: the core's buffer for replies.
  MemoryUnit(MemoryLane& lane, std::uint32_t line_bytes, std::uint32_t cache_lines, std::uint32_t reply_bursts);

  /// No spike is being prepared.
  [[nodiscard]] bool free() const { return part_ == nullptr; }
  /// A spike is prepared, and all that it needs is there.
  [[nodiscard]] bool ready() const { return part_ != nullptr && fetches_.empty() && missing_ == 0; }
  /// Whose spike waits for memory; null if none does.
  [[nodiscard]] const LayerPart* waiting() const { return ready() ? nullptr : part_; }
  void prepare(const Packet& spike, LayerPart& part);
  [[nodiscard]] const Packet& spike() const { return spike_; }
  /// The part whose spike is ready; it is no longer here then.
  LayerPart& take();

  /// The part's scan begins; it has fired.
  void begin_scan(Mode mode, const LayerPart& part);
  /// How many accumulators of the scan can be read by now.
  [[nodiscard]] std::uint32_t readable() const;
  /// All that the scan reads and writes has been requested.
  [[nodiscard]] bool scan_is_requested() const { return scan_.empty(); }

  /// Takes replies and makes requests; true if it did something.
  bool step(Cycles now);
  [[nodiscard]] bool at_rest() const {
    return part_ == nullptr && fetches_.empty() && scan_.empty() && outstanding_.empty();
  }

 private:
  enum class Purpose { kFetch, kScan, kWriteBack };
  struct Request {
    MemoryRequest request;
    Purpose purpose = Purpose::kFetch;
    std::uint32_t lines = 0;
  };

  void use_lines(const std::vector<Bytes>& ranges, bool changes);
  void stream(std::uint64_t address, std::uint64_t lines, MemoryAccess access, Purpose purpose, LayerId layer);
  void write_last_sent(const LayerPart& part);
  void add_lines(std::deque<Request>& requests, std::uint64_t line, MemoryAccess access, Purpose purpose,
                 LayerId layer) const;
  bool take_reply(Cycles now);
  bool request_from(std::deque<Request>& requests, Cycles now);

  MemoryLane* lane_;
  std::uint32_t line_bytes_;
  std::uint32_t reply_bursts_;
  std::uint32_t most_lines_;  // of one request
  RowCache cache_;
  std::uint32_t reserved_ = 0;  // bursts of the reply buffer

  Packet spike_;
  LayerPart* part_ = nullptr;
  std::deque<Request> fetches_;  // not yet made
  std::uint64_t missing_ = 0;    // lines that were requested for the spike and have not come

  std::deque<Request> scan_;  // not yet made
  std::uint64_t scan_lines_ = 0;
  std::uint64_t scan_arrived_ = 0;
  std::uint32_t scan_sums_ = 0;

  std::deque<Request> outstanding_;
  std::vector<Bytes> read_;
  std::vector<Bytes> modified_;
};

}  // namespace sigdel::sim
