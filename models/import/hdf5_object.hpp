/// Objects of an HDF5 file as h5py writes it by default (superblock 0, object headers of version 1, groups as symbol
/// tables, values behind each other): The HDF5 Group, "HDF5 File Format Specification Version 3.0". Everything else is
/// refused. docs/decisions/0011 says why this is not libhdf5's work.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/import/hdf5_bytes.hpp"

namespace sigdel::import {

struct Hdf5Type {
  enum class Kind { kInteger, kFloat, kFlag, kText, kVariableText };
  Kind kind = Kind::kInteger;
  std::uint32_t width = 0;  ///< bytes of a value
  bool is_signed = false;   ///< of an integer
};

/// One dataset, or a group.
struct Hdf5Object {
  bool is_group = false;
  std::uint64_t tree = 0;  ///< of a group, where its links are
  std::uint64_t heap = 0;  ///< and their names
  Hdf5Type type;
  std::vector<std::uint64_t> shape;
  std::string_view values;  ///< of a dataset, as they are in the file: a whole number of them, as the shape has it
};

/// Where the root group's header is. Throws DamagedHdf5 for another superblock.
std::uint64_t hdf5_root(const Hdf5Bytes& file);

/// What the header at that address says. Throws DamagedHdf5 for what is damaged or not read (attributes, filters,
/// chunks, other files and types).
Hdf5Object hdf5_object(const Hdf5Bytes& file, std::uint64_t header);

/// Calls visit(name, address of its header) for every link of a group; throws DamagedHdf5 for links to elsewhere.
void for_each_hdf5_link(const Hdf5Bytes& file, const Hdf5Object& group,
                        const std::function<void(const std::string&, std::uint64_t)>& visit);

/// The text that a value of kind kVariableText stands for.
std::string hdf5_text(const Hdf5Bytes& file, const Hdf5Bytes& value);

}  // namespace sigdel::import
