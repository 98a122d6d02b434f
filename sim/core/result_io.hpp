/// A RunResult as bytes, for the pipe between a worker process and the one that started it. Same program on both ends:
/// no format is promised to anybody else.
#pragma once

#include <string>
#include <string_view>

#include "sim/core/result.hpp"

namespace sigdel::sim {

std::string to_bytes(const RunResult& result);
/// Throws std::runtime_error if the bytes are not a whole result.
RunResult from_bytes(std::string_view bytes);

}  // namespace sigdel::sim
