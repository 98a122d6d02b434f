/// The counting rules, once for both engines. docs/counting.md explains each and names its source.
#pragma once

#include <cstdint>
#include <span>

#include "models/base/activity.hpp"
#include "models/base/mode.hpp"
#include "models/network/integer_network.hpp"
#include "models/network/neuron_block.hpp"

namespace sigdel::network {

/// How many passes over the targets a spike of this value needs on the lanes (0 for value 0 in a quantised mode).
std::uint32_t lane_passes(Mode mode, Encoding encoding, std::int32_t value);

/// Counts one event that reaches `fan_out` accumulators, `paper_fan_out` in the paper's convention.
void count_event(Mode mode, Encoding encoding, std::int32_t value, std::uint64_t fan_out, std::uint64_t paper_fan_out,
                 Work& work);

/// What events that reach the same number of accumulators cost per accumulator, and how many they are.
struct EventSums {
  std::uint64_t events = 0;
  std::uint64_t magnitude = 0;
  std::uint64_t adds = 0;
  std::uint64_t subtracts = 0;
  std::uint64_t multiplies = 0;
  std::uint64_t shifts = 0;

  constexpr bool operator==(const EventSums&) const = default;
  EventSums& operator+=(const EventSums& other);
};

/// Of one pixel's events.
EventSums sum_of(Mode mode, Encoding encoding, const PixelEvents& events, const PixelEvents::Pixel& pixel);

/// Counts them as count_event would one after the other.
void count_events(Mode mode, const EventSums& sums, std::uint64_t fan_out, std::uint64_t paper_fan_out, Work& work);

/// Counts what the activation unit does when a layer, or a part of it, has fired.
void count_fire(Mode mode, const IntegerLayer& layer, const Fired& fired, Work& work);

}  // namespace sigdel::network
