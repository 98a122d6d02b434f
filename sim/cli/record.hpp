/// `sigdel record`: what every layer sends, into a file from which machines can be timed.
#pragma once

#include <ostream>
#include <string>

#include "scenarios/plan.hpp"

namespace sigdel::cli {

/// The scenario without what a recording does not depend on, or is made by: machine, trace of the machine, execution.
scenarios::Scenario recordable(scenarios::Scenario scenario);

/// Writes the recording itself, of all of the plan's modes. Throws InputError if `out`, the file, cannot take it, and
/// Interrupted.
void write_recording(const scenarios::Plan& plan, std::ostream& out, const std::string& file);

/// Runs every mode through the functional executor and writes what it sends into `file`; prints what was written.
void record(const scenarios::Plan& plan, const std::string& file);

/// Where the recording goes if the user does not say: where the scenario would read it, or else the output folder.
std::string default_recording(const scenarios::Scenario& scenario);

}  // namespace sigdel::cli
