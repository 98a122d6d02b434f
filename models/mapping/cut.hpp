/// Cutting a layer into parts for cores.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/mapping/mapping.hpp"

namespace sigdel::mapping {

/// Events that reach the part in a frame of non-zero values.
std::uint64_t events_of(const network::IntegerNetwork& network, LayerId layer, const network::Box& box);

/// Synaptic updates that the way of an event to a core is as good as: what default lanes do in its least cycle.
inline constexpr std::uint64_t kUpdatesPerEvent = 16;

/// What a mapping is judged by: the dense work of its busiest core (which bounds the throughput), that of the busiest
/// part of each layer, summed (a frame goes through them one after the other), and kUpdatesPerEvent for every event
/// that a core gets on average.
std::uint64_t cost_of(const Mapping& mapping, const network::IntegerNetwork& network, const Capacity& capacity);

/// Whether a core's memories hold the part.
bool fits(const network::IntegerNetwork& network, LayerId layer, const network::Box& box, const Capacity& capacity);

/// How many channels' weights fit so many bytes.
std::uint32_t channels_in(const network::IntegerNetwork& network, LayerId layer, std::uint64_t bytes);

/// Cuts the layer into shares.size() boxes, box i with nearly shares[i] (all positive) of the dense work.
///
/// A layer of one pixel is cut between its neurons, in their order. An image is halved, each half again and so on,
/// every time along rows, columns or channels, whatever leaves the side that has more to do the least of dense work and
/// events. Halos of kernels and pools cost both. All events reach both sides of a cut between channels; but then both
/// work on every one of them, while neighbouring pixels, which come one after the other, keep one tile busy and let the
/// others wait: such a cut may cost a quarter more. No box has more than `most_channels` (1 or more). Groups
/// of a convolution stay whole where they can. Empty if there is no such cut: fewer neurons or more channels than so
/// many boxes take.
std::vector<network::Box> cut(const network::IntegerNetwork& network, LayerId layer,
                              std::span<const std::uint64_t> shares, std::uint32_t most_channels);

/// The same in n equal shares, no box with more channels than the core's weight memory holds.
std::vector<network::Box> cut_evenly(const network::IntegerNetwork& network, LayerId layer, std::uint32_t n,
                                     const Capacity& capacity);

}  // namespace sigdel::mapping
