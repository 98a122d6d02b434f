#include "sim/core/watchdog.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/machine.hpp"

namespace sigdel::sim {
namespace {

struct Wait {
  const ClockedBlock* on = nullptr;
  std::string reason;
};

/// Works out the edges of the graph of who waits for whom.
class WaitGraph {
 public:
  explicit WaitGraph(const Machine& machine) : machine_(machine) {}

  /// What a block needs before it can go on; of a host port, to send on.
  [[nodiscard]] std::vector<Wait> waits_of(const ClockedBlock& block) const;
  /// What a host port needs before its oldest frame can leave.
  [[nodiscard]] std::vector<Wait> waits_for_outputs(const Host& host) const;

 private:
  [[nodiscard]] std::vector<Wait> waits_of_host(const Host& host) const;
  [[nodiscard]] std::vector<Wait> waits_of_core(const Core& core) const;
  [[nodiscard]] std::vector<Wait> waits_of_router(const Router& router) const;
  void add_sources(const LayerPart& part, std::vector<Wait>& waits) const;
  void add_targets(const LayerPart& part, std::vector<Wait>& waits) const;
  void add_room(const Channel<Packet>& queue, const std::string& what, std::vector<Wait>& waits) const;

  [[nodiscard]] const ClockedBlock& block_of(Endpoint endpoint) const {
    return is_host(endpoint) ? static_cast<const ClockedBlock&>(*machine_.hosts()[port_of(endpoint)])
                             : *machine_.cores()[endpoint];
  }
  [[nodiscard]] const LayerPart& part_on(Endpoint core, std::size_t layer) const {
    const auto& parts = machine_.cores()[core]->parts();
    return *std::find_if(parts.begin(), parts.end(), [&](const LayerPart& p) { return p.layer().id.value == layer; });
  }
  /// Frames that it has taken in whole.
  [[nodiscard]] std::uint64_t taken_by(Endpoint target, std::size_t layer) const {
    return is_host(target) ? machine_.hosts()[port_of(target)]->frames_left() : part_on(target, layer).frames_fired;
  }
  [[nodiscard]] std::string layer_name(std::size_t layer) const {
    return layer < machine_.layer_names().size() ? machine_.layer_names()[layer] : "outputs";
  }
  /// Frames that it has begun to send.
  [[nodiscard]] std::uint64_t sent_by(const Source& source) const {
    return is_host(source.endpoint) ? machine_.hosts()[port_of(source.endpoint)]->frames_begun()
                                    : part_on(source.endpoint, source.layer).frames_fired;
  }

  const Machine& machine_;
};

std::vector<Wait> WaitGraph::waits_of(const ClockedBlock& block) const {
  if (const auto* host = dynamic_cast<const Host*>(&block)) {
    return waits_of_host(*host);
  }
  if (const auto* core = dynamic_cast<const Core*>(&block)) {
    return waits_of_core(*core);
  }
  if (const auto* router = dynamic_cast<const Router*>(&block)) {
    return waits_of_router(*router);
  }
  return {};
}

/// A router that reads from a queue in which `what` finds no room.
void WaitGraph::add_room(const Channel<Packet>& queue, const std::string& what, std::vector<Wait>& waits) const {
  const ClockedBlock& reader = *machine_.blocks()[queue.reader()];
  waits.push_back({&reader, fmt::format("{} waits for room in a queue of {} at {}, of which {} are free", what,
                                        queue.capacity(), reader.name(), queue.room())});
}

/// Of sources that have not ended the frame, those that have not fired it; if all have, a token is missing.
void WaitGraph::add_sources(const LayerPart& part, std::vector<Wait>& waits) const {
  const std::uint64_t frame = part.frames_fired;
  std::vector<Wait> lost;
  const std::size_t known = waits.size();
  for (const Source& source : part.sources) {
    const std::string what = is_host(source.endpoint) ? "the frame" : layer_name(source.layer);
    const ClockedBlock& block = block_of(source.endpoint);
    const std::string text =
        fmt::format("{}, frame {}: waits for the end of {} from {}", part.layer().name, frame, what, block.name());
    if (sent_by(source) <= frame) {
      waits.push_back({&block, text});
    } else {
      lost.push_back(
          {&block, text + fmt::format(", which has begun to send it ({} of {} tokens and {} of {} spikes "
                                      "are here)",
                                      part.end_tokens, part.sources.size(), part.integrated, part.announced)});
    }
  }
  if (waits.size() == known) {
    for (const auto& router : machine_.routers()) {
      if (!router->at_rest()) {  // it may be in there
        waits.push_back({router.get(), lost.front().reason});
      }
    }
    waits.insert(waits.end(), lost.begin(), lost.end());
  }
}

/// Of targets that have not granted the next frame, those that have not taken the one before; if all have, a token is
/// missing.
void WaitGraph::add_targets(const LayerPart& part, std::vector<Wait>& waits) const {
  const std::uint64_t frame = part.frames_fired;
  std::vector<Wait> lost;
  const std::size_t known = waits.size();
  for (const Reader& reader : part.destinations->readers()) {
    const ClockedBlock& block = block_of(reader.endpoint);
    const std::string text = fmt::format("{}, frame {}: waits for a grant of {} from {}", part.layer().name, frame,
                                         layer_name(reader.layer), block.name());
    if (taken_by(reader.endpoint, reader.layer) < frame) {
      waits.push_back({&block, text});
    } else {
      lost.push_back({&block, text + fmt::format(", which has taken frame {} ({} of {} grants are here)", frame - 1,
                                                 part.ready_tokens, part.destinations->readers().size())});
    }
  }
  if (waits.size() == known) {
    waits.insert(waits.end(), lost.begin(), lost.end());
  }
}

std::vector<Wait> WaitGraph::waits_of_core(const Core& core) const {
  std::vector<Wait> waits;
  if (core.outbox_fill() != 0 && core.out()->room() < core.out()->capacity()) {
    add_room(*core.out(), fmt::format("an outbox of {}", core.outbox_fill()), waits);
  }
  for (const LayerPart& part : core.parts()) {
    if (part.frames_fired == machine_.frames()) {
      continue;
    }
    if (!part.granted()) {
      add_targets(part, waits);
    }
    if (!part.frame_complete()) {
      add_sources(part, waits);
    }
  }
  return waits;
}

std::vector<Wait> WaitGraph::waits_of_host(const Host& host) const {
  std::vector<Wait> waits;
  if (host.injecting()) {
    add_room(*host.out(), fmt::format("frame {}: its next packet", host.frames_begun() - 1), waits);
  } else if (host.frames_begun() < machine_.frames()) {
    for (const Reader& reader : host.readers()) {
      const LayerPart& part = part_on(reader.endpoint, reader.layer);
      const bool late = part.frames_fired < host.frames_begun();
      waits.push_back({&block_of(reader.endpoint),
                       fmt::format("frame {}: waits for a grant of {} from {}{}", host.frames_begun(),
                                   layer_name(reader.layer), block_of(reader.endpoint).name(),
                                   late ? "" : fmt::format(", which has taken frame {}", host.frames_begun() - 1))});
    }
    std::stable_partition(waits.begin(), waits.end(),
                          [](const Wait& wait) { return wait.reason.find("which has") == std::string::npos; });
  }
  return waits;
}

std::vector<Wait> WaitGraph::waits_for_outputs(const Host& host) const {
  std::vector<Wait> waits;
  for (const OutputSource& source : host.sources()) {
    const std::size_t last = machine_.layer_names().size() - 1;
    if (host.frames_left() < host.frames_begun() && part_on(source.core, last).frames_fired <= host.frames_left()) {
      waits.push_back(
          {&block_of(source.core), fmt::format("frame {}: waits for the end of {} from {}", host.frames_left(),
                                               layer_name(last), block_of(source.core).name())});
    }
  }
  return waits;
}

std::vector<Wait> WaitGraph::waits_of_router(const Router& router) const {
  std::vector<Wait> waits;
  for (const Router::Blocked& blocked : router.blocked()) {
    add_room(*blocked.queue,
             fmt::format("the head of input {}, {} flits of {} for output {},", name_of(blocked.input), blocked.flits,
                         machine_.reader_names()[blocked.connection], name_of(blocked.output)),
             waits);
  }
  return waits;
}

/// The way from a block to a cycle if one can be reached, otherwise along first edges to a block that waits for nobody.
class Walk {
 public:
  explicit Walk(const WaitGraph& graph) : graph_(graph) {}

  std::string from(const Host& start) {
    std::vector<Wait> first = graph_.waits_for_outputs(start);
    const std::vector<Wait> to_send = graph_.waits_of(start);
    first.insert(first.end(), to_send.begin(), to_send.end());
    if (!find_cycle_behind(start, first) && !first.empty()) {
      follow(start, first.front());
    }
    std::string text;
    for (const Step& step : path_) {
      text += fmt::format("\n  {}{}{}", text.empty() ? "" : "-> ", step.block->name(), step.what);
    }
    return text;
  }

 private:
  struct Step {
    const ClockedBlock* block = nullptr;
    std::string what;
  };

  [[nodiscard]] bool on_path(const ClockedBlock& block) const {
    return std::any_of(path_.begin(), path_.end(), [&](const Step& step) { return step.block == &block; });
  }

  bool find_cycle(const ClockedBlock& block) {
    if (on_path(block)) {
      path_.push_back({&block, ": a cycle"});
      return true;
    }
    if (std::find(seen_.begin(), seen_.end(), &block) != seen_.end()) {
      return false;
    }
    seen_.push_back(&block);
    for (const Wait& wait : graph_.waits_of(block)) {
      path_.push_back({&block, fmt::format(" ({})", wait.reason)});
      if (find_cycle(*wait.on)) {
        return true;
      }
      path_.pop_back();
    }
    return false;
  }

  /// The host as it receives is no part of a cycle: what it receives does not keep it from sending.
  bool find_cycle_behind(const Host& start, const std::vector<Wait>& first) {
    for (const Wait& wait : first) {
      if (find_cycle(*wait.on)) {
        path_.insert(path_.begin(), {&start, fmt::format(" ({})", wait.reason)});
        return true;
      }
    }
    return false;
  }

  void follow(const ClockedBlock& start, const Wait& first) {
    path_ = {{&start, fmt::format(" ({})", first.reason)}};
    for (const ClockedBlock* block = first.on;;) {
      const std::vector<Wait> waits = graph_.waits_of(*block);
      if (waits.empty()) {
        path_.push_back({block, fmt::format(" waits for nobody ({})", block->waits_for())});
        return;
      }
      path_.push_back({block, fmt::format(" ({})", waits.front().reason)});
      block = waits.front().on;
    }
  }

  const WaitGraph& graph_;
  std::vector<Step> path_;
  std::vector<const ClockedBlock*> seen_;
};

}  // namespace

std::string diagnose(const Machine& machine) {
  std::string text;
  if (machine.config().discipline == Discipline::kWavefront) {
    const auto& hosts = machine.hosts();
    const auto late = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) {
      return host->frames_begun() < machine.frames() || (host->receives() && host->frames_left() < machine.frames());
    });
    const WaitGraph graph(machine);
    text = Walk(graph).from(late == hosts.end() ? *hosts.front() : **late) + "\nNot at rest:";
  }
  for (const ClockedBlock* block : machine.blocks()) {
    if (!block->at_rest() || dynamic_cast<const Host*>(block) != nullptr) {
      text += fmt::format("\n  {}: {}", block->name(), block->waits_for());
    }
  }
  return text;
}

}  // namespace sigdel::sim
