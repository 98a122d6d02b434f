#include "scenarios/analysis/read_table.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "models/base/errors.hpp"

namespace sigdel::analysis {
namespace {

using Row = std::vector<std::string>;

/// One cell from `place` on, which then stands on what ends it: a comma, a line end or the end of the text.
std::string take_cell(std::string_view text, std::size_t& place, const std::string& name, std::size_t row) {
  std::string cell;
  if (place >= text.size() || text[place] != '"') {
    std::size_t end = std::min(text.find_first_of(",\n", place), text.size());
    end -= end > place && text.substr(end - 1, 2) == "\r\n" ? 1U : 0U;
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

/// Where a column stands, if it is there.
std::optional<std::size_t> find_column(const Row& head, const std::string& column) {
  const auto place = std::find(head.begin(), head.end(), column);
  return place == head.end() ? std::nullopt : std::optional(static_cast<std::size_t>(place - head.begin()));
}

std::size_t column_of(const Row& head, const std::string& column, const std::string& name) {
  const auto place = find_column(head, column);
  if (!place) {
    fail("{}: there is no column '{}'; there are: {}", name, column, fmt::join(head, ", "));
  }
  return *place;
}

/// A list of one number, as keys of lists have it, is that number.
std::string bare(const std::string& cell) {
  if (cell.size() > 2 && cell.front() == '[' && cell.back() == ']') {
    std::string inner = cell.substr(1, cell.size() - 2);
    return as_numbers({inner}).empty() ? cell : inner;
  }
  return cell;
}

std::size_t level_of(Factor& factor, const std::string& text) {
  const auto place = std::find(factor.levels.begin(), factor.levels.end(), text);
  const auto level = static_cast<std::size_t>(place - factor.levels.begin());
  if (place == factor.levels.end()) {
    factor.levels.push_back(text);
  }
  return level;
}

/// What a row gives one point for: a level of what is compared, and where each metric stands; nothing: not there.
struct Contender {
  std::string level;
  std::vector<std::optional<std::size_t>> metrics;
};

/// Of a table without a column for what is compared: "sigma-delta" of `sigma-delta.full_nj`, in the order of columns.
std::vector<Contender> contenders_of(const Row& head, const TableColumns& columns, const std::string& name) {
  std::vector<Contender> contenders;
  for (const std::string& column : head) {
    for (const Metric& metric : columns.metrics) {
      if (!column.ends_with("." + metric.name)) {
        continue;
      }
      const std::string level = column.substr(0, column.size() - metric.name.size() - 1);
      const auto same = [&](const Contender& contender) { return contender.level == level; };
      const bool is_mode = level.find('.') == std::string::npos;  // layer.dense.fc1 is none
      if (is_mode && std::none_of(contenders.begin(), contenders.end(), same)) {
        contenders.push_back({level, {}});
      }
    }
  }
  if (contenders.empty()) {
    fail("{}: there is neither a column '{}' nor one that ends with '.{}'; there are: {}", name, columns.by,
         columns.metrics.front().name, fmt::join(head, ", "));
  }
  for (Contender& contender : contenders) {
    for (const Metric& metric : columns.metrics) {
      const auto own = find_column(head, contender.level + "." + metric.name);
      contender.metrics.push_back(own ? own : find_column(head, metric.name));
    }
  }
  return contenders;
}

/// The levels that a row has of the factors.
class Places {
 public:
  Places(const Row& head, const TableColumns& columns, const std::string& name) {
    for (const FactorColumns& factor : columns.factors) {
      places_.emplace_back();
      for (const std::string& column : factor.columns) {
        places_.back().push_back(column_of(head, column, name));
      }
    }
  }

  [[nodiscard]] std::vector<std::size_t> levels_of(const Row& row, std::vector<Factor>& factors) const {
    std::vector<std::size_t> levels;
    for (std::size_t f = 0; f < places_.size(); ++f) {
      std::string text = bare(row[places_[f].front()]);
      for (std::size_t i = 1; i < places_[f].size(); ++i) {
        text += kBetween + bare(row[places_[f][i]]);
      }
      levels.push_back(level_of(factors[f], text));
    }
    return levels;
  }

  /// Levels of several columns keep the first one's text alone if it is enough.
  void shorten(std::vector<Factor>& factors) const {
    for (std::size_t f = 0; f < places_.size(); ++f) {
      std::vector<std::string> first = factors[f].levels;
      for (std::string& level : first) {
        level = places_[f].size() > 1 ? level.substr(0, level.find(kBetween)) : level;
      }
      if (std::set<std::string>(first.begin(), first.end()).size() == first.size()) {
        factors[f].levels = std::move(first);
      }
    }
  }

 private:
  static constexpr const char* kBetween = " / ";
  std::vector<std::vector<std::size_t>> places_;  ///< [factor][column]
};

double value_of(const Row& row, std::optional<std::size_t> column) {
  const auto number = column ? as_numbers({row[*column]}) : std::vector<double>{};
  return number.empty() ? kUnknown : number.front();
}

/// Rows of a table with a column for what is compared, or of one without.
std::vector<Contender> contenders_of(const Row& head, const Row& row, const TableColumns& columns,
                                     const std::string& name) {
  const auto by = find_column(head, columns.by);
  if (!by) {
    return contenders_of(head, columns, name);
  }
  Contender contender{row[*by], {}};
  for (const Metric& metric : columns.metrics) {
    contender.metrics.emplace_back(column_of(head, metric.name, name));
  }
  return {contender};
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
    place += text.substr(place, 2) == "\r\n" ? 1U : 0U;
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
  const Row& head = rows.front();
  const Places places(head, columns, name);
  Points points{{}, columns.metrics, {}, {}};
  for (const FactorColumns& factor : columns.factors) {
    points.factors.push_back({factor.name, {}, {}});
  }
  points.factors.push_back({columns.by, {}, {}});
  std::map<std::vector<std::size_t>, std::size_t> row_of;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].size() != head.size()) {
      fail("{}: row {} has {} cells, the first has {}", name, i + 1, rows[i].size(), head.size());
    }
    const auto levels = places.levels_of(rows[i], points.factors);
    for (const Contender& contender : contenders_of(head, rows[i], columns, name)) {
      points.levels.push_back(levels);
      points.levels.back().push_back(level_of(points.factors.back(), contender.level));
      points.values.emplace_back();
      for (const auto& column : contender.metrics) {
        points.values.back().push_back(value_of(rows[i], column));
      }
      const auto [other, is_new] = row_of.try_emplace(points.levels.back(), i);
      if (!is_new) {
        fail("{}: rows {} and {} agree in all axes and in '{}'", name, other->second + 1, i + 1, columns.by);
      }
    }
  }
  places.shorten(points.factors);
  for (Factor& factor : points.factors) {
    factor.numbers = as_numbers(factor.levels);
  }
  return points;
}

}  // namespace sigdel::analysis
