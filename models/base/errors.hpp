/// The one kind of error that the user can mend: bad scenario, network, data or command line.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace sigdel {

/// What is wrong with the user's input, as one message that says where (file, line, key, layer), what was expected
/// and how to mend it. The program prints it and exits with code 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws an InputError: `fail("{}: {} frames, {} needed", file, n, m)`.
template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw InputError(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace sigdel
