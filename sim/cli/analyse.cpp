#include "sim/cli/analyse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"
#include "scenarios/analysis/analyse.hpp"
#include "scenarios/output_folder.hpp"
#include "sim/cli/figure.hpp"
#include "sim/cli/output_files.hpp"

namespace sigdel::cli {
namespace {

analysis::Metric metric_of(const std::string& word) {
  constexpr std::string_view kMost = ":max";
  constexpr std::string_view kLeast = ":min";
  if (word.ends_with(kMost)) {
    return {word.substr(0, word.size() - kMost.size()), analysis::Goal::kMost};
  }
  return {word.ends_with(kLeast) ? word.substr(0, word.size() - kLeast.size()) : word, analysis::Goal::kLeast};
}

template <class Named>
std::size_t place_of(const std::vector<Named>& all, const std::string& name, const char* what) {
  const auto place = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  if (place == all.end()) {
    std::vector<std::string> names;
    for (const Named& one : all) {
      names.push_back(one.name);
    }
    fail("break-even: '{}' is none of the {}: {}", name, what, fmt::join(names, ", "));
  }
  return static_cast<std::size_t>(place - all.begin());
}

analysis::Request request_of(const analysis::Points& points, const std::vector<std::string>& map) {
  analysis::Request request{points.factors.size() - 1, std::nullopt};
  if (!map.empty()) {
    request.break_even = {place_of(points.factors, map[0], "axes"), place_of(points.factors, map[1], "axes"),
                          request.who, place_of(points.metrics, map[2], "objectives")};
    if (request.break_even->x == request.break_even->y || request.break_even->x == request.who ||
        request.break_even->y == request.who) {
      fail("break-even: expected two different axes, found '{}' and '{}'", map[0], map[1]);
    }
  }
  return request;
}

/// Draws all pictures, or says why there are none.
void draw(const std::vector<analysis::NamedPicture>& pictures, OutputFiles& files) {
  if (const auto reason = why_no_pictures()) {
    fmt::print("No pictures: {}\n", *reason);
    return;
  }
  for (const analysis::NamedPicture& named : pictures) {
    const analysis::Picture& picture = named.picture;
    draw_svg(picture.script, picture.width, picture.height, files.reserve(named.name));
  }
}

}  // namespace

std::vector<std::string> write_analyses(const std::string& table, const std::string& name,
                                        const analysis::TableColumns& columns,
                                        const std::vector<std::string>& break_even, const std::string& folder) {
  const auto points = analysis::read_points(table, columns, name);
  const auto analyses = analysis::analyse(points, request_of(points, break_even));
  scenarios::check_output_folder(folder);
  OutputFiles files(folder);
  for (const analysis::NamedText& text : analyses.tables) {
    files.write(text.name, text.text);
  }
  draw(analyses.pictures, files);
  return files.commit({});
}

void analyse_table(const AnalyseArguments& arguments) {
  analysis::TableColumns columns{{}, arguments.by, {}};
  for (const std::string& axis : arguments.axes) {
    columns.factors.push_back({axis, {axis}});
  }
  std::transform(arguments.objectives.begin(), arguments.objectives.end(), std::back_inserter(columns.metrics),
                 metric_of);
  const std::string beside = std::filesystem::path(arguments.table).parent_path().string();
  const std::string folder = !arguments.folder.empty() ? arguments.folder : beside.empty() ? "." : beside;
  for (const std::string& path :
       write_analyses(read_file(arguments.table), arguments.table, columns, arguments.break_even, folder)) {
    fmt::print("{}\n", path);
  }
}

}  // namespace sigdel::cli
