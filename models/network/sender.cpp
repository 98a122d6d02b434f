#include "models/network/sender.hpp"

#include <immintrin.h>

#include <bit>

namespace sigdel::network {
namespace {

constexpr std::size_t kLanes = 8;

__m256i load(const std::int32_t* values) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values)); }
void store(std::int32_t* values, __m256i lanes) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(values), lanes); }

/// Writes events of the lanes that are not zero behind each other; the next place.
Event* write_lanes(__m256i lanes, std::uint32_t source, Event* out) {
  const __m256i zeros = _mm256_cmpeq_epi32(lanes, _mm256_setzero_si256());
  auto rest = ~static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(zeros))) & 0xffU;
  if (rest == 0) {
    return out;
  }
  alignas(32) std::array<std::int32_t, kLanes> values;
  store(values.data(), lanes);
  for (; rest != 0; rest &= rest - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(rest));
    *out++ = {source + lane, values[lane]};
  }
  return out;
}

}  // namespace

void Sender::send(std::uint32_t local, std::uint32_t source, std::span<const std::int32_t> values,
                  std::vector<Event>& events) {
  const auto n = static_cast<std::uint32_t>(values.size());
  std::uint32_t j = 0;
  if (!sends_zeros(mode_)) {
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
  for (; j < n; ++j) {
    send(local + j, source + j, values[j], events);
  }
}

}  // namespace sigdel::network
