#include "sim/core/memory_unit.hpp"

#include <algorithm>

namespace sigdel::sim {
namespace {

constexpr std::uint32_t kMostLines = 8;  ///< of one request

}  // namespace

MemoryUnit::MemoryUnit(MemoryLane& lane, std::uint32_t line_bytes, std::uint32_t cache_lines,
                       std::uint32_t reply_bursts)
    : lane_(&lane),
      line_bytes_(line_bytes),
      reply_bursts_(reply_bursts),
      most_lines_(std::min(kMostLines, reply_bursts)),
      cache_(cache_lines) {}

void MemoryUnit::prepare(const Packet& spike, LayerPart& part) {
  spike_ = spike;
  part_ = &part;
  if (!part.off_chip) {
    return;
  }
  read_.clear();
  modified_.clear();
  const std::size_t input = part.input_of(spike.connection);
  const network::Position source = part.layer().synapses[input].from().position_of(spike.source);
  part.off_chip->event(input, source, read_, modified_);
  use_lines(read_, false);
  use_lines(modified_, true);
}

LayerPart& MemoryUnit::take() { return *std::exchange(part_, nullptr); }

/// Appends a line to the last request if it follows it, or as a request of its own.
void MemoryUnit::add_lines(std::deque<Request>& requests, std::uint64_t line, MemoryAccess access, Purpose purpose,
                           LayerId layer) const {
  const std::uint64_t address = line * line_bytes_;
  if (!requests.empty()) {
    Request& last = requests.back();
    const bool follows = last.request.address + last.request.bytes == address && last.request.access == access &&
                         last.purpose == purpose && last.request.layer == layer;
    if (follows && last.lines < most_lines_) {
      last.request.bytes += line_bytes_;
      ++last.lines;
      return;
    }
  }
  requests.push_back({{address, line_bytes_, access, layer, 0}, purpose, 1});
}

void MemoryUnit::use_lines(const std::vector<Bytes>& ranges, bool changes) {
  const LayerId layer = part_->layer().id;
  std::vector<std::uint64_t> evicted;
  for (const Bytes& range : ranges) {
    for (std::uint64_t line = range.address / line_bytes_; line * line_bytes_ < range.address + range.size; ++line) {
      std::optional<std::uint64_t> changed;
      if (!cache_.use(line, changes, changed)) {
        add_lines(fetches_, line, MemoryAccess::kRead, Purpose::kFetch, layer);
      }
      if (changed) {
        evicted.push_back(*changed);
      }
    }
  }
  for (const std::uint64_t line : evicted) {
    add_lines(fetches_, line, MemoryAccess::kWrite, Purpose::kWriteBack, layer);
  }
}

void MemoryUnit::stream(std::uint64_t address, std::uint64_t lines, MemoryAccess access, Purpose purpose,
                        LayerId layer) {
  for (std::uint64_t i = 0; i < lines; ++i) {
    add_lines(scan_, address / line_bytes_ + i, access, purpose, layer);
  }
}

void MemoryUnit::begin_scan(Mode mode, const LayerPart& part) {
  scan_lines_ = 0;
  scan_arrived_ = 0;
  scan_sums_ = part.to_read;
  if (!part.off_chip || !part.off_chip->states()) {
    return;
  }
  const LayerId layer = part.layer().id;
  const Bytes region = part.off_chip->states_region();
  const std::uint64_t first = region.address / line_bytes_;
  const std::uint64_t end = (region.address + region.size + line_bytes_ - 1) / line_bytes_;
  cache_.drop(first, end,
              [&](std::uint64_t line) { add_lines(scan_, line, MemoryAccess::kWrite, Purpose::kWriteBack, layer); });
  const std::uint64_t sums = std::uint64_t{part.to_read} * part.accumulator_bits / 8;
  const bool has_last_sent = sends_changes(mode) && !part.layer().is_output;
  const std::uint64_t bytes = sums + (has_last_sent ? part.values_visited * part.layer().last_sent_bits() / 8 : 0);
  scan_lines_ = std::min((bytes + line_bytes_ - 1) / line_bytes_, end - first);
  stream(region.address, scan_lines_, MemoryAccess::kRead, Purpose::kScan, layer);
  if (!sends_changes(mode)) {
    stream(region.address, std::min((sums + line_bytes_ - 1) / line_bytes_, end - first), MemoryAccess::kWrite,
           Purpose::kWriteBack, layer);
  } else if (has_last_sent) {
    write_last_sent(part);
  }
}

/// A burst for every line that has a value which is sent.
void MemoryUnit::write_last_sent(const LayerPart& part) {
  const Bytes region = part.off_chip->states_region();
  const network::Box& box = part.block.box();
  const std::uint64_t last_sent_bytes = part.layer().last_sent_bits() / 8;
  const std::uint64_t values_at = region.address + region.size - last_sent_bytes * box.size();
  std::optional<std::uint64_t> before;
  for (const Outgoing& sent : part.outgoing) {
    const network::Position at = part.layer().position_of(sent.event.source);
    const std::uint64_t pixel =
        std::uint64_t{at.row - box.rows.begin} * box.columns.size() + (at.column - box.columns.begin);
    const std::uint64_t local = pixel * box.channels.size() + (at.channel - box.channels.begin);
    const std::uint64_t line = (values_at + local * last_sent_bytes) / line_bytes_;
    if (line != before) {
      add_lines(scan_, line, MemoryAccess::kWrite, Purpose::kWriteBack, part.layer().id);
      before = line;
    }
  }
}

std::uint32_t MemoryUnit::readable() const {
  return scan_lines_ == 0 ? scan_sums_ : static_cast<std::uint32_t>(scan_sums_ * scan_arrived_ / scan_lines_);
}

bool MemoryUnit::step(Cycles now) {
  const bool taken = take_reply(now);
  const bool requested = request_from(fetches_, now) || (fetches_.empty() && request_from(scan_, now));
  return taken || requested;
}

bool MemoryUnit::take_reply(Cycles now) {
  bool any = false;
  while (const MemoryReply* const reply = lane_->replies.front(now)) {
    const Request& request = outstanding_.front();
    missing_ -= request.purpose == Purpose::kFetch ? request.lines : 0;
    scan_arrived_ += request.purpose == Purpose::kScan ? request.lines : 0;
    reserved_ -= reply->units;
    outstanding_.pop_front();
    lane_->replies.pop(now);
    any = true;
  }
  return any;
}

bool MemoryUnit::request_from(std::deque<Request>& requests, Cycles now) {
  if (requests.empty()) {
    return false;
  }
  const Request& next = requests.front();
  const std::uint32_t units = next.request.access == MemoryAccess::kRead ? next.lines : 1;
  if (reserved_ + units > reply_bursts_ || !lane_->requests.can_push(now)) {
    return false;
  }
  lane_->requests.push(now, next.request, 1, Cycles{lane_->distance + 1});
  reserved_ += units;
  missing_ += next.purpose == Purpose::kFetch ? next.lines : 0;
  outstanding_.push_back(next);
  requests.pop_front();
  return true;
}

}  // namespace sigdel::sim
