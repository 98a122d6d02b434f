#include "traces/frames.hpp"

#include <algorithm>
#include <cmath>

namespace sigdel::traces {
namespace {

constexpr std::size_t kByteValues = 256;
constexpr std::size_t kFullBlock = std::size_t{1} << 24U;  ///< values, so that growing moves no more than that

/// One for each channel, from a list that has none, one for all, or as many.
std::vector<double> for_channels(const std::vector<double>& list, std::size_t channels, double otherwise) {
  return list.size() == channels ? list : std::vector<double>(channels, list.empty() ? otherwise : list.front());
}

float value_of(double stored, double mean, double divide) { return static_cast<float>((stored - mean) / divide); }

/// Toward zero.
void cut_to_steps(std::span<float> values, double steps) {
  for (float& value : values) {
    value = static_cast<float>(std::trunc(double{value} * steps) / steps);
  }
}

/// Zero mean and unit variance, in double; all zeros where all values are the same.
void standardise_frame(std::span<float> values) {
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  for (const float value : values) {
    sum += static_cast<double>(value);
  }
  const double mean = sum / count;
  double squares = 0;
  for (const float value : values) {
    const double distance = static_cast<double>(value) - mean;
    squares += distance * distance;
  }
  const double deviation = std::sqrt(squares / count);
  for (float& value : values) {
    value = deviation == 0 ? 0.0F : value_of(static_cast<double>(value), mean, deviation);
  }
}

}  // namespace

Frames::Frames(network::Shape frame_shape, const Preprocessing& preprocessing)
    : size(static_cast<std::size_t>(network::element_count(frame_shape))),
      shape(std::move(frame_shape)),
      standardise_(preprocessing.standardise),
      steps_(preprocessing.steps),
      channels_(shape.size() == 3 ? static_cast<std::size_t>(shape.front()) : 1),
      mean_(for_channels(preprocessing.mean, channels_, 0)),
      divide_floats_(for_channels(preprocessing.divide, channels_, 1)) {
  const std::vector<double> divide_bytes = for_channels(preprocessing.divide, channels_, 255);
  for (std::size_t channel = 0; channel < channels_; ++channel) {
    for (std::size_t byte = 0; byte < kByteValues; ++byte) {
      values_of_bytes_.push_back(value_of(static_cast<double>(byte), mean_[channel], divide_bytes[channel]));
    }
  }
}

template <class T>
void Frames::append(std::span<const T> values) {
  const auto* last = blocks_.empty() ? nullptr : std::get_if<std::vector<T>>(&blocks_.back().values);
  if (last == nullptr || last->size() >= kFullBlock) {
    blocks_.push_back({count, std::vector<T>()});
  }
  auto& stored = std::get<std::vector<T>>(blocks_.back().values);
  stored.insert(stored.end(), values.begin(), values.end());
  count += values.size() / size;
}

void Frames::add(std::span<const std::uint8_t> bytes) { append(bytes); }
void Frames::add(std::span<const float> values) { append(values); }

void Frames::add_from(const Frames& others, std::size_t i) {
  const Block& block = others.block_of(i);
  std::visit([&](const auto& stored) { append(std::span(stored).subspan((i - block.first) * size, size)); },
             block.values);
}

Frames Frames::without_frames() const {
  Frames empty;
  empty.size = size;
  empty.shape = shape;
  empty.standardise_ = standardise_;
  empty.channels_ = channels_;
  empty.mean_ = mean_;
  empty.divide_floats_ = divide_floats_;
  empty.values_of_bytes_ = values_of_bytes_;
  return empty;
}

const Frames::Block& Frames::block_of(std::size_t i) const {
  const auto behind = std::upper_bound(blocks_.begin(), blocks_.end(), i,
                                       [](std::size_t frame, const Block& block) { return frame < block.first; });
  return *std::prev(behind);
}

std::span<const std::uint8_t> Frames::bytes(std::size_t i) const {
  const Block& block = block_of(i);
  const auto* stored = std::get_if<std::vector<std::uint8_t>>(&block.values);
  return stored == nullptr ? std::span<const std::uint8_t>()
                           : std::span(*stored).subspan((i - block.first) * size, size);
}

void Frames::read(std::size_t i, std::span<float> values) const {
  const Block& block = block_of(i);
  for (std::size_t channel = 0; channel < channels_; ++channel) {
    const std::size_t begin = channel * channel_size();
    const std::span<float> into = values.subspan(begin, channel_size());
    const std::size_t offset = (i - block.first) * size + begin;
    if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&block.values)) {
      const std::span<const std::uint8_t> from = std::span(*bytes).subspan(offset, channel_size());
      const float* const table = values_of_bytes_.data() + kByteValues * channel;
      std::transform(from.begin(), from.end(), into.begin(), [table](std::uint8_t byte) { return table[byte]; });
    } else {
      const std::span<const float> from = std::span(std::get<std::vector<float>>(block.values));
      std::transform(from.begin() + static_cast<std::ptrdiff_t>(offset),
                     from.begin() + static_cast<std::ptrdiff_t>(offset + channel_size()), into.begin(),
                     [mean = mean_[channel], divide = divide_floats_[channel]](float value) {
                       return value_of(static_cast<double>(value), mean, divide);
                     });
    }
  }
  if (steps_ > 0) {
    cut_to_steps(values.first(size), steps_);
  }
  if (standardise_ == Standardise::kFrame) {
    standardise_frame(values);
  }
}

std::vector<float> Frames::frame(std::size_t i) const {
  std::vector<float> values(size);
  read(i, values);
  return values;
}

std::size_t Frames::stored_bytes() const {
  std::size_t bytes = 0;
  for (const Block& block : blocks_) {
    bytes += std::visit([](const auto& stored) { return stored.size() * sizeof stored[0]; }, block.values);
  }
  return bytes;
}

std::vector<float> all_values(const Frames& frames) {
  std::vector<float> values(frames.count * frames.size);
  for (std::size_t i = 0; i < frames.count; ++i) {
    frames.read(i, std::span(values).subspan(i * frames.size, frames.size));
  }
  return values;
}

}  // namespace sigdel::traces
