/// The inner loop of all synaptic operations: sums of products in AVX2 registers.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/network/event.hpp"
#include "models/network/multiply_add.hpp"

namespace sigdel::network {

namespace detail {

inline constexpr std::size_t kLanes = 8;  ///< of 32 bits in a register

template <class Vector, class Value>
Vector* vector_at(Value* values) {
  return reinterpret_cast<Vector*>(values);
}

inline __m256i widened(const std::int32_t* weights) { return _mm256_loadu_si256(vector_at<const __m256i>(weights)); }
inline __m256i widened(const std::int16_t* weights) {
  return _mm256_cvtepi16_epi32(_mm_loadu_si128(vector_at<const __m128i>(weights)));
}
inline __m256i widened(const std::int8_t* weights) {
  return _mm256_cvtepi8_epi32(_mm_loadl_epi64(vector_at<const __m128i>(weights)));
}

/// Registers * kLanes sums, which stay in registers over all events.
template <std::size_t Registers, class Weight>
void add_block(const Weight* weights, std::size_t stride, std::span<const Event> events, std::int32_t* sums) {
  __m256i sum[Registers];
  for (std::size_t r = 0; r < Registers; ++r) {
    sum[r] = _mm256_loadu_si256(vector_at<__m256i>(sums + r * kLanes));
  }
  for (const Event& event : events) {
    const Weight* row = weights + event.source * stride;
    const __m256i value = _mm256_set1_epi32(event.value);
    for (std::size_t r = 0; r < Registers; ++r) {
      sum[r] = _mm256_add_epi32(sum[r], _mm256_mullo_epi32(value, widened(row + r * kLanes)));
    }
  }
  for (std::size_t r = 0; r < Registers; ++r) {
    _mm256_storeu_si256(vector_at<__m256i>(sums + r * kLanes), sum[r]);
  }
}

inline __m256i sixteen_bits(const std::int16_t* weights) {
  return _mm256_loadu_si256(vector_at<const __m256i>(weights));
}
inline __m256i sixteen_bits(const std::int8_t* weights) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(vector_at<const __m128i>(weights)));
}

/// Two values of 16 bits in each lane.
inline __m256i both(std::int32_t low, std::int32_t high) {
  return _mm256_set1_epi32(static_cast<std::int32_t>((static_cast<std::uint32_t>(high) << 16U) |
                                                     (static_cast<std::uint32_t>(low) & 0xffffU)));
}

/// Two events at a time, whose values fit 16 bits: one instruction for two products in each lane. Blocks * 2 * kLanes
/// sums stay in registers in the order in which two rows of weights interleave: 0..3 and 8..11, 4..7 and 12..15.
template <std::size_t Blocks, class Weight>
void add_block_in_pairs(const Weight* weights, std::size_t stride, std::span<const Event> events, std::int32_t* sums) {
  constexpr std::size_t kSums = 2 * kLanes;
  __m256i low[Blocks];
  __m256i high[Blocks];
  for (std::size_t b = 0; b < Blocks; ++b) {
    const __m256i first = widened(sums + b * kSums);
    const __m256i second = widened(sums + b * kSums + kLanes);
    low[b] = _mm256_permute2x128_si256(first, second, 0x20);
    high[b] = _mm256_permute2x128_si256(first, second, 0x31);
  }
  for (std::size_t i = 0; i < events.size(); i += 2) {
    const Event& one = events[i];
    const bool is_last = i + 1 == events.size();
    const Event& other = events[is_last ? i : i + 1];
    const Weight* row = weights + one.source * stride;
    const Weight* other_row = weights + other.source * stride;
    const __m256i values = both(one.value, is_last ? 0 : other.value);
    for (std::size_t b = 0; b < Blocks; ++b) {
      const __m256i x = sixteen_bits(row + b * kSums);
      const __m256i y = sixteen_bits(other_row + b * kSums);
      low[b] = _mm256_add_epi32(low[b], _mm256_madd_epi16(_mm256_unpacklo_epi16(x, y), values));
      high[b] = _mm256_add_epi32(high[b], _mm256_madd_epi16(_mm256_unpackhi_epi16(x, y), values));
    }
  }
  for (std::size_t b = 0; b < Blocks; ++b) {
    const __m256i first = _mm256_permute2x128_si256(low[b], high[b], 0x20);
    const __m256i second = _mm256_permute2x128_si256(low[b], high[b], 0x31);
    _mm256_storeu_si256(vector_at<__m256i>(sums + b * kSums), first);
    _mm256_storeu_si256(vector_at<__m256i>(sums + b * kSums + kLanes), second);
  }
}

}  // namespace detail

/// sums[j] += the sum over the events of value * weights[source * stride + j], for j < n. `are_short`: all values fit
/// 16 bits.
template <class Weight>
void add_products(const Weight* weights, std::size_t stride, std::span<const Event> events, bool are_short,
                  std::size_t n, std::int32_t* sums) {
  const auto take = [&](std::size_t size, auto add) {
    for (; n >= size; n -= size, weights += size, sums += size) {
      add(weights, stride, events, sums);
    }
  };
  if constexpr (sizeof(Weight) <= sizeof(std::int16_t)) {
    if (are_short && events.size() > 3) {
      take(64, detail::add_block_in_pairs<4, Weight>);
      take(32, detail::add_block_in_pairs<2, Weight>);
      take(16, detail::add_block_in_pairs<1, Weight>);
    }
  }
  take(64, detail::add_block<8, Weight>);
  take(32, detail::add_block<4, Weight>);
  take(16, detail::add_block<2, Weight>);
  take(8, detail::add_block<1, Weight>);
  for (std::size_t j = 0; j < n; ++j) {
    std::int32_t sum = sums[j];
    for (const Event& event : events) {
      sum = multiply_add(sum, event.value, weights[event.source * stride + j]);
    }
    sums[j] = sum;
  }
}

}  // namespace sigdel::network
