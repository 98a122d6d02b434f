/// The forms of a run's report. None opens a file or prints: the command line does.
#pragma once

#include <string>

#include "energy/report.hpp"
#include "energy/table.hpp"

namespace sigdel::energy {

/// What `sigdel run` prints: per layer, per mode, energies, checks, speed, and how to read it.
std::string write_text(const Report& report, const Table& table);

/// report.json: everything, at full precision. Numbers that depend on the host's speed stand under the one key
/// `timing`; the rest is the same on every run of a scenario. docs/formats/report.md describes it.
std::string write_json(const Report& report, const Table& table);

/// layers.csv: a row per mode and layer. docs/formats/layers-csv.md describes it.
std::string write_csv(const Report& report, const Table& table);

/// frames.csv: a row per mode, frame and layer with every tally. docs/formats/frames-csv.md describes it.
std::string write_frames_csv(const Report& report);

/// outputs.csv: a row per mode and frame, its class and its distance from the float32 network's outputs.
/// docs/formats/outputs-csv.md describes it.
std::string write_outputs_csv(const Report& report);

/// tensors.csv: a row per frame and tensor, how far it is from the frame before. docs/formats/tensors-csv.md describes
/// it.
std::string write_tensors_csv(const Report& report);

}  // namespace sigdel::energy
