/// Plain text: aligned tables and wrapped paragraphs.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace sigdel::energy {

/// A table whose lines all have the same width. The first column is left-aligned, the others right-aligned; columns
/// next to each other with the same group share one heading above theirs.
class TextTable {
 public:
  struct Column {
    std::string group;
    std::string heading;
  };

  explicit TextTable(std::vector<Column> columns);
  void add_row(std::vector<std::string> cells);  ///< as many cells as columns
  void add_rule();
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::string group_line(std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  ///< an empty row is a rule
};

/// Stands for a figure that there is not.
inline constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// `value` with so many decimals; "-" for kNothing.
std::string fixed(double value, int decimals);

/// `first` and the items, separated by commas, in lines of at most 110 characters; lines after the first are indented.
std::string wrapped(const std::string& first, const std::vector<std::string>& items);

/// At most `width` characters: the middle of a longer text becomes "..".
std::string shortened(const std::string& text, std::size_t width);

}  // namespace sigdel::energy
