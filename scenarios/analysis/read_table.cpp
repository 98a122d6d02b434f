#include "scenarios/analysis/read_table.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "models/base/errors.hpp"

namespace sigdel::analysis {
namespace {

using Row = std::vector<std::string>;

/// One cell from `place` on, which then stands on what ends it: a comma, a line end or the end of the text.
std::string take_cell(std::string_view text, std::size_t& place, const std::string& name, std::size_t row) {
  std::string cell;
  if (place >= text.size() || text[place] != '"') {
    const std::size_t end = std::min(text.find_first_of(",\n", place), text.size());
    cell = text.substr(place, end - place);
    place = end;
    return cell;
  }
  for (++place; place < text.size(); ++place) {
    if (text[place] != '"') {
      cell += text[place];
    } else if (text.substr(place + 1, 1) == "\"") {
      cell += text[place++];
    } else {
      ++place;
      return cell;
    }
  }
  fail("{}: row {}: a quoted cell has no end", name, row);
}

std::size_t column_of(const Row& head, const std::string& column, const std::string& name) {
  const auto place = std::find(head.begin(), head.end(), column);
  if (place == head.end()) {
    fail("{}: there is no column '{}'; there are: {}", name, column, fmt::join(head, ", "));
  }
  return static_cast<std::size_t>(place - head.begin());
}

std::size_t level_of(Factor& factor, const std::string& text) {
  const auto place = std::find(factor.levels.begin(), factor.levels.end(), text);
  const auto level = static_cast<std::size_t>(place - factor.levels.begin());
  if (place == factor.levels.end()) {
    factor.levels.push_back(text);
  }
  return level;
}

void add_row(Points& points, const Row& row, const std::vector<std::size_t>& factor_columns,
             const std::vector<std::size_t>& metric_columns) {
  points.levels.emplace_back();
  for (std::size_t f = 0; f < factor_columns.size(); ++f) {
    points.levels.back().push_back(level_of(points.factors[f], row[factor_columns[f]]));
  }
  points.values.emplace_back();
  for (const std::size_t column : metric_columns) {
    const auto number = as_numbers({row[column]});
    points.values.back().push_back(number.empty() ? kUnknown : number.front());
  }
}

}  // namespace

std::vector<Row> read_csv(std::string_view text, const std::string& name) {
  std::vector<Row> rows;
  for (std::size_t place = 0; place < text.size(); ++place) {
    rows.emplace_back();
    rows.back().push_back(take_cell(text, place, name, rows.size()));
    while (place < text.size() && text[place] == ',') {
      rows.back().push_back(take_cell(text, ++place, name, rows.size()));
    }
    if (place < text.size() && text[place] != '\n') {
      fail("{}: row {}: a quoted cell goes on behind its end", name, rows.size());
    }
  }
  return rows;
}

Points read_points(std::string_view text, const TableColumns& columns, const std::string& name) {
  const std::vector<Row> rows = read_csv(text, name);
  if (rows.empty()) {
    fail("{}: the table is empty", name);
  }
  Points points;
  points.metrics = columns.metrics;
  std::vector<std::size_t> factor_columns;
  std::vector<std::size_t> metric_columns;
  for (const std::string& factor : columns.factors) {
    factor_columns.push_back(column_of(rows[0], factor, name));
    points.factors.push_back({factor, {}, {}});
  }
  for (const Metric& metric : columns.metrics) {
    metric_columns.push_back(column_of(rows[0], metric.name, name));
  }
  std::map<std::vector<std::size_t>, std::size_t> row_of;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].size() != rows[0].size()) {
      fail("{}: row {} has {} cells, the first has {}", name, i + 1, rows[i].size(), rows[0].size());
    }
    add_row(points, rows[i], factor_columns, metric_columns);
    const auto [other, is_new] = row_of.try_emplace(points.levels.back(), i);
    if (!is_new) {
      fail("{}: rows {} and {} agree in all of {}", name, other->second + 1, i + 1, fmt::join(columns.factors, ", "));
    }
  }
  for (Factor& factor : points.factors) {
    factor.numbers = as_numbers(factor.levels);
  }
  return points;
}

}  // namespace sigdel::analysis
