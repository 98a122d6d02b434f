/// What leaves the network frame by frame, against the float32 network.
#pragma once

#include <cstdint>
#include <vector>

#include "energy/report.hpp"
#include "models/network/integer_network.hpp"

namespace sigdel::cli {

/// Class and magnitude of every frame of the float32 network; `in_float` is frames x outputs, before a softmax.
std::vector<energy::FloatAnswer> float_answers(const std::vector<float>& in_float, std::size_t outputs);

/// The same of integers against it, for as many frames as were answered; `answers` holds frames x outputs integers as
/// they leave `network`.
std::vector<energy::Answer> integer_answers(const std::vector<std::int32_t>& answers,
                                            const network::IntegerNetwork& network, const std::vector<float>& in_float);

}  // namespace sigdel::cli
