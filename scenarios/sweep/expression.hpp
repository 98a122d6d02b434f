/// Arithmetic in sweep files: muParser's expressions over named numbers, with `%`, floor() and ceil() added.
#pragma once

#include <map>
#include <memory>
#include <string>

namespace sigdel::scenarios {

class Expression {
 public:
  /// Throws InputError for what cannot be read, and for a name that is not in `names` (given with their values).
  Expression(const std::string& text, const std::map<std::string, double>& names);
  ~Expression();
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  /// The value with these values of the names. Throws InputError if it is no finite number.
  double value(const std::map<std::string, double>& names);
  /// Whether the expression uses that name.
  [[nodiscard]] bool uses(const std::string& name) const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sigdel::scenarios
