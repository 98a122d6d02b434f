#include <fmt/format.h>

#include "energy/csv.hpp"
#include "energy/writers.hpp"

namespace sigdel::energy {
namespace {

std::string label_of(const Report& report, std::size_t frame) {
  return report.labels.empty() ? "" : fmt::format("{}", report.labels[frame]);
}

std::string cell(std::optional<double> value) { return value ? fmt::format("{}", *value) : ""; }

}  // namespace

std::string write_outputs_csv(const Report& report) {
  std::string csv = "mode,frame,label,class,float_class,rank,relative_error\r\n";
  for (const ModeResult& mode : report.modes) {
    if (mode.systolic) {
      continue;  // the outputs are those of the entry for the mode itself
    }
    for (std::size_t frame = 0; frame < mode.answers.size(); ++frame) {
      const Answer& answer = mode.answers[frame];
      const FloatAnswer& in_float = report.float_answers[frame];
      const auto error = in_float.l1 > 0 ? std::optional(answer.distance / in_float.l1) : std::nullopt;
      csv += fmt::format("{},{},{},{},{},{},{}\r\n", name_of(mode.mode), frame, label_of(report, frame), answer.number,
                         in_float.number, answer.rank, cell(error));
    }
  }
  return csv;
}

std::string write_tensors_csv(const Report& report) {
  std::string csv = "frame,tensor,l1,l1_distance,cosine_distance\r\n";
  for (std::size_t frame = 0; frame < report.tensor_frames.size(); ++frame) {
    for (std::size_t i = 0; i < report.tensors.size(); ++i) {
      const TensorFrame& tensor = report.tensor_frames[frame][i];
      csv += fmt::format("{},{},{},{},{}\r\n", frame, csv_field(report.tensors[i]), tensor.l1, cell(tensor.l1_distance),
                         cell(tensor.cosine_distance));
    }
  }
  return csv;
}

}  // namespace sigdel::energy
