/// Mapping files: which core computes which neurons, as YAML that a person can edit (docs/formats/mapping.md).
#pragma once

#include <string>

#include "models/mapping/mapping.hpp"

namespace sigdel::scenarios {

/// Reads a file; parts may stand in any order. Throws InputError `file:line: key: ...` for what is no such file, names
/// a layer or core that is not there, or does not cover every neuron once; whether the memories suffice is
/// mapping::validate's matter.
mapping::Mapping read_mapping(const std::string& file, const network::IntegerNetwork& network,
                              const mapping::Capacity& capacity);

/// The mapping as such a file: read back, it gives the same mapping.
std::string write_mapping(const mapping::Mapping& mapping, const network::IntegerNetwork& network,
                          const mapping::Capacity& capacity);

}  // namespace sigdel::scenarios
