/// The program's name and version.
#pragma once

#include <string>

namespace sigdel::cli {

/// "sigdel 0.1.0"
std::string program_version();

}  // namespace sigdel::cli
