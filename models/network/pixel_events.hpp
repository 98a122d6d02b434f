/// The events of one tensor, those of a pixel together: what a pixel reaches is then looked up once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/network/event.hpp"
#include "models/network/volume.hpp"

namespace sigdel::network {

class PixelEvents {
 public:
  /// Events that follow each other and come from one pixel.
  struct Pixel {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    std::uint32_t begin = 0;  ///< of its events
    std::uint32_t end = 0;
    std::uint32_t zeros = 0;  ///< events of value 0 (mode `dense`): they are counted and change nothing

    std::uint64_t magnitude = 0;  ///< sum of the values' magnitudes
    std::int64_t sum = 0;         ///< of the values

    std::uint32_t bits = 0;  ///< of all values, a negative one's turned over: below 2^15 if they fit 16 bits

    [[nodiscard]] bool is_short() const { return bits < (1U << 15U); }
    [[nodiscard]] std::uint32_t size() const { return end - begin; }
  };

  /// Takes the events of neurons of a tensor in place of what it had. Best in order of the neurons; right in any.
  void gather(const Volume& tensor, std::span<const Event> events);

  [[nodiscard]] std::span<const Pixel> pixels() const { return pixels_; }
  /// Those of a pixel with another value than 0. Their source is the number of the channel.
  [[nodiscard]] std::span<const Event> of(const Pixel& pixel) const {
    return std::span(events_).subspan(pixel.begin, pixel.size());
  }
  [[nodiscard]] std::size_t size() const { return events_.size(); }

 private:
  std::vector<Event> events_;
  std::vector<Pixel> pixels_;
};

}  // namespace sigdel::network
