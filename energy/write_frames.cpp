#include <fmt/format.h>

#include "energy/csv.hpp"
#include "energy/writers.hpp"

namespace sigdel::energy {
namespace {

/// Two cells, empty for modes that did not run on the machine.
std::string times_of(const ModeResult& mode, std::size_t frame) {
  if (!mode.machine) {
    return ",,";
  }
  const FrameCycles& cycles = mode.machine->frames[frame];
  return fmt::format(",{},{}", cycles.entered.value, cycles.left ? fmt::format("{}", cycles.left->value) : "");
}

}  // namespace

std::string write_frames_csv(const Report& report) {
  std::string csv = "mode,frame,layer";
  for (const Tally tally : all_of<Tally>()) {
    csv += fmt::format(",{}", name_of(tally));
  }
  csv += ",entered_cycle,left_cycle\r\n";
  for (const ModeResult& mode : report.modes) {
    for (std::size_t frame = 0; frame < mode.frames.size(); ++frame) {
      for (std::size_t l = 0; l < report.layers.size(); ++l) {
        csv += fmt::format("{},{},{}", name_of(mode.mode), frame, csv_field(report.layers[l].name));
        for (const Tally tally : all_of<Tally>()) {
          csv += fmt::format(",{}", mode.frames[frame][l][tally]);
        }
        csv += times_of(mode, frame) + "\r\n";
      }
    }
  }
  return csv;
}

}  // namespace sigdel::energy
