/// A host port: sends its share of the frames' input events into the mesh and receives the accumulators of the output
/// layer's parts that lie nearest to it.
///
/// Of P ports, port p sends the events whose source is p modulo P, so that neighbouring inputs, which tend to change
/// together, are shared out evenly. Ports do not wait for each other: each is a source of layer 0 with grants and
/// end-of-frame tokens of its own.
///
/// Timing, in cycles of the one clock:
///  - it starts frame f when every part that reads the input has granted it, its share of the frame before has been
///    sent, and f frame periods have gone by;
///  - events that go to different sets of cores take turns, each set's in their order;
///  - it injects one flit per cycle, ready tokens first; an event goes out once for all its targets (`tree`) or
///    once for each in turn (`unicast`), then an end-of-frame token goes to each target;
///  - whatever arrives is taken in the cycle after it arrived: ejection is never blocked by injection;
///  - when a core's end-of-frame token is taken, its ready token may leave in the next cycle;
///  - with a barrier there are no tokens: frame f is injected from the first cycle of step f on, and has left when its
///    last output is taken.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/network/neuron_block.hpp"
#include "sim/core/barrier.hpp"
#include "sim/core/block.hpp"
#include "sim/core/channel.hpp"
#include "sim/core/destinations.hpp"
#include "sim/core/fire_unit.hpp"
#include "sim/core/layer_part.hpp"
#include "sim/core/packet.hpp"

namespace sigdel::sim {

/// The input of a run: for every frame, the events of layer 0's input tensor in order.
using FrameEvents = std::vector<std::vector<network::Event>>;

/// When a frame entered and left. `entered` is the start of its injection, or its due time if that is earlier than the
/// start (a frame that waits for the machine waits inside its latency).
struct FrameTimes {
  Cycles entered;
  Cycles left;
};

/// What kept the host from sending the next event.
struct HostTimes {
  Cycles injecting;           ///< from a frame's first event to its last, summed
  Cycles waiting_for_grants;  ///< between frames; with a barrier: for the step
  Cycles waiting_for_period;  ///< between frames, granted, but the frame was not due

  constexpr HostTimes& operator+=(const HostTimes& other) {
    injecting += other.injecting;
    waiting_for_grants += other.waiting_for_grants;
    waiting_for_period += other.waiting_for_period;
    return *this;
  }
};

/// A part of the output layer that sends to the host.
struct OutputSource {
  Endpoint core = 0;
  network::Box box;  ///< of the output layer's values
};

struct HostConfig {
  std::uint32_t port = 0;   ///< this one's number
  std::uint32_t ports = 1;  ///< of all
  network::Volume outputs;  ///< what leaves the network
  std::uint16_t output_connection = 0;
  std::uint32_t depth = 1;  ///< layers on the longest way to the output
  Cycles frame_period;      ///< 0: back to back
  RouterConfig network;
};

class Host final : public ClockedBlock {
 public:
  /// `frames` must outlive the host.
  Host(HostConfig config, const FrameEvents& frames, std::shared_ptr<const Destinations> destinations,
       std::vector<OutputSource> sources);

  [[nodiscard]] Channel<Packet>* arrivals() { return &arrivals_; }
  void connect(Channel<Packet>* out, Waker router);
  /// The discipline is `barrier`, and this is it. In frame semantics a frame's outputs come in the step in which the
  /// output layer fires it, in step semantics what comes in a step is the step's.
  void use(Barrier* barrier, Semantics semantics);
  /// Called with the number of frames that have left, after each.
  void on_frame(std::function<void(std::uint64_t)> callback) { on_frame_ = std::move(callback); }

  void step(Cycles now) override;
  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string waits_for() const override;

  /// Of a frame: some of it has been sent, some not.
  [[nodiscard]] bool injecting() const { return injecting_; }
  /// The queue into which it sends, the parts that read its frames, and those that send to it.
  [[nodiscard]] const Channel<Packet>* out() const { return out_; }
  [[nodiscard]] const std::vector<Reader>& readers() const { return destinations_->readers(); }
  [[nodiscard]] const std::vector<OutputSource>& sources() const { return sources_; }
  /// Whether parts of the output layer send to this port; if not, no frame ever leaves through it.
  [[nodiscard]] bool receives() const { return !sources_.empty(); }
  /// When frames entered and left through this port.
  [[nodiscard]] const std::vector<FrameTimes>& times() const { return times_; }
  [[nodiscard]] const HostTimes& waits() const { return waits_; }
  /// Writes the accumulators that this port received into `all`: frames x outputs.
  void copy_outputs(std::vector<std::int32_t>& all) const;
  [[nodiscard]] std::uint64_t spikes_sent() const { return spikes_sent_; }
  /// Spikes sent times their targets.
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  [[nodiscard]] std::uint64_t tokens_sent() const { return tokens_sent_; }
  [[nodiscard]] std::uint64_t spikes_received() const { return spikes_received_; }
  [[nodiscard]] std::uint64_t tokens_received() const { return tokens_received_; }
  /// Flits per connection that crossed the link into the mesh.
  [[nodiscard]] const std::vector<std::uint64_t>& link_flits() const { return link_flits_; }
  /// Frames whose injection has begun, and frames that have left.
  [[nodiscard]] std::uint64_t frames_begun() const { return frames_begun_; }
  [[nodiscard]] std::uint64_t frames_left() const { return frames_left_; }

 private:
  bool take_arrivals(Cycles now);
  void take_output(const Packet& packet, Cycles now);
  void take_step_output(const Packet& packet, Cycles now);
  void end_frame_of(const Packet& token, Cycles now);
  void frame_left(std::uint64_t frame, Cycles now);
  bool inject(Cycles now);
  bool begin_frame(Cycles now);
  bool inject_next(Cycles now);
  bool inject_spike(Cycles now);
  bool inject_end(Cycles now);
  void end_injection(Cycles now);
  void take_share(const std::vector<network::Event>& frame);
  bool send(Cycles now, const Packet& packet);
  [[nodiscard]] bool may_begin(Cycles now) const;

  HostConfig config_;
  Endpoint self_;
  const FrameEvents* frames_;
  std::vector<Outgoing> outgoing_;      // this port's share of the frame that is being sent
  std::vector<std::uint32_t> sent_to_;  // of it, spikes for each target
  std::shared_ptr<const Destinations> destinations_;
  std::vector<OutputSource> sources_;
  std::vector<std::uint16_t> source_of_;  // per output neuron
  std::vector<std::uint64_t> closed_by_;  // frames that each source has closed
  std::vector<std::uint32_t> closed_;     // sources that have closed each frame
  Channel<Packet> arrivals_;
  Channel<ReadyToken> control_;
  Channel<Packet>* out_ = nullptr;
  Barrier* barrier_ = nullptr;
  std::uint32_t outputs_per_step_ = 0;  // that come to this port
  std::uint64_t output_lag_ = 0;        // of the barrier: steps from a frame's injection to its outputs

  Cycles free_at_;  // until then a packet is on its way out
  bool injecting_ = false;
  std::size_t next_event_ = 0;
  std::size_t next_target_ = 0;
  std::size_t ready_tokens_;
  std::uint64_t frames_begun_ = 0;
  std::uint64_t frames_left_ = 0;

  Cycles granted_at_;
  Cycles injection_begin_;
  Cycles injection_end_;
  HostTimes waits_;

  std::vector<FrameTimes> times_;
  std::vector<std::int32_t> outputs_;
  std::uint64_t spikes_sent_ = 0;
  std::uint64_t deliveries_ = 0;
  std::uint64_t tokens_sent_ = 0;
  std::uint64_t spikes_received_ = 0;
  std::uint64_t tokens_received_ = 0;
  std::vector<std::uint64_t> link_flits_;
  std::function<void(std::uint64_t)> on_frame_;
};

}  // namespace sigdel::sim
