#include "sim/cli/answers.hpp"

#include <cmath>
#include <span>

#include "sim/cli/functional.hpp"

namespace sigdel::cli {
namespace {

/// How many come before element `which` if equal ones keep their order.
std::uint32_t rank_of(std::span<const float> values, std::size_t which) {
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    rank += values[i] > values[which] || (values[i] == values[which] && i < which) ? 1U : 0U;
  }
  return rank;
}

}  // namespace

std::vector<energy::FloatAnswer> float_answers(const std::vector<float>& in_float, std::size_t outputs) {
  std::vector<energy::FloatAnswer> result;
  for (std::size_t at = 0; at < in_float.size(); at += outputs) {
    const auto frame = std::span(in_float).subspan(at, outputs);
    energy::FloatAnswer answer{class_of(frame), 0};
    for (const float value : frame) {
      answer.l1 += std::abs(double{value});
    }
    result.push_back(answer);
  }
  return result;
}

std::vector<energy::Answer> integer_answers(const std::vector<std::int32_t>& answers,
                                            const network::IntegerNetwork& network,
                                            const std::vector<float>& in_float) {
  std::vector<energy::Answer> result;
  const std::size_t outputs = network.outputs();
  const double unit = network.output_unit();
  for (std::size_t at = 0; at < answers.size(); at += outputs) {
    const auto frame = std::span(answers).subspan(at, outputs);
    const auto wanted = std::span(in_float).subspan(at, outputs);
    energy::Answer answer{class_of(frame), 0, 0};
    answer.rank = rank_of(wanted, answer.number);
    for (std::size_t i = 0; i < outputs; ++i) {
      answer.distance += std::abs(frame[i] * unit - double{wanted[i]});
    }
    result.push_back(answer);
  }
  return result;
}

}  // namespace sigdel::cli
