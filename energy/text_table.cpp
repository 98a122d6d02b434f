#include "energy/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sigdel::energy {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLine = 110;

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line = fmt::format("{:<{}}", cells[0], widths[0]);
  for (std::size_t i = 1; i < cells.size(); ++i) {
    line += fmt::format("{:{}}{:>{}}", "", kGap, cells[i], widths[i]);
  }
  return line + "\n";
}

std::size_t total_width(const std::vector<std::size_t>& widths, std::size_t begin, std::size_t end) {
  std::size_t sum = kGap * (end - begin - 1);
  for (std::size_t i = begin; i < end; ++i) {
    sum += widths[i];
  }
  return sum;
}

std::string without_trailing_spaces(const std::string& text) {
  std::string trimmed;
  for (const char c : text) {
    if (c == '\n') {
      trimmed.erase(trimmed.find_last_not_of(' ') + 1);
    }
    trimmed += c;
  }
  return trimmed;
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::add_row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

void TextTable::add_rule() { rows_.emplace_back(); }

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_[i].heading.size();
    for (const auto& row : rows_) {
      width = row.empty() ? width : std::max(width, row[i].size());
    }
    widths.push_back(width);
  }
  return widths;
}

/// The line of group headings; widens a group's last column where the heading would not fit.
std::string TextTable::group_line(std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t begin = 0, end = 0; begin < columns_.size(); begin = end) {
    const std::string& group = columns_[begin].group;
    end = begin + 1;
    while (end < columns_.size() && !group.empty() && columns_[end].group == group) {
      ++end;
    }
    const std::size_t needed = group.empty() ? 0 : group.size() + 4;
    widths[end - 1] += std::max(needed, total_width(widths, begin, end)) - total_width(widths, begin, end);
    const std::string heading = group.empty() ? "" : " " + group + " ";
    line += fmt::format("{:{}}", "", begin == 0 ? 0 : kGap);
    line += group.empty() ? fmt::format("{:{}}", "", total_width(widths, begin, end))
                          : fmt::format("{:-^{}}", heading, total_width(widths, begin, end));
  }
  return line + "\n";
}

std::string TextTable::text() const {
  std::vector<std::size_t> sizes = widths();
  const bool grouped = std::any_of(columns_.begin(), columns_.end(), [](const Column& c) { return !c.group.empty(); });
  std::string text = grouped ? group_line(sizes) : "";
  std::vector<std::string> headings;
  std::transform(columns_.begin(), columns_.end(), std::back_inserter(headings),
                 [](const Column& column) { return column.heading; });
  const std::string rule = std::string(total_width(sizes, 0, sizes.size()), '-') + "\n";
  text += line_of(headings, sizes) + rule;
  for (const auto& row : rows_) {
    text += row.empty() ? rule : line_of(row, sizes);
  }
  return without_trailing_spaces(text);
}

std::string fixed(double value, int decimals) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : "-";
}

std::string wrapped(const std::string& first, const std::vector<std::string>& items) {
  std::string text;
  std::string line = first;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
    if (line.size() + 1 + item.size() > kLine) {
      text += line + "\n";
      line.assign(1, ' ');
    }
    line += " " + item;
  }
  return text + line + "\n";
}

std::string shortened(const std::string& text, std::size_t width) {
  if (text.size() <= width) {
    return text;
  }
  const std::size_t tail = (width - 2) / 2;
  return text.substr(0, width - 2 - tail) + ".." + text.substr(text.size() - tail);
}

}  // namespace sigdel::energy
