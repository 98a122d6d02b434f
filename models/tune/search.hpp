/// Finds the lambda that meets a target.
#pragma once

#include <functional>
#include <optional>

namespace sigdel::tune {

inline constexpr double kLeastLambda = 1e-12;
inline constexpr double kMostLambda = 1;
inline constexpr int kBisections = 10;  ///< leave a factor of 10^(12/1024): 2.7 %

/// Of the lambdas that meet a target the one farthest from `from`, up to `to`, by bisection of the logarithm; nothing
/// if `from` itself does not meet it. Both are above 0. Asks about `from`, `to`, and then `bisections` times.
std::optional<double> farthest_lambda(double from, double to, int bisections, const std::function<bool(double)>& meets);

}  // namespace sigdel::tune
