/// Another program, from its start to its end.
#pragma once

#include <string>
#include <vector>

#include "models/base/errors.hpp"

namespace sigdel::cli {

class NoProgram : public InputError {
 public:
  using InputError::InputError;
};

struct ProgramEnd {
  int exit_code = 0;   ///< 128 and the signal's number if one ended it
  std::string output;  ///< what it wrote to standard output and standard error
};

/// Starts `command` (its first item is looked for in PATH), gives it `input` and waits. Throws InputError with `hint`
/// if there is no such program, std::system_error if it cannot be started.
ProgramEnd run_program(const std::vector<std::string>& command, const std::string& input, const std::string& hint);

}  // namespace sigdel::cli
