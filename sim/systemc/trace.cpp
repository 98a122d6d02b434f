#include "sim/systemc/trace.hpp"

#include <algorithm>

namespace sigdel::sim {
namespace {

constexpr std::array<const char*, kPorts> kLinkNames{"to_core", "to_north", "to_east", "to_south", "to_west"};

/// SystemC adds the suffix itself.
std::string without_suffix(const std::string& file) {
  return file.ends_with(".vcd") ? file.substr(0, file.size() - 4) : file;
}

}  // namespace

TraceSampler::TraceSampler(const Machine& machine, const TraceConfig& config, const std::string& root)
    : machine_(&machine),
      config_(config),
      file_(sc_core::sc_create_vcd_trace_file(without_suffix(config.file).c_str())) {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);  // it prints the time unit
  file_->set_time_unit(1, sc_core::SC_PS);
  const auto selected = [&](const ClockedBlock& block) {
    return std::find(config.blocks.begin(), config.blocks.end(), block.name()) != config.blocks.end();
  };
  sc_core::sc_trace(file_, window_, root + ".window");
  for (const auto& host : machine.hosts()) {
    if (selected(*host)) {
      add_host(*host, root + "." + host->name() + ".");
    }
  }
  for (const auto& core : machine.cores()) {
    if (selected(*core)) {
      add_core(*core, root + "." + core->name() + ".");
    }
  }
  for (const auto& router : machine.routers()) {
    if (selected(*router)) {
      add_router(*router, root + "." + router->name() + ".");
    }
  }
}

TraceSampler::~TraceSampler() { sc_core::sc_close_vcd_trace_file(file_); }

void TraceSampler::add_host(const Host& host, const std::string& scope) {
  HostSignals& signals = hosts_.emplace_back(HostSignals{&host});
  sc_core::sc_trace(file_, signals.frames_begun, scope + "frames_begun");
  sc_core::sc_trace(file_, signals.frames_left, scope + "frames_left");
}

void TraceSampler::add_core(const Core& core, const std::string& scope) {
  CoreSignals& signals = cores_.emplace_back(CoreSignals{&core, 0});
  sc_core::sc_trace(file_, signals.state, scope + "state");
  sc_core::sc_trace(file_, signals.inbox, scope + "inbox");
  sc_core::sc_trace(file_, signals.outbox, scope + "outbox");
  sc_core::sc_trace(file_, signals.spikes_in, scope + "spikes_in");
  sc_core::sc_trace(file_, signals.spikes_out, scope + "spikes_out");
}

void TraceSampler::add_router(const Router& router, const std::string& scope) {
  RouterSignals& signals = routers_.emplace_back(RouterSignals{&router});
  for (std::size_t port = 0; port < kPorts; ++port) {
    sc_core::sc_trace(file_, signals.link[port], scope + kLinkNames[port]);
  }
  sc_core::sc_trace(file_, signals.queued, scope + "queued");
}

void TraceSampler::sample(Cycles now) {
  const bool was_open = window_;
  window_ = machine_->frames_begun() > config_.first_frame && machine_->frames_left() <= config_.last_frame;
  if (!window_) {
    if (was_open) {
      close();
    }
    return;  // nothing changes, so nothing is written
  }
  for (HostSignals& signals : hosts_) {
    signals.frames_begun = static_cast<std::uint32_t>(signals.host->frames_begun());
    signals.frames_left = static_cast<std::uint32_t>(signals.host->frames_left());
  }
  for (CoreSignals& signals : cores_) {
    signals.state = static_cast<unsigned>(signals.core->state_in(now));
    signals.inbox = signals.core->inbox_fill();
    signals.outbox = signals.core->outbox_fill();
    signals.spikes_in = static_cast<std::uint32_t>(signals.core->spikes_received());
    signals.spikes_out = static_cast<std::uint32_t>(signals.core->spikes_sent());
  }
  for (RouterSignals& signals : routers_) {
    for (std::size_t port = 0; port < kPorts; ++port) {
      signals.link[port] = signals.router->sends(static_cast<Port>(port), now);
    }
    signals.queued = signals.router->queued();
  }
}

/// After the window links rest and cores are idle, as if nothing went on: a level that stayed would look like use.
void TraceSampler::close() {
  for (HostSignals& signals : hosts_) {
    signals.frames_left = static_cast<std::uint32_t>(signals.host->frames_left());
  }
  for (CoreSignals& signals : cores_) {
    signals.state = 0;
    signals.inbox = 0;
    signals.outbox = 0;
  }
  for (RouterSignals& signals : routers_) {
    signals.link.fill(false);
    signals.queued = 0;
  }
}

}  // namespace sigdel::sim
