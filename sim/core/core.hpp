/// One core: integrates the spikes that arrive and, when a frame is complete, sends what its neurons have to say.
///
/// It is made of a synaptic engine, a fire unit and a network interface, which never wait for each other: a core that
/// receives can always consume. Their timing stands in their own headers; the core adds:
///  - an arriving spike waits in the inbox (bounded; a full one holds the router back) and is taken in the first cycle
///    in which the engine is free;
///  - arriving tokens only count; they take no room in the inbox;
///  - what happens in a cycle: integrating if the engine is busy, else firing if the fire unit reads neurons, else
///    stalled if it waits for the outbox, else idle. Every cycle is exactly one of the four;
///  - with a barrier, the values of every layer that fires in a step are taken in the step's first cycle, before
///    anything else; what is integrated in the step goes to the other bank of accumulators.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/enum_table.hpp"
#include "sim/core/block.hpp"
#include "sim/core/fire_unit.hpp"
#include "sim/core/network_interface.hpp"
#include "sim/core/synaptic_engine.hpp"

namespace sigdel::sim {

enum class CoreState { kIdle, kStalled, kFiring, kIntegrating };

}  // namespace sigdel::sim

namespace sigdel {
template <>
struct EnumTable<sim::CoreState> {
  static constexpr std::array<std::string_view, 4> names{"idle", "stalled", "firing", "integrating"};
};
}  // namespace sigdel

namespace sigdel::sim {

class Core final : public ClockedBlock {
 public:
  /// `parts`: the layers' parts on this core, by layer, sources, grants and destinations set.
  Core(std::string name, Endpoint self, const MachineConfig& config, Mode mode, int accumulator_bits,
       std::vector<LayerPart> parts);

  [[nodiscard]] Channel<Packet>* inbox() { return &inbox_; }
  [[nodiscard]] Channel<Packet>* tokens() { return &tokens_; }
  /// Connects the way out, to the router's local input, and wakes: `router` is who writes inbox and tokens.
  void connect(Channel<Packet>* out, Waker router);
  /// The discipline is `barrier`, and this is it.
  void use(Barrier* barrier);
  /// Some of its parts have weights or states off chip, at the end of that lane.
  void connect_memory(MemoryLane& lane, std::uint32_t line_bytes, const CoreConfig& config);

  void step(Cycles now) override;
  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string waits_for() const override;

  /// Brings cycles() up to the end of the run, which lasted `total` cycles.
  void finish(Cycles total);

  [[nodiscard]] const std::vector<LayerPart>& parts() const { return parts_; }
  /// Whether the part's last scan is over; until then a frame that is complete does not wait for anything.
  [[nodiscard]] bool frame_is_open(const LayerPart& part) const;
  [[nodiscard]] const Counts<CoreState>& cycles() const { return cycles_; }
  [[nodiscard]] std::uint64_t spikes_received() const { return spikes_received_; }
  [[nodiscard]] std::uint64_t tokens_received() const { return tokens_received_; }
  [[nodiscard]] std::uint64_t flits_received() const { return flits_received_; }
  [[nodiscard]] std::uint64_t spikes_sent() const { return interface_.spikes(); }
  [[nodiscard]] std::uint64_t deliveries() const { return interface_.deliveries(); }
  [[nodiscard]] std::uint64_t tokens_sent() const { return interface_.tokens(); }

  /// For traces, of the cycle of the last step and those after it.
  [[nodiscard]] CoreState state_in(Cycles now) const;
  [[nodiscard]] std::uint32_t inbox_fill() const { return inbox_.size(); }
  /// The queue into which it sends.
  [[nodiscard]] const Channel<Packet>* out() const { return interface_.out(); }
  [[nodiscard]] std::uint32_t outbox_fill() const { return outbox_.size(); }

 private:
  void end_frame(Cycles now, const Packet& token);
  void grant(Cycles now, const Packet& token);
  void begin_step(Cycles now);
  bool take_tokens(Cycles now);
  bool run_engine(Cycles now);
  bool start_from_inbox(Cycles now);
  bool start_from_memory(Cycles now);
  bool prepare_next(Cycles now);
  LayerPart& next_reader(Cycles now, const Packet& spike);
  bool run_fire_unit(Cycles now);
  void note_phase(Cycles now, LayerPart& part);
  void note_scan_begins(Cycles now, LayerPart& part);
  void note_frame_opens(Cycles now, LayerPart& part);
  [[nodiscard]] std::uint64_t engine_for_others(Cycles now, const LayerPart& part) const;
  void account(Cycles until);
  void account_segment(Cycles from, Cycles length, FireUnit::State state);
  void wake_for_fire_unit(Cycles now, bool fired);

  std::vector<LayerPart> parts_;
  Channel<Packet> inbox_;
  Channel<Packet> tokens_;
  Channel<OutboxEntry> outbox_;
  Channel<ReadyToken> control_;
  SynapticEngine engine_;
  FireUnit fire_;
  NetworkInterface interface_;
  Mode mode_;
  Barrier* barrier_ = nullptr;
  std::optional<MemoryUnit> memory_;
  std::uint64_t steps_ = 0;                          // of the barrier, begun
  std::size_t next_reader_ = 0;                      // of those that the spike at the inbox's head has not reached yet
  std::vector<std::vector<std::uint16_t>> readers_;  // by tensor: parts that read it
  bool may_fire_ = true;  // something has happened since the fire unit last looked for a layer that is due

  Cycles accounted_;  // cycles below this are in cycles_
  Cycles fire_wake_;  // the last wake-up asked for the fire unit
  Counts<CoreState> cycles_;
  std::uint64_t spikes_received_ = 0;
  std::uint64_t tokens_received_ = 0;
  std::uint64_t flits_received_ = 0;
};

}  // namespace sigdel::sim
