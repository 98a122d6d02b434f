/// The message of an error.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "models/base/errors.hpp"

namespace sigdel::test {

/// The message of the InputError that `step` throws; fails the test if there is none.
template <class Step>
std::string error_of(Step step) {
  try {
    step();
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no InputError";
  return "";
}

}  // namespace sigdel::test
