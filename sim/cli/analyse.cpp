#include "sim/cli/analyse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"
#include "scenarios/analysis/analyse.hpp"
#include "scenarios/analysis/read_table.hpp"
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
    fail("--break-even: '{}' is none of the {}: {}", name, what, fmt::join(names, ", "));
  }
  return static_cast<std::size_t>(place - all.begin());
}

analysis::Request request_of(const analysis::Points& points, const AnalyseArguments& arguments) {
  analysis::Request request{arguments.axes.size(), std::nullopt};
  if (!arguments.break_even.empty()) {
    request.break_even = {place_of(points.factors, arguments.break_even[0], "axes"),
                          place_of(points.factors, arguments.break_even[1], "axes"), request.who,
                          place_of(points.metrics, arguments.break_even[2], "objectives")};
    if (request.break_even->x == request.break_even->y || request.break_even->x == request.who ||
        request.break_even->y == request.who) {
      fail("--break-even: expected two different axes, found '{}' and '{}'", arguments.break_even[0],
           arguments.break_even[1]);
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

void analyse_table(const AnalyseArguments& arguments) {
  analysis::TableColumns columns{{}, arguments.by, {}};
  for (const std::string& axis : arguments.axes) {
    columns.factors.push_back({axis, {axis}});
  }
  std::transform(arguments.objectives.begin(), arguments.objectives.end(), std::back_inserter(columns.metrics),
                 metric_of);
  const auto points = analysis::read_points(read_file(arguments.table), columns, arguments.table);
  const auto analyses = analysis::analyse(points, request_of(points, arguments));
  const std::string beside = std::filesystem::path(arguments.table).parent_path().string();
  const std::string folder = !arguments.folder.empty() ? arguments.folder : beside.empty() ? "." : beside;
  scenarios::check_output_folder(folder);
  OutputFiles files(folder);
  for (const analysis::NamedText& table : analyses.tables) {
    files.write(table.name, table.text);
  }
  draw(analyses.pictures, files);
  for (const std::string& path : files.commit({})) {
    fmt::print("{}\n", path);
  }
}

}  // namespace sigdel::cli
