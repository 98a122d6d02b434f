/// Between a key's values, as read from YAML, and the typed member of Scenario that holds them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "models/base/enum_table.hpp"
#include "scenarios/host_port.hpp"
#include "scenarios/scenario.hpp"

namespace sigdel::scenarios {

/// An integer, a real, true or false, or a text (also the name of a choice).
using Scalar = std::variant<bool, std::int64_t, double, std::string>;
/// A key's value: one item, or as many as its list has.
using Value = std::vector<Scalar>;

/// Reads and writes one key of a Scenario. The values must have passed the key's checks.
struct Field {
  std::function<Value(const Scenario&)> get;
  std::function<void(Scenario&, const Value&)> set;
};

template <class T>
Scalar to_scalar(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::string(name_of(value));
  } else if constexpr (std::is_same_v<T, sim::HostPort>) {
    return to_text(value);
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return static_cast<std::int64_t>(value);
  } else {
    return value;
  }
}

template <class T>
T from_scalar(const Scalar& scalar) {
  if constexpr (std::is_enum_v<T>) {
    return from_name<T>(std::get<std::string>(scalar)).value();
  } else if constexpr (std::is_same_v<T, sim::HostPort>) {
    return host_port_of(std::get<std::string>(scalar)).value();
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return static_cast<T>(std::get<std::int64_t>(scalar));
  } else {
    return std::get<T>(scalar);
  }
}

template <class T>
struct Items {  ///< a member that holds a single item
  static Value to_value(const T& member) { return {to_scalar(member)}; }
  static void assign(T& member, const Value& value) { member = from_scalar<T>(value.front()); }
};

template <class T>
struct Items<std::vector<T>> {
  static Value to_value(const std::vector<T>& member) {
    Value value;
    for (const T& item : member) {
      value.push_back(to_scalar(item));
    }
    return value;
  }
  static void assign(std::vector<T>& member, const Value& value) {
    member.clear();
    for (const Scalar& item : value) {
      member.push_back(from_scalar<T>(item));
    }
  }
};

template <class T, std::size_t N>
struct Items<std::array<T, N>> {
  static Value to_value(const std::array<T, N>& member) {
    Value value;
    for (const T& item : member) {
      value.push_back(to_scalar(item));
    }
    return value;
  }
  static void assign(std::array<T, N>& member, const Value& value) {
    for (std::size_t i = 0; i < N; ++i) {
      member[i] = from_scalar<T>(value.at(i));
    }
  }
};

/// The field of one member: `at([](auto& s) -> auto& { return s.machine.core.lanes; })`.
template <class Access>
Field at(Access access) {
  using Member = std::remove_reference_t<decltype(access(std::declval<Scenario&>()))>;
  return {[access](const Scenario& scenario) { return Items<Member>::to_value(access(scenario)); },
          [access](Scenario& scenario, const Value& value) { Items<Member>::assign(access(scenario), value); }};
}

/// A member in bytes whose key is in KiB.
template <class Access>
Field at_kib(Access access) {
  return {[access](const Scenario& scenario) { return Value{to_scalar(access(scenario) / 1024)}; },
          [access](Scenario& scenario, const Value& value) {
            access(scenario) = from_scalar<std::uint64_t>(value.front()) * 1024;
          }};
}

}  // namespace sigdel::scenarios
