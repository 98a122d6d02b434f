#include "sim/cli/figure.hpp"

#include <fmt/format.h>

#include "models/base/errors.hpp"
#include "sim/cli/run_program.hpp"

namespace sigdel::cli {
namespace {

constexpr const char* kHint = "pictures need it: apt-get install gnuplot-nox";

}  // namespace

std::optional<std::string> why_no_pictures() {
  try {
    run_program({"gnuplot", "--version"}, "", kHint);
  } catch (const NoProgram& error) {
    return error.what();
  }
  return std::nullopt;
}

void draw_svg(const std::string& script, int width, int height, const std::string& file) {
  const std::string head = fmt::format(
      "set terminal svg size {},{} font \"sans,12\" background \"white\"\nset output ARG1\n", width, height);
  // A script from a file has arguments, so the file's name needs no quoting.
  const ProgramEnd end = run_program({"gnuplot", "-c", "/dev/stdin", file}, head + script, kHint);
  if (end.exit_code != 0) {
    fail("{}: gnuplot ended with {}: {}", file, end.exit_code, end.output);
  }
}

}  // namespace sigdel::cli
