/// The mesh in the report: its shape, its mapping, and what a run on it took.
#pragma once

#include <cstddef>

#include "energy/report.hpp"
#include "scenarios/plan.hpp"
#include "sim/cli/worker.hpp"

namespace sigdel::cli {

/// Steps from a frame's entry to its answer: as many as layers in step semantics, else 0.
std::size_t lag_of(const scenarios::Plan& plan);

energy::MappingResult mapping_of(const scenarios::Plan& plan);
energy::MeshShape shape_of(const scenarios::Plan& plan);
energy::MachineResult machine_of(const scenarios::Plan& plan, const WorkerResult& worker);

}  // namespace sigdel::cli
