/// Collects what is wrong with a file, so that one look shows the user all of it.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "models/base/errors.hpp"

namespace sigdel::scenarios {

class Problems {
 public:
  static constexpr std::size_t kShown = 10;

  /// `place` is a file with or without a line, or an override.
  void add(std::string_view place, std::string_view key, std::string_view what) {
    messages_.push_back(key.empty() ? fmt::format("{}: {}", place, what) : fmt::format("{}: {}: {}", place, key, what));
  }

  [[nodiscard]] bool empty() const { return messages_.empty(); }

  /// One InputError with the first ten, one per line.
  void throw_if_any() const {
    if (messages_.empty()) {
      return;
    }
    const std::size_t shown = std::min(messages_.size(), kShown);
    std::string text =
        fmt::format("{}", fmt::join(messages_.begin(), messages_.begin() + static_cast<long>(shown), "\n"));
    if (messages_.size() > shown) {
      text += fmt::format("\nand {} more", messages_.size() - shown);
    }
    throw InputError(text);
  }

 private:
  std::vector<std::string> messages_;
};

}  // namespace sigdel::scenarios
