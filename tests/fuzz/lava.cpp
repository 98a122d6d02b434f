/// libFuzzer over the importer of lava-dl's files: any bytes give a graph or an InputError. CONTRIBUTING.md says how to
/// run it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "models/base/errors.hpp"
#include "models/import/lava.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    static_cast<void>(
        sigdel::import::graph_of(sigdel::import::load_lava({reinterpret_cast<const char*>(data), size}, "fuzz.net")));
  } catch (const sigdel::InputError&) {
    return 0;
  }
  return 0;
}
