/// CSV as RFC 4180 has it.
#pragma once

#include <string>

namespace sigdel::energy {

/// A cell: in quotes, quotes inside doubled, where it holds a comma, a quote or a line end.
std::string csv_field(const std::string& text);

}  // namespace sigdel::energy
