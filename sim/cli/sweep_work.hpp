/// A sweep's points, and which of them share what.
#pragma once

#include <string>
#include <vector>

#include "scenarios/sweep/fingerprint.hpp"
#include "scenarios/sweep/points.hpp"

namespace sigdel::cli {

struct PointWork {
  scenarios::Point point;
  std::string name;  ///< of its result: a hash of the program and of all that the result depends on
};

/// Points that differ in prices only: one simulation serves them all.
struct PointGroup {
  std::string activity;             ///< name of the simulation's result
  std::string arithmetic;           ///< name of the recording
  std::vector<std::size_t> points;  ///< numbers; of points with the same result only the first
};

struct SweepWork {
  scenarios::Sweep sweep;
  std::vector<PointWork> points;
  std::vector<PointGroup> groups;  ///< in the order of their first points
};

/// Reads a sweep file, enumerates its points and names their results; a function of the files and of the program.
/// Throws InputError for whatever is wrong with them, a file that a point names and is not there included.
SweepWork read_work(const std::string& file);

/// For the fingerprints of points: the version and the build.
scenarios::Fingerprints program_fingerprints();

}  // namespace sigdel::cli
