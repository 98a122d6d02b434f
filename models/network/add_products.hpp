/// The inner loop of all synaptic operations: sums of products in AVX2 registers.
#pragma once

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "models/network/event.hpp"
#include "models/network/multiply_add.hpp"

namespace sigdel::network {

namespace detail {

inline constexpr std::size_t kLanes = 8;  ///< of 32 bits in a register

struct Lanes {
  __m256i value;
};

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
  std::array<Lanes, Registers> sum;
  for (std::size_t r = 0; r < Registers; ++r) {
    sum[r].value = _mm256_loadu_si256(vector_at<__m256i>(sums + r * kLanes));
  }
  for (const Event& event : events) {
    const Weight* row = weights + event.source * stride;
    const __m256i value = _mm256_set1_epi32(event.value);
    for (std::size_t r = 0; r < Registers; ++r) {
      sum[r].value = _mm256_add_epi32(sum[r].value, _mm256_mullo_epi32(value, widened(row + r * kLanes)));
    }
  }
  for (std::size_t r = 0; r < Registers; ++r) {
    _mm256_storeu_si256(vector_at<__m256i>(sums + r * kLanes), sum[r].value);
  }
}

}  // namespace detail

/// sums[j] += the sum over the events of value * weights[source * stride + j], for j < n.
template <class Weight>
void add_products(const Weight* weights, std::size_t stride, std::span<const Event> events, std::size_t n,
                  std::int32_t* sums) {
  using detail::kLanes;
  const auto take = [&]<std::size_t Registers>() {
    detail::add_block<Registers>(weights, stride, events, sums);
    weights += Registers * kLanes;
    sums += Registers * kLanes;
    n -= Registers * kLanes;
  };
  while (n >= 8 * kLanes) {
    take.template operator()<8>();
  }
  if (n >= 4 * kLanes) {
    take.template operator()<4>();
  }
  if (n >= 2 * kLanes) {
    take.template operator()<2>();
  }
  if (n >= kLanes) {
    take.template operator()<1>();
  }
  for (std::size_t j = 0; j < n; ++j) {
    std::int32_t sum = sums[j];
    for (const Event& event : events) {
      sum = multiply_add(sum, event.value, weights[event.source * stride + j]);
    }
    sums[j] = sum;
  }
}

}  // namespace sigdel::network
