/// Whether a run's reports can be written, known before the run.
#pragma once

#include <string>

namespace sigdel::scenarios {

/// Throws InputError if the folder is not there and cannot be made, or if no file can be written into it. Leaves
/// nothing behind.
void check_output_folder(const std::string& folder);

}  // namespace sigdel::scenarios
