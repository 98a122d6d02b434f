#include "sim/cli/version.hpp"

namespace sigdel::cli {

std::string program_version() { return "sigdel " SIGDEL_VERSION; }

}  // namespace sigdel::cli
