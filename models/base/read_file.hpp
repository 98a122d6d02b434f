/// The one way in which files come in.
#pragma once

#include <cstdint>
#include <string>

namespace sigdel {

/// The longest that any file may be: protobuf's limit on a message, far above all others.
inline constexpr std::uintmax_t kMaxFileBytes = 2147483647;

/// The bytes of a regular file or of a pipe. Throws InputError "<path>: <reason>" for what is missing, a folder, a
/// device, not readable, or longer than `max_bytes`; a path that the system refuses (too long) is not readable, too.
std::string read_file(const std::string& path, std::uintmax_t max_bytes = kMaxFileBytes);

}  // namespace sigdel
