#include "sim/core/dram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sigdel::sim {

Dram::Dram(std::string name, std::uint32_t layers, MemoryPort& port)
    : ClockedBlock(std::move(name)),
      config_(port.config()),
      port_(&port),
      banks_(config_.banks),
      over_(config_.bursts_in_flight),
      counts_(layers) {}

bool Dram::at_rest() const { return bursts_ == 0 && port_->at_rest(); }

std::string Dram::waits_for() const {
  if (bursts_ != 0) {
    return fmt::format("burst at address {} waits to start, {} left of its request", burst_ * config_.burst_bytes,
                       bursts_);
  }
  return port_->at_rest() ? "waits for requests" : "has replies that nobody has taken, or a request under way";
}

void Dram::step(Cycles now) {
  if (bursts_ == 0 && !take_request(now)) {
    return;
  }
  const Cycles start = earliest_start();
  if (start > now) {
    waker().at(start);
    return;
  }
  start_burst(now);
  if (bursts_ != 0 || !port_->requests().empty()) {
    waker().at(now + Cycles{1});
  }
}

bool Dram::take_request(Cycles now) {
  const MemoryRequest* const request = port_->requests().front(now);
  if (request == nullptr) {
    return false;
  }
  request_ = *request;
  port_->requests().pop(now);
  if (!port_->replies().can_push(now, static_cast<std::uint32_t>(port_->units(request_)))) {
    throw std::logic_error(fmt::format("{}: request {} has no room reserved for its reply", name(), request_.tag));
  }
  burst_ = request_.address / config_.burst_bytes;
  bursts_ = port_->bursts(request_);
  mark_active(now);
  return true;
}

/// The first cycle in which the next burst can start, as far as banks and bursts in flight go.
Cycles Dram::earliest_start() const {
  const Bank& bank = banks_[row_number() % config_.banks];
  return bank.row == row_number() ? over_[oldest_] : std::max(over_[oldest_], bank.transferred);
}

void Dram::start_burst(Cycles now) {
  mark_active(now);
  Bank& bank = banks_[row_number() % config_.banks];
  LayerCounts& counts = counts_.at(request_.layer.value);
  if (bank.row != row_number()) {
    bank.open = open_row(now, bank);
    ++counts.activates;
  }
  bank.transferred = transfer(std::max(now, bank.open) + Cycles{config_.hit_latency});
  ++(request_.access == MemoryAccess::kRead ? counts.reads : counts.writes);
  ++burst_;
  if (--bursts_ == 0) {
    const auto units = static_cast<std::uint32_t>(port_->units(request_));
    port_->replies().push(now, {request_.tag, units}, units, bank.transferred - now);
  }
}

/// When the row of the next burst will be open.
Cycles Dram::open_row(Cycles now, Bank& bank) {
  const Cycles closed = bank.row.has_value() ? now + Cycles{config_.precharge_latency} : now;
  bank.row = row_number();
  return closed + Cycles{config_.activate_latency};
}

/// Holds the bus from the first byte on, or when it is free. Returns the cycle after the last byte.
Cycles Dram::transfer(Cycles first_byte) {
  bus_free_ = std::max(bus_free_, first_byte) + Cycles{config_.transfer_cycles()};
  over_[oldest_] = bus_free_;
  oldest_ = (oldest_ + 1) % over_.size();
  return bus_free_;
}

void append_activity(const Dram& dram, const std::vector<std::string>& layers, Activity& activity) {
  const auto add = [&](std::size_t layer, Action action, std::uint32_t bytes, std::uint64_t count) {
    if (count != 0) {
      activity.push_back({dram.name(), layers[layer], action, 8 * bytes, 0, count});
    }
  };
  for (std::size_t l = 0; l < dram.counts().size(); ++l) {
    add(l, Action::kDramRead, dram.config().burst_bytes, dram.counts()[l].reads);
    add(l, Action::kDramWrite, dram.config().burst_bytes, dram.counts()[l].writes);
    add(l, Action::kDramActivate, dram.config().row_bytes, dram.counts()[l].activates);
  }
}

}  // namespace sigdel::sim
