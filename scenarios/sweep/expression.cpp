#include "scenarios/sweep/expression.hpp"

#include <fmt/ranges.h>
#include <muParser.h>

#include <cmath>
#include <vector>

#include "models/base/errors.hpp"

namespace sigdel::scenarios {

struct Expression::Parser {
  mu::Parser parser;
  std::map<std::string, double> values;  ///< what the parser's variables point to
};

namespace {

double remainder(double a, double b) { return std::fmod(a, b); }
double round_down(double a) { return std::floor(a); }
double round_up(double a) { return std::ceil(a); }

void check_names(const mu::Parser& parser, const std::map<std::string, double>& names) {
  for (const auto& [name, address] : parser.GetUsedVar()) {
    if (!names.contains(name)) {
      std::vector<std::string> known;
      for (const auto& [other, value] : names) {
        known.push_back(other);
      }
      fail("'{}' is no name here; known: {}; `let` gives a name to any key", name, fmt::join(known, ", "));
    }
  }
}

}  // namespace

Expression::Expression(const std::string& text, const std::map<std::string, double>& names)
    : parser_(std::make_unique<Parser>()) {
  mu::Parser& parser = parser_->parser;
  try {
    parser.DefineOprt("%", remainder, mu::prMUL_DIV);
    parser.DefineFun("floor", round_down);
    parser.DefineFun("ceil", round_up);
    parser.SetExpr(text);
    check_names(parser, names);
    for (const auto& [name, value] : names) {
      parser.DefineVar(name, &(parser_->values[name] = value));
    }
    parser.Eval();
  } catch (const mu::Parser::exception_type& error) {
    fail("'{}' cannot be read: {}", text, error.GetMsg());
  }
}

Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

double Expression::value(const std::map<std::string, double>& names) {
  for (auto& [name, value] : parser_->values) {
    const auto found = names.find(name);
    value = found == names.end() ? std::nan("") : found->second;
  }
  const double result = [&] {
    try {
      return parser_->parser.Eval();
    } catch (const mu::Parser::exception_type& error) {
      fail("{}", error.GetMsg());
    }
  }();
  if (!std::isfinite(result)) {
    fail("'{}' is no finite number", parser_->parser.GetExpr());
  }
  return result;
}

bool Expression::uses(const std::string& name) const { return parser_->parser.GetUsedVar().contains(name); }

}  // namespace sigdel::scenarios
