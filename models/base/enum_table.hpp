/// Enumerations with names: one table per enumeration, and counts indexed by it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sigdel {

/// Specialised per enumeration with `static constexpr std::array<std::string_view, N> names`, in order of declaration.
template <class Enum>
struct EnumTable;

template <class Enum>
inline constexpr std::size_t kEnumSize = EnumTable<Enum>::names.size();

template <class Enum>
constexpr std::string_view name_of(Enum value) {
  return EnumTable<Enum>::names[static_cast<std::size_t>(value)];
}

/// The value of that name, or nothing.
template <class Enum>
constexpr std::optional<Enum> from_name(std::string_view name) {
  for (std::size_t i = 0; i < kEnumSize<Enum>; ++i) {
    if (EnumTable<Enum>::names[i] == name) {
      return static_cast<Enum>(i);
    }
  }
  return std::nullopt;
}

/// Every value, in order of declaration.
template <class Enum>
constexpr std::array<Enum, kEnumSize<Enum>> all_of() {
  std::array<Enum, kEnumSize<Enum>> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<Enum>(i);
  }
  return values;
}

/// One unsigned 64-bit count per value of the enumeration.
template <class Enum>
class Counts {
 public:
  constexpr std::uint64_t& operator[](Enum which) { return values_[static_cast<std::size_t>(which)]; }
  constexpr std::uint64_t operator[](Enum which) const { return values_[static_cast<std::size_t>(which)]; }
  constexpr bool operator==(const Counts&) const = default;
  constexpr Counts& operator+=(const Counts& other) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      values_[i] += other.values_[i];
    }
    return *this;
  }
  [[nodiscard]] constexpr std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t value : values_) {
      sum += value;
    }
    return sum;
  }

 private:
  std::array<std::uint64_t, kEnumSize<Enum>> values_{};
};

}  // namespace sigdel
