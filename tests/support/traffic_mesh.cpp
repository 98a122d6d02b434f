#include "tests/support/traffic_mesh.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/base/random.hpp"

namespace sigdel::test {

using sim::Channel;
using sim::Endpoint;
using sim::Packet;
using sim::Port;

namespace {

constexpr std::uint32_t kArrivalRoom = 8;
constexpr std::size_t kTargetsToRepeat = 4096;

bool is_saturated(const TrafficConfig& config) { return config.load >= 1; }

}  // namespace

TrafficCounts& TrafficCounts::operator+=(const TrafficCounts& other) {
  made += other.made;
  accepted += other.accepted;
  timed += other.timed;
  latencies += other.latencies;
  hops += other.hops;
  return *this;
}

TrafficNode::TrafficNode(std::string name, Endpoint self, const TrafficConfig& config)
    : ClockedBlock(std::move(name)), self_(self), config_(config), arrivals_(kArrivalRoom) {
  Random random(config.seed * 1000003 + self);
  const std::uint64_t nodes = std::uint64_t{config.columns} * config.rows;
  if (is_saturated(config)) {
    while (plan_.size() < kTargetsToRepeat) {
      plan_.push_back({0, static_cast<Endpoint>(random.below(nodes))});
    }
    return;
  }
  for (std::uint32_t cycle = 0; cycle < config.cycles; ++cycle) {
    if (random.unit() < config.load) {
      plan_.push_back({cycle, static_cast<Endpoint>(random.below(nodes))});
    }
  }
}

void TrafficNode::start() {
  if (!plan_.empty()) {
    waker().at(Cycles{plan_.front().made});
  }
}

void TrafficNode::step(Cycles now) {
  const bool taken = take_arrivals(now);
  const bool sent = inject(now);
  if (taken || sent) {
    mark_active(now);
  }
}

bool TrafficNode::take_arrivals(Cycles now) {
  bool any = false;
  while (const Packet* const packet = arrivals_.front(now)) {
    const auto made = static_cast<std::uint64_t>(packet->value);
    counts_.accepted += now.value >= config_.warm_up && now.value < config_.cycles ? 1 : 0;
    if (made >= config_.warm_up) {
      ++counts_.timed;
      counts_.latencies += now.value - made;
    }
    arrivals_.pop(now);
    any = true;
  }
  return any;
}

bool TrafficNode::inject(Cycles now) {
  const bool saturated = is_saturated(config_);
  if (saturated ? now.value >= config_.cycles : next_ == plan_.size() || plan_[next_].made > now.value) {
    return false;
  }
  if (!out_->can_push(now)) {
    return false;
  }
  const Planned& planned = plan_[next_];
  const std::uint64_t made = saturated ? now.value : planned.made;
  Packet packet;
  packet.value = static_cast<std::int32_t>(made);
  packet.source = self_;
  packet.destination = planned.target;
  out_->push(now, packet, 1, Cycles{config_.router.latency});
  ++counts_.made;
  ++next_;
  if (saturated) {
    next_ %= plan_.size();
    waker().at(now + Cycles{1});
  } else if (next_ < plan_.size()) {
    waker().at(std::max(now + Cycles{1}, Cycles{plan_[next_].made}));
  }
  return true;
}

bool TrafficNode::at_rest() const {
  return arrivals_.empty() && (is_saturated(config_) ? counts_.made > 0 : next_ == plan_.size());
}

TrafficMesh::TrafficMesh(const TrafficConfig& config, bool with_wheel)
    : config_(config), set_(2 * config.columns * config.rows, with_wheel) {
  const std::uint32_t places = config.columns * config.rows;
  for (std::uint32_t id = 0; id < places; ++id) {
    const std::uint32_t row = id / config.columns;
    const std::uint32_t column = id % config.columns;
    routers_.push_back(std::make_unique<sim::Router>(fmt::format("router_{}_{}", row, column), column, row,
                                                     config.columns, config.router, 1));
    nodes_.push_back(
        std::make_unique<TrafficNode>(fmt::format("node_{}_{}", row, column), static_cast<Endpoint>(id), config));
    set_.add(*routers_.back());
    set_.add(*nodes_.back());
  }
  for (std::uint32_t id = 0; id < places; ++id) {
    sim::Router& router = *routers_[id];
    TrafficNode& node = *nodes_[id];
    Channel<Packet>* const injection = new_queue(node, router);
    router.connect_source(Port::kLocal, injection);
    node.connect(injection);
    router.connect_output(Port::kLocal, node.arrivals(), false);
    node.start();
    node.arrivals()->connect(router.waker(), node.waker());
    if (id % config.columns + 1 < config.columns) {
      link(id, Port::kEast, id + 1, Port::kWest);
      link(id + 1, Port::kWest, id, Port::kEast);
    }
    if (id + config.columns < places) {
      link(id, Port::kSouth, id + config.columns, Port::kNorth);
      link(id + config.columns, Port::kNorth, id, Port::kSouth);
    }
  }
}

Channel<Packet>* TrafficMesh::new_queue(const sim::ClockedBlock& from, const sim::ClockedBlock& to) {
  queues_.push_back(std::make_unique<Channel<Packet>>(config_.router.queue_depth));
  queues_.back()->connect(from.waker(), to.waker());
  return queues_.back().get();
}

void TrafficMesh::link(std::uint32_t from, Port out, std::uint32_t to, Port in) {
  Channel<Packet>* const queue = new_queue(*routers_[from], *routers_[to]);
  routers_[from]->connect_output(out, queue, true);
  routers_[to]->connect_input(in, queue);
}

TrafficCounts TrafficMesh::counts() const {
  TrafficCounts counts;
  for (const auto& node : nodes_) {
    counts += node->counts();
  }
  for (const auto& router : routers_) {
    counts.hops += router->link_flits()[0];
  }
  return counts;
}

std::uint64_t TrafficMesh::router_flits() const {
  std::uint64_t flits = 0;
  for (const auto& router : routers_) {
    flits += router->flits()[0];
  }
  return flits;
}

TrafficCounts run_traffic(const TrafficConfig& config) {
  TrafficMesh mesh(config, true);
  sim::BlockSet& blocks = mesh.block_set();
  while (const auto now = blocks.next_cycle()) {
    blocks.run_cycle(*now);
  }
  return mesh.counts();
}

}  // namespace sigdel::test
