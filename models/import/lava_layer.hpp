/// The datasets of one layer of a lava-dl file, each read once, with its type and range checked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/errors.hpp"
#include "models/import/lava_file.hpp"

namespace sigdel::import {

class LavaFields {
 public:
  /// `layer` must outlive it.
  LavaFields(const std::string& file, std::size_t number, const LavaLayer& layer);

  [[nodiscard]] const std::string& type() const { return type_; }
  /// "conv3": what messages and reports call the layer.
  [[nodiscard]] std::string name() const { return type_ + std::to_string(number_); }
  [[nodiscard]] bool has(const std::string& path) const { return layer_->contains(path); }

  /// A single text; a single integer in low..high; TRUE or FALSE.
  std::string text(const std::string& path);
  std::int64_t integer(const std::string& path, std::int64_t low, std::int64_t high);
  bool flag(const std::string& path);
  /// Two integers in low..high, in the file's order: along rows, along columns.
  std::array<std::int64_t, 2> pair(const std::string& path, std::int64_t low, std::int64_t high);
  /// One to three extents, each 1 or more.
  std::vector<std::int64_t> extents(const std::string& path);
  /// Integers in -most..most, whatever their type in the file, of that shape (axes of 1 behind it may be there, too).
  std::vector<std::int64_t> integers(const std::string& path, const std::vector<std::int64_t>& shape,
                                     std::int64_t most);

  /// Throws if there is a dataset that nobody has asked for.
  void finish() const;

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail("{}: layer {} ({}): {}", file_, number_, type_.empty() ? "?" : type_,
         fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  const LavaDataset& take(const std::string& path);
  std::vector<std::int64_t> whole_numbers(const std::string& path, std::int64_t low, std::int64_t high);

  const std::string& file_;
  std::size_t number_;
  const LavaLayer* layer_;
  std::string type_;
  std::set<std::string> taken_;
};

}  // namespace sigdel::import
