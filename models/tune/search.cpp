#include "models/tune/search.hpp"

#include <cmath>

namespace sigdel::tune {

std::optional<double> farthest_lambda(double from, double to, int bisections,
                                      const std::function<bool(double)>& meets) {
  if (!meets(from)) {
    return std::nullopt;
  }
  if (meets(to)) {
    return to;
  }
  double met = std::log10(from);
  double missed = std::log10(to);
  double best = from;
  for (int i = 0; i < bisections; ++i) {
    const double middle = (met + missed) / 2;
    const double lambda = std::pow(10.0, middle);
    if (meets(lambda)) {
      met = middle;
      best = lambda;
    } else {
      missed = middle;
    }
  }
  return best;
}

}  // namespace sigdel::tune
