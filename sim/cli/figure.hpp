/// Pictures, drawn by gnuplot.
#pragma once

#include <optional>
#include <string>

namespace sigdel::cli {

/// Why nothing can be drawn here, or nothing.
std::optional<std::string> why_no_pictures();

/// Draws a script into an SVG file of that many pixels. Throws InputError if
/// there is no gnuplot or it complains.
void draw_svg(const std::string& script, int width, int height, const std::string& file);

}  // namespace sigdel::cli
