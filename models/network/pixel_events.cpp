#include "models/network/pixel_events.hpp"

namespace sigdel::network {

void PixelEvents::gather(const Volume& tensor, std::span<const Event> events) {
  pixels_.clear();
  events_.resize(events.size());
  Event* out = events_.data();
  const Event* event = events.data();
  const Event* const end = event + events.size();
  while (event != end) {
    const std::uint32_t number = event->source / tensor.channels;
    const std::uint32_t first = number * tensor.channels;
    const Event* const begin = event;
    const Event* const begin_out = out;
    std::int64_t magnitude = 0;
    std::int64_t sum = 0;
    std::int32_t bits = 0;
    // A source before the pixel wraps around and ends it, too.
    for (; event != end && event->source - first < tensor.channels; ++event) {
      const std::int64_t value = event->value;
      magnitude += value < 0 ? -value : value;
      sum += value;
      bits |= event->value ^ (event->value >> 31);
      *out = {event->source - first, event->value};
      out += event->value != 0 ? 1 : 0;
    }
    const auto kept = static_cast<std::uint32_t>(out - begin_out);
    const auto index = static_cast<std::uint32_t>(begin_out - events_.data());
    pixels_.push_back({number / tensor.columns, number % tensor.columns, index, index + kept,
                       static_cast<std::uint32_t>(event - begin) - kept, static_cast<std::uint64_t>(magnitude), sum,
                       static_cast<std::uint32_t>(bits)});
  }
  events_.resize(static_cast<std::size_t>(out - events_.data()));
}

}  // namespace sigdel::network
