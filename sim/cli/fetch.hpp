/// Data sets that experiments need and the project does not ship.
#pragma once

#include <string>

namespace sigdel::cli {

struct FetchArguments {
  std::string data_set;  ///< a name of the list that messages show
  std::string folder;    ///< empty: data/NAME in the current folder
};

/// Puts the four IDX files of a data set into a new folder, by their usual names, each with the checksum that the list
/// in fetch.cpp states. Says so and does nothing if the folder holds them already. Throws InputError, and leaves
/// nothing behind, if the folder holds anything else, a program or the network is missing, or a file is not the right
/// one.
void fetch(const FetchArguments& arguments);

}  // namespace sigdel::cli
