#include "energy/answers.hpp"

#include <algorithm>

namespace sigdel::energy {

double share_within(const ModeResult& mode, std::uint32_t ranks) {
  const auto within = std::count_if(mode.answers.begin(), mode.answers.end(),
                                    [ranks](const Answer& answer) { return answer.rank < ranks; });
  return mode.answers.empty() ? 1 : static_cast<double>(within) / static_cast<double>(mode.answers.size());
}

std::optional<double> relative_error(const ModeResult& mode, const Report& report) {
  double distance = 0;
  double l1 = 0;
  for (std::size_t frame = 0; frame < mode.answers.size(); ++frame) {
    distance += mode.answers[frame].distance;
    l1 += report.float_answers[frame].l1;
  }
  return l1 > 0 ? std::optional(distance / l1) : std::nullopt;
}

std::optional<double> worst_relative_error(const ModeResult& mode, const Report& report) {
  std::optional<double> worst;
  for (std::size_t frame = 0; frame < mode.answers.size(); ++frame) {
    const double l1 = report.float_answers[frame].l1;
    if (l1 > 0) {
      worst = std::max(worst.value_or(0), mode.answers[frame].distance / l1);
    }
  }
  return worst;
}

}  // namespace sigdel::energy
