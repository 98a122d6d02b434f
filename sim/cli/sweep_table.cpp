#include "sim/cli/sweep_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "energy/csv.hpp"
#include "models/base/errors.hpp"
#include "scenarios/blocks.hpp"

namespace sigdel::cli {
namespace {

using Json = nlohmann::ordered_json;

/// Without patterns: all but those of single layers.
bool is_kept(const scenarios::Sweep& sweep, const std::string& column) {
  return sweep.outputs.empty() ? !column.starts_with("layer.")
                               : std::any_of(sweep.outputs.begin(), sweep.outputs.end(),
                                             [&](const auto& pattern) { return scenarios::matches(pattern, column); });
}

Json scalar_json(const scenarios::Setting& setting) {
  if (setting.value.size() != 1 || setting.key->list.least > 0) {
    return cell_text(setting);
  }
  return std::visit([](const auto& value) { return Json(value); }, setting.value.front());
}

std::string json_text(const Json& value) {
  return value.is_number_float() ? fmt::format("{}", value.get<double>())
                                 : (value.is_string() ? value.get<std::string>() : value.dump());
}

class TableMaker {
 public:
  TableMaker(const SweepWork& work, const SweepFolder& folder) : work_(work) {
    for (const PointWork& point : work.points) {
      results_.push_back(folder.read_point(point.name));
      if (results_.back()) {
        keep_columns(*results_.back());
      }
    }
    check_outputs();
  }

  SweepTable make() {
    SweepTable table;
    std::vector<std::string> header{"point", "status"};
    for (const scenarios::Key* key : work_.sweep.keys()) {
      header.emplace_back(key->path);
    }
    header.insert(header.end(), columns_.begin(), columns_.end());
    header.emplace_back("message");
    add_line(header, table);
    for (std::size_t i = 0; i < results_.size(); ++i) {
      ++(!results_[i] ? table.missing : results_[i]->error ? table.failed : table.done);
      add_row(i, table);
    }
    return table;
  }

 private:
  void keep_columns(const PointResult& result) {
    for (const auto& [name, value] : result.columns.items()) {
      if (!seen_.contains(name)) {
        seen_.insert(name);
        if (is_kept(work_.sweep, name)) {
          columns_.push_back(name);
        }
      }
    }
  }

  void check_outputs() const {
    for (const std::string& pattern : work_.sweep.outputs) {
      if (!seen_.empty() && std::none_of(seen_.begin(), seen_.end(),
                                         [&](const auto& name) { return scenarios::matches(pattern, name); })) {
        fail("{}: outputs: '{}' is no column of any point, and no pattern of some", work_.sweep.file, pattern);
      }
    }
  }

  static void add_line(const std::vector<std::string>& cells, SweepTable& table) {
    std::vector<std::string> fields;
    std::transform(cells.begin(), cells.end(), std::back_inserter(fields), energy::csv_field);
    table.csv += fmt::format("{}\r\n", fmt::join(fields, ","));
  }

  void add_row(std::size_t i, SweepTable& table) const {
    const auto& result = results_[i];
    const char* status = !result ? "missing" : result->error ? "failed" : "done";
    Json json{{"point", i + 1}, {"status", status}};
    std::vector<std::string> cells{fmt::format("{}", i + 1), status};
    for (const scenarios::Setting& setting : work_.points[i].point.settings) {
      json[std::string(setting.key->path)] = scalar_json(setting);
      cells.push_back(cell_text(setting));
    }
    for (const std::string& name : columns_) {
      const bool has = result && result->columns.contains(name);
      cells.push_back(has ? json_text(result->columns.at(name)) : "");
      if (has) {
        json[name] = result->columns.at(name);
      }
    }
    cells.push_back(result && result->error ? *result->error : "");
    if (result && result->error) {
      ++table.failures[*result->error];
      json["message"] = *result->error;
    }
    add_line(cells, table);
    table.json_lines += json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  const SweepWork& work_;
  std::vector<std::optional<PointResult>> results_;
  std::vector<std::string> columns_;  ///< kept, in the order of the first point that has each
  std::set<std::string> seen_;
};

}  // namespace

std::string cell_text(const scenarios::Setting& setting) { return value_text(*setting.key, setting.value); }

SweepTable make_table(const SweepWork& work, const SweepFolder& folder) { return TableMaker(work, folder).make(); }

void write_table(const SweepTable& table, const SweepFolder& folder) {
  folder.write("table.csv", table.csv);
  folder.write("table.jsonl", table.json_lines);
}

}  // namespace sigdel::cli
