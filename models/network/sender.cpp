#include "models/network/sender.hpp"

#include <immintrin.h>

#include <array>
#include <bit>

namespace sigdel::network {
namespace {

constexpr std::size_t kLanes = 8;

__m256i load(const std::int32_t* values) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values)); }
void store(std::int32_t* values, __m256i lanes) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(values), lanes); }

/// Per mask of eight lanes the numbers of its lanes, behind each other.
constexpr auto kLanesOf = [] {
  std::array<std::array<std::uint8_t, kLanes>, 256> table{};
  for (std::uint32_t mask = 0; mask < table.size(); ++mask) {
    std::size_t n = 0;
    for (std::uint8_t lane = 0; lane < kLanes; ++lane) {
      if ((mask >> lane & 1U) != 0) {
        table[mask][n++] = lane;
      }
    }
  }
  return table;
}();

/// Writes events of the lanes that are not zero behind each other, and others behind them, eight in all; where the next
/// ones belong.
Event* write_lanes(__m256i lanes, std::uint32_t source, Event* out) {
  const __m256i zeros = _mm256_cmpeq_epi32(lanes, _mm256_setzero_si256());
  const auto mask = ~static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(zeros))) & 0xffU;
  if (mask == 0) {
    return out;
  }
  const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(kLanesOf[mask].data())));
  const __m256i values = _mm256_permutevar8x32_epi32(lanes, order);
  const __m256i sources = _mm256_add_epi32(order, _mm256_set1_epi32(static_cast<std::int32_t>(source)));
  const __m256i low = _mm256_unpacklo_epi32(sources, values);   // events 0, 1 and 4, 5
  const __m256i high = _mm256_unpackhi_epi32(sources, values);  // events 2, 3 and 6, 7
  auto* const target = reinterpret_cast<__m256i*>(out);
  _mm256_storeu_si256(target, _mm256_permute2x128_si256(low, high, 0x20));
  _mm256_storeu_si256(target + 1, _mm256_permute2x128_si256(low, high, 0x31));
  return out + std::popcount(mask);
}

}  // namespace

std::uint32_t Sender::send(std::uint32_t local, std::uint32_t source, std::span<const std::int32_t> values,
                           std::vector<Event>& events) {
  const auto n = static_cast<std::uint32_t>(values.size());
  std::uint32_t j = 0;
  if (!sends_zeros(mode_) && mode_ != Mode::kThreshold) {
    const std::size_t before = events.size();
    events.resize(before + n);
    Event* out = events.data() + before;
    for (; j + kLanes <= n; j += kLanes) {
      __m256i sent = load(values.data() + j);
      if (sends_changes(mode_)) {
        std::int32_t* last = last_.data() + local + j;
        const __m256i now = sent;
        sent = _mm256_sub_epi32(now, load(last));
        store(last, now);
      }
      out = write_lanes(sent, source + j, out);
    }
    events.resize(static_cast<std::size_t>(out - events.data()));
  }
  std::uint32_t saturations = 0;
  for (; j < n; ++j) {
    saturations += send(local + j, source + j, values[j], events);
  }
  return saturations;
}

}  // namespace sigdel::network
