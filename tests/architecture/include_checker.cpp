#include "tests/architecture/include_checker.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "tests/architecture/include_rules.hpp"

namespace sigdel::architecture {
namespace {

/// `path` is `entry` itself or lies below it; the empty entry stands for everything.
bool is_below(std::string_view path, std::string_view entry) {
  return entry.empty() || path == entry || (path.starts_with(entry) && path.substr(entry.size()).starts_with('/'));
}

bool is_below_any(std::string_view path, Names entries) {
  return std::any_of(entries.begin(), entries.end(), [&](std::string_view entry) { return is_below(path, entry); });
}

bool is_standard(std::string_view header) { return header.find_first_of("./") == std::string_view::npos; }

std::optional<std::string> wrong_with_ours(std::string_view path, std::string_view header) {
  const auto* rule = std::find_if(kFolderRules.begin(), kFolderRules.end(),
                                  [&](const FolderRule& row) { return is_below(path, row.folder); });
  constexpr std::array<std::string_view, 5> kOurs{"models", "sim", "energy", "traces", "scenarios"};
  if (!is_below_any(header, kOurs)) {
    return fmt::format("\"{}\" is no path from the source folder to a file of the program", header);
  }
  if (is_below(header, rule->folder) || is_below_any(header, rule->may_include)) {
    return std::nullopt;
  }
  return fmt::format("{} may not include \"{}\", only itself and: {}", rule->folder, header,
                     fmt::join(rule->may_include, ", "));
}

std::optional<std::string> wrong_with_library(std::string_view path, std::string_view header) {
  const auto* rule = std::find_if(kLibraryRules.begin(), kLibraryRules.end(),
                                  [&](const LibraryRule& row) { return header.starts_with(row.header); });
  if (rule == kLibraryRules.end()) {
    return is_standard(header) ? std::nullopt
                               : std::optional(fmt::format("<{}> is in no row of include_rules.hpp", header));
  }
  if (is_below_any(path, rule->folders)) {
    return std::nullopt;
  }
  return fmt::format("<{}> may be included only in {}", header, fmt::join(rule->folders, ", "));
}

std::optional<std::string> wrong_with_include(std::string_view path, const std::string& line) {
  static const std::regex pattern(R"re(^\s*#\s*include\s*([<"])([^>"]*)[>"])re");
  std::smatch match;
  if (!std::regex_search(line, match, pattern)) {
    return std::nullopt;
  }
  const std::string header = match[2];
  return match[1] == "<" ? wrong_with_library(path, header) : wrong_with_ours(path, header);
}

std::optional<std::string> wrong_with_words(std::string_view path, const std::string& line) {
  static const std::vector<std::regex> patterns = [] {
    std::vector<std::regex> compiled;
    for (const WordRule& rule : kWordRules) {
      compiled.emplace_back(rule.pattern.begin(), rule.pattern.end(), std::regex::optimize);
    }
    return compiled;
  }();
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (!is_below_any(path, kWordRules[i].except_in) && std::regex_search(line, patterns[i])) {
      return std::string(kWordRules[i].why);
    }
  }
  return std::nullopt;
}

/// The position behind the string or character literal that starts at `begin`.
std::size_t end_of_literal(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[begin]) {
      return i + 1;
    }
  }
  return begin + 1;  // not a literal: a digit separator
}

}  // namespace

std::string without_comments(std::string_view text) {
  std::string code;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("//")) {
      i = std::min(text.find('\n', i), text.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
      code.append(static_cast<std::size_t>(std::count(&text[i], text.data() + end, '\n')), '\n');
      i = end;
    } else {
      const std::size_t end = rest.front() == '"' || rest.front() == '\'' ? end_of_literal(text, i) : i + 1;
      code.append(text, i, end - i);
      i = end;
    }
  }
  return code;
}

std::vector<std::string> violations(std::string_view path, std::string_view text) {
  const bool has_row = std::any_of(kFolderRules.begin(), kFolderRules.end(),
                                   [&](const FolderRule& row) { return is_below(path, row.folder); });
  if (!has_row) {
    return {fmt::format("{}:1: its folder has no row in include_rules.hpp", path)};
  }
  std::vector<std::string> found;
  const std::string code = without_comments(text);
  for (std::size_t begin = 0, number = 1; begin < code.size(); ++number) {
    const std::size_t end = std::min(code.find('\n', begin), code.size());
    const std::string line = code.substr(begin, end - begin);
    for (const auto& wrong : {wrong_with_include(path, line), wrong_with_words(path, line)}) {
      if (wrong) {
        found.push_back(fmt::format("{}:{}: {}", path, number, *wrong));
      }
    }
    begin = end + 1;
  }
  return found;
}

}  // namespace sigdel::architecture
