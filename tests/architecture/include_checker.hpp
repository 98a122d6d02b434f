/// Checks one source file against the tables of include_rules.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sigdel::architecture {

/// What is wrong with the file, as "path:line: reason". `path` is relative to the source folder, with slashes.
std::vector<std::string> violations(std::string_view path, std::string_view text);

/// The text without comments; line breaks stay, so that line numbers hold.
std::string without_comments(std::string_view text);

}  // namespace sigdel::architecture
