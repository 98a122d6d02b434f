#include "scenarios/keys.hpp"

#include <algorithm>

#include "models/network/graph.hpp"
#include "scenarios/key_groups.hpp"

namespace sigdel::scenarios {
namespace {

std::vector<Key> general_keys() {
  return {
      {.path = "name",
       .item = Item::kName,
       .derived = "the file's name without .yaml",
       .meaning = "names the run in its reports and its default output folder",
       .field = at([](auto& s) -> auto& { return s.name; })},
      {.path = "network.file",
       .item = Item::kFile,
       .need = Need::kRequired,
       .meaning = "the trained network, an ONNX file or one of lava-dl (HDF5, `.net`)",
       .field = at([](auto& s) -> auto& { return s.network.file; })},
      {.path = "network.weight_bits",
       .choices = {"8", "16", "32"},
       .unit = "bits",
       .meaning = "width of the fixed-point weights",
       .field = at([](auto& s) -> auto& { return s.network.weight_bits; })},
      {.path = "network.accumulator_bits",
       .choices = {"16", "32"},
       .unit = "bits",
       .meaning = "width of accumulators and biases",
       .field = at([](auto& s) -> auto& { return s.network.accumulator_bits; })},
      {.path = "network.activation_bits",
       .limits = {2, 16},
       .unit = "bits",
       .meaning = "width of an activation in `dense`, `zero-skip` and `temporal-difference`",
       .field = at([](auto& s) -> auto& { return s.network.activation_bits; })},
      {.path = "network.max_magnitude",
       .limits = {1, 32767},
       .meaning = "largest magnitude of a value in `rounding` and `sigma-delta`; larger ones are clamped and counted",
       .field = at([](auto& s) -> auto& { return s.network.max_magnitude; })},
      {.path = "network.message_bits",
       .limits = {0, network::FixedPoint::kMostMessageBits},
       .unit = "bits",
       .meaning = "width of a message with its sign in `threshold`, 2 or more; larger ones are clamped and counted; 0: "
                  "what the file says, else 16",
       .field = at([](auto& s) -> auto& { return s.network.message_bits; })},
      {.path = "network.residue",
       .item = Item::kChoice,
       .choices = names_of<network::Residue>(),
       .meaning =
           "what a neuron remembers in `threshold` of what it did not send: nothing; changes below the threshold; "
           "or the bits that a message drops, too",
       .field = at([](auto& s) -> auto& { return s.network.residue; })},
      {.path = "semantics",
       .item = Item::kChoice,
       .choices = names_of<Semantics>(),
       .meaning = "`frame`: a layer fires frame t when it has all of frame t; `step`: every layer fires in every step, "
                  "from what the one before sent in the step before (lava-dl), and a frame's answer comes as many "
                  "steps later as there are layers; on a machine `step` needs `machine.discipline: barrier`",
       .field = at([](auto& s) -> auto& { return s.machine.semantics; })},
  };
}

std::vector<Key> scales_keys() {
  return {
      {.path = "scales",
       .item = Item::kReal,
       .limits = {1e-6, 1e6},
       .list = kLongList,
       .derived = "from scale_factor",
       .meaning = "scale of every quantised tensor: the frame, then whatever weight layers read, in the order in which "
                  "`sigdel check` prints them; one number stands for all; this, `scale_factor` or `scales_file`",
       .field = at([](auto& s) -> auto& { return s.scales; })},
      {.path = "scale_factor",
       .item = Item::kReal,
       .limits = {0, 1e6},
       .meaning =
           "instead of `scales`: the scale of every quantised tensor is this over the root mean square of its "
           "non-zero values in the float network, over the run's frames, rounded to eight significant bits; 0: none",
       .field = at([](auto& s) -> auto& { return s.scale_factor; })},
      {.path = "scales_file",
       .item = Item::kFile,
       .derived = "none",
       .meaning = "instead of `scales`: a file that `sigdel tune` wrote for this network (docs/formats/scales.md); "
                  "`none`: no file",
       .field = at([](auto& s) -> auto& { return s.scales_file; })},
  };
}

std::vector<Key> mode_keys() {
  return {
      {.path = "modes",
       .item = Item::kChoice,
       .choices = names_of<Mode>(),
       .list = kModeList,
       .derived = "all but threshold",
       .meaning = "the ways to run the network that the report compares",
       .field = at([](auto& s) -> auto& { return s.modes; })},
  };
}

std::vector<Key> all_keys() {
  std::vector<Key> all;
  for (const auto& part : {general_keys(), scales_keys(), stimulus_keys(), mode_keys(), machine_keys(), systolic_keys(),
                           energy_keys(), experiment_keys(), output_keys(), tune_keys()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = all_keys();
  return kKeys;
}

const Key* find_key(std::string_view path) {
  const auto found = std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.path == path; });
  return found == keys().end() ? nullptr : &*found;
}

bool is_section(std::string_view path) {
  return std::any_of(keys().begin(), keys().end(), [&](const Key& key) {
    return key.path.size() > path.size() && key.path.starts_with(path) && key.path[path.size()] == '.';
  });
}

bool names_file(const Key& key, std::string_view text) {
  return key.item == Item::kFile ||
         (key.item == Item::kTable && (text.find('/') != std::string_view::npos || text.ends_with(".yaml")));
}

}  // namespace sigdel::scenarios
