#include "models/import/lava_layer.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace sigdel::import {

LavaFields::LavaFields(const std::string& file, std::size_t number, const LavaLayer& layer)
    : file_(file), number_(number), layer_(&layer) {
  type_ = text("type");
}

const LavaDataset& LavaFields::take(const std::string& path) {
  const auto found = layer_->find(path);
  if (found == layer_->end()) {
    refuse("'{}' is missing", path);
  }
  taken_.insert(path);
  return found->second;
}

std::string LavaFields::text(const std::string& path) {
  const auto* texts = std::get_if<std::vector<std::string>>(&take(path).values);
  if (texts == nullptr) {
    refuse("'{}' is no text", path);
  }
  return texts->front();
}

bool LavaFields::flag(const std::string& path) {
  const auto* flags = std::get_if<std::vector<bool>>(&take(path).values);
  if (flags == nullptr || flags->size() != 1) {
    refuse("'{}' is not TRUE or FALSE", path);
  }
  return flags->front();
}

std::vector<std::int64_t> LavaFields::whole_numbers(const std::string& path, std::int64_t low, std::int64_t high) {
  const LavaDataset& dataset = take(path);
  std::vector<std::int64_t> numbers;
  const auto check = [&](auto value, bool is_whole) {
    if (!is_whole || value < static_cast<decltype(value)>(low) || value > static_cast<decltype(value)>(high)) {
      refuse("'{}' has a {}; integers of {} to {} are read", path, value, low, high);
    }
    numbers.push_back(static_cast<std::int64_t>(value));
  };
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&dataset.values)) {
    std::for_each(integers->begin(), integers->end(), [&](std::int64_t value) { check(value, true); });
  } else if (const auto* reals = std::get_if<std::vector<double>>(&dataset.values)) {
    std::for_each(reals->begin(), reals->end(), [&](double value) { check(value, value == std::trunc(value)); });
  } else {
    refuse("'{}' holds no numbers", path);
  }
  return numbers;
}

std::int64_t LavaFields::integer(const std::string& path, std::int64_t low, std::int64_t high) {
  const std::vector<std::int64_t> numbers = whole_numbers(path, low, high);
  if (numbers.size() != 1) {
    refuse("'{}' has {} numbers, one was expected", path, numbers.size());
  }
  return numbers.front();
}

std::array<std::int64_t, 2> LavaFields::pair(const std::string& path, std::int64_t low, std::int64_t high) {
  const std::vector<std::int64_t> numbers = whole_numbers(path, low, high);
  if (numbers.size() != 2) {
    refuse("'{}' has {} numbers; two were expected, along rows and along columns", path, numbers.size());
  }
  return {numbers[0], numbers[1]};
}

std::vector<std::int64_t> LavaFields::extents(const std::string& path) {
  constexpr std::int64_t kMost = 1 << 20;
  std::vector<std::int64_t> numbers = whole_numbers(path, 1, kMost);
  if (numbers.empty() || numbers.size() > 3) {
    refuse("'{}' has {} axes; one to three were expected", path, numbers.size());
  }
  return numbers;
}

std::vector<std::int64_t> LavaFields::integers(const std::string& path, const std::vector<std::int64_t>& shape,
                                               std::int64_t most) {
  std::vector<std::uint64_t> there = take(path).shape;
  while (there.size() > shape.size() && there.back() == 1) {
    there.pop_back();
  }
  if (!std::equal(there.begin(), there.end(), shape.begin(), shape.end(),
                  [](std::uint64_t a, std::int64_t b) { return a == static_cast<std::uint64_t>(b); })) {
    refuse("'{}' has the shape {}, {} was expected", path, fmt::join(there, "x"), fmt::join(shape, "x"));
  }
  return whole_numbers(path, -most, most);
}

void LavaFields::finish() const {
  for (const auto& [path, dataset] : *layer_) {
    if (!taken_.contains(path)) {
      refuse("'{}' is there, and its meaning is not known: it would be left out", path);
    }
  }
}

}  // namespace sigdel::import
