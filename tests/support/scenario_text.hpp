/// Small scenarios for tests, and the messages of their errors.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::test {

/// Every required key, on lines 1 to 8.
inline const std::string kSmallScenario =
    "network:\n"
    "  file: net.onnx\n"
    "scales: [2.0, 1.5]\n"
    "stimulus:\n"
    "  images: images.idx3\n"
    "machine:\n"
    "  clock_mhz: 500\n"
    "  mesh: {columns: 3, rows: 2}\n";

/// Reads a scenario's text as file `s.yaml`; messages begin with that name, without the folder.
inline scenarios::Scenario read_text(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const TemporaryFolder folder;
  return scenarios::read_scenario(folder.write("s.yaml", text), overrides);
}

inline std::string error_of_text(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const TemporaryFolder folder;
  const std::string file = folder.write("s.yaml", text);
  std::string message = error_of([&] { scenarios::read_scenario(file, overrides); });
  const std::string prefix = folder.path() + "/";
  for (std::size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
    message.erase(at, prefix.size());
  }
  return message;
}

}  // namespace sigdel::test
