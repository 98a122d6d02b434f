// Mapping files: what is written reads back, and what is no mapping of the network is refused at its line.
#include "scenarios/mapping_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/mappings.hpp"
#include "tests/support/random_images.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sigdel::scenarios {
namespace {

using mapping::Capacity;
using mapping::Mapping;
using mapping::Slice;
using network::IntegerNetwork;
using test::slice;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Capacity kCapacity{2, 3, 1000, 1000};
const std::string kHead = "format: sigdel-mapping\nversion: 1\nlayers:\n";
const std::string kFc1 = "  fc1: [{core: [2, 1], neurons: [0, 2]}]\n";

/// fc0 with four neurons, fc1 with three.
IntegerNetwork small_network() { return test::network_of({4, 4, 3}); }

Mapping read_text(const std::string& text) {
  const TemporaryFolder folder;
  return read_mapping(folder.write("m.yaml", text), small_network(), kCapacity);
}

/// The message without the folder.
std::string error_of(const std::string& text) {
  const TemporaryFolder folder;
  const std::string file = folder.write("m.yaml", text);
  const std::string message = test::refusal([&] { read_mapping(file, small_network(), kCapacity); });
  return message.starts_with(folder.path() + "/") ? message.substr(folder.path().size() + 1) : message;
}
/// The message for these parts of fc0, the first on line 5.
std::string error_of_parts(const std::string& parts) { return error_of(kHead + "  fc0:\n" + parts + kFc1); }

TEST(ReadMapping, TakesPartsInAnyOrderAndBothFormsOfACore) {
  const Mapping mapping =
      read_text("layers:\n" + kFc1 +
                "  fc0:\n  - {neurons: [2, 3], core: core_1_1}\n  - core: [0, 1]\n    neurons: [0, 1]\n"
                "version: 1\nformat: sigdel-mapping\n");
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{slice(0, 1, {0, 2}), slice(0, 3, {2, 4}), slice(1, 5, {0, 3})}));
}

TEST(ReadMapping, RefusesWhatIsNoMappingFile) {
  EXPECT_THAT(test::refusal([] { read_mapping("no.yaml", small_network(), kCapacity); }),
              HasSubstr("no.yaml: there is no such file"));
  EXPECT_THAT(error_of(""), HasSubstr("m.yaml: the file is empty; docs/formats/mapping.md"));
  EXPECT_THAT(error_of("- a\n"), HasSubstr("m.yaml:1: expected keys"));
  EXPECT_THAT(error_of("a: [\n"), HasSubstr("not YAML"));
  EXPECT_THAT(error_of("format: sigdel-mapping\nversion: 1\n"), HasSubstr("m.yaml:1: 'layers' is missing"));
  EXPECT_THAT(error_of("format: other\nversion: 1\nlayers: {}\n"), StartsWith("m.yaml:1: format: expected sigdel-"));
  EXPECT_THAT(error_of("format: sigdel-mapping\nversion: 2\nlayers: {}\n"),
              StartsWith("m.yaml:2: version: expected 1"));
  EXPECT_THAT(error_of(kHead + "  fc0: []\nmesh: 3\n"), StartsWith("m.yaml:5: mesh: unknown key; known here: format"));
  EXPECT_THAT(error_of("format: sigdel-mapping\nformat: x\n"), StartsWith("m.yaml:2: format: written twice"));
}

TEST(ReadMapping, LayersAreTheNetworks) {
  EXPECT_THAT(error_of(kHead + "  fc7: []\n"), StartsWith("m.yaml:4: layers.fc7: the network has no such layer; it has "
                                                          "fc0, fc1"));
  EXPECT_THAT(error_of(kHead + kFc1), StartsWith("m.yaml:4: layers: layer 'fc0' is missing: its 4 neurons"));
  EXPECT_THAT(error_of(kHead + kFc1 + kFc1), StartsWith("m.yaml:5: layers.fc1: written twice"));
  EXPECT_THAT(error_of(kHead + "  fc0: 3\n"), StartsWith("m.yaml:4: layers.fc0: expected a list of parts"));
  EXPECT_THAT(error_of(kHead + "  fc0: []\n"), StartsWith("m.yaml:4: layers.fc0: expected a list of parts"));
  EXPECT_THAT(error_of(kHead + "  - fc0\n"), StartsWith("m.yaml:4: layers: expected the network's layers: fc0, fc1"));
}

TEST(ReadMapping, PartsNameLineAndKey) {
  EXPECT_THAT(error_of_parts("  - 3\n"), StartsWith("m.yaml:5: layers.fc0[0]: expected a map with core, neurons"));
  EXPECT_THAT(error_of_parts("  - {core: [0, 0]}\n"), StartsWith("m.yaml:5: layers.fc0[0]: 'neurons' is missing"));
  EXPECT_THAT(error_of_parts("  - {core: [0, 0], neurons: [0, 3], lanes: 4}\n"),
              StartsWith("m.yaml:5: layers.fc0[0].lanes: unknown key"));
  for (const char* core : {"3", "[0]", "[0, 0, 0]", "[-1, 0]", "[0, 1.0]", "['0', 0]", "core_0", "core_0_", "core_a_0",
                           "router_0_0", "core_0_0_0", "core_+1_0", "{}"}) {
    EXPECT_THAT(error_of_parts(fmt::format("  - {{core: {}, neurons: [0, 3]}}\n", core)),
                StartsWith("m.yaml:5: layers.fc0[0].core: expected [row, column] or core_<row>_<column>"))
        << core;
  }
  for (const char* neurons : {"3", "[0]", "[0, 1, 2]", "[a, 3]", "[0, 99999999999]", "[-1, 3]", "~"}) {
    EXPECT_THAT(error_of_parts(fmt::format("  - {{core: core_0_0, neurons: {}}}\n", neurons)),
                StartsWith("m.yaml:5: layers.fc0[0].neurons: expected [first, last], two integers"))
        << neurons;
  }
  EXPECT_THAT(error_of_parts("  - {core: [3, 0], neurons: [0, 3]}\n"),
              StartsWith("m.yaml:5: layers.fc0[0].core: there is no core_3_0; the mesh has 2 x 3 cores, the last is "
                         "core_2_1"));
  EXPECT_THAT(error_of_parts("  - {core: core_0_2, neurons: [0, 3]}\n"), HasSubstr("there is no core_0_2"));
  EXPECT_THAT(error_of_parts("  - {core: [0, 0], neurons: [0, 4]}\n"),
              StartsWith("m.yaml:5: layers.fc0[0].neurons: neuron 4, but layer 'fc0' has 4 neurons, 0 to 3"));
  EXPECT_THAT(error_of_parts("  - {core: [0, 0], neurons: [3, 2]}\n"), HasSubstr("the first neuron, 3, comes after"));
}

TEST(ReadMapping, EveryNeuronHasOneCore) {
  const std::string first = "  - {core: [0, 0], neurons: [0, 1]}\n";
  EXPECT_THAT(error_of_parts(first), StartsWith("m.yaml:5: layers.fc0: neuron 2 of layer 'fc0' has no core"));
  EXPECT_THAT(error_of_parts(first + "  - {core: [0, 1], neurons: [3, 3]}\n"),
              StartsWith("m.yaml:6: layers.fc0[1]: these neurons begin with 3, but 2 of layer 'fc0' has no core"));
  EXPECT_THAT(
      error_of_parts("  - {core: [0, 1], neurons: [1, 3]}\n" + first),
      StartsWith("m.yaml:5: layers.fc0[0]: these neurons begin with 1, but 1 of layer 'fc0' already has a core"));
  EXPECT_THAT(error_of_parts(first + "  - {core: core_0_0, neurons: [2, 3]}\n"),
              StartsWith("m.yaml:6: layers.fc0[1].core: core_0_0 already has a part of layer 'fc0'"));
}

TEST(WriteMapping, IsMadeForPeople) {
  const Mapping mapping{{slice(0, 0, {0, 3}), slice(0, 3, {3, 4}), slice(1, 5, {0, 3})}};
  EXPECT_THAT(
      write_mapping(mapping, small_network(), kCapacity),
      HasSubstr("layers:\n  fc0:\n    - {core: core_0_0, neurons: [0, 2]}\n    - {core: core_1_1, neurons: [3, 3]}\n"
                "  fc1:\n    - {core: core_2_1, neurons: [0, 2]}\n"));
}

TEST(WriteMapping, ReadsBackTheSame) {
  Random random(5);
  const TemporaryFolder folder;
  const std::vector<std::string> names{"fc1", "null",  "true",   "12", "a: b", "#",
                                       "- x", "\"q\"", "tab\tx", "",   "~",    "ü"};
  for (int mapped = 0; mapped < 200;) {
    IntegerNetwork network = test::random_layers(random);
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      network.layers[l].name = names[(random.below(2) + 2 * l) % names.size()];
    }
    const Capacity capacity = test::random_capacity(random);
    try {
      const Mapping mapping = map_automatically(network, capacity);
      const std::string text = write_mapping(mapping, network, capacity);
      ASSERT_EQ(read_mapping(folder.write("m.yaml", text), network, capacity).slices, mapping.slices) << text;
      ++mapped;
    } catch (const InputError& error) {
      ASSERT_THAT(error.what(), StartsWith("layer '")) << "only the mapper may refuse";
    }
  }
}

/// One layer that sends an image of 4 channels, 6 rows and 5 columns; then a vector.
IntegerNetwork small_images() { return test::images_of({1, 6, 5}, {{4, test::same(3)}, {3, {{6, 5}, {1, 1}}}}); }

const std::string kConv1 = "  conv1: [{core: [2, 1], neurons: [0, 2]}]\n";

Mapping read_image_text(const std::string& parts) {
  const TemporaryFolder folder;
  return read_mapping(folder.write("m.yaml", kHead + "  conv0:\n" + parts + kConv1), small_images(), kCapacity);
}

std::string error_of_boxes(const std::string& parts) {
  const TemporaryFolder folder;
  const std::string file = folder.write("m.yaml", kHead + "  conv0:\n" + parts + kConv1);
  const std::string message = test::refusal([&] { read_mapping(file, small_images(), kCapacity); });
  return message.starts_with(folder.path() + "/") ? message.substr(folder.path().size() + 1) : message;
}

TEST(ReadMapping, TakesBoxesOfImages) {
  const Mapping mapping = read_image_text(
      "  - {core: [1, 0], rows: [3, 5], channels: [2, 3]}\n  - {core: [0, 1], rows: [0, 2]}\n"
      "  - {channels: [0, 1], rows: [3, 5], columns: [0, 4], core: core_0_0}\n");
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{{{0}, {1}, {{0, 3}, {0, 5}, {0, 4}}},
                                                {{0}, {0}, {{3, 6}, {0, 5}, {0, 2}}},
                                                {{0}, {2}, {{3, 6}, {0, 5}, {2, 4}}},
                                                slice(1, 5, {0, 3})}));
  EXPECT_EQ(read_image_text("  - {core: [0, 0]}\n").slices.front().box, (network::Box{{0, 6}, {0, 5}, {0, 4}}));
}

TEST(ReadMapping, BoxesNameLineAndKey) {
  EXPECT_THAT(error_of_boxes("  - {core: [0, 0], neurons: [0, 3]}\n"),
              StartsWith("m.yaml:5: layers.conv0[0].neurons: unknown key; known here: core, channels, rows, columns"));
  EXPECT_THAT(error_of_boxes("  - {rows: [0, 3]}\n"), StartsWith("m.yaml:5: layers.conv0[0]: 'core' is missing"));
  EXPECT_THAT(error_of_boxes("  - {core: [0, 0], rows: [0, 6]}\n"),
              StartsWith("m.yaml:5: layers.conv0[0].rows: row 6, but layer 'conv0' has 6 rows, 0 to 5"));
  EXPECT_THAT(error_of_boxes("  - {core: [0, 0], columns: [0, 5]}\n"),
              HasSubstr("column 5, but layer 'conv0' has 5 col"));
  EXPECT_THAT(error_of_boxes("  - {core: [0, 0], channels: [3, 2]}\n"),
              HasSubstr("channels: the first channel, 3, comes after the last, 2"));
  EXPECT_THAT(error_of_boxes("  - {core: [0, 0], rows: 3}\n"), HasSubstr("rows: expected [first, last], two integers"));
  EXPECT_THAT(error_of_boxes("  - {core: [0, 0], rows: ~}\n"), HasSubstr("rows: expected [first, last], two integers"));
  EXPECT_THAT(error_of_boxes("    3\n"),
              HasSubstr("expected a list of parts, each with core and channels, rows, columns"));
}

TEST(ReadMapping, BoxesCoverAnImageOnce) {
  const std::string first = "  - {core: [0, 0], rows: [0, 2]}\n";
  EXPECT_THAT(
      error_of_boxes(first + "  - {core: [0, 1], rows: [2, 5]}\n"),
      StartsWith("m.yaml:6: layers.conv0[1]: channels 0..3, rows 2..5, columns 0..4, but some of these already have a "
                 "core: channels 0..3, rows 0..2, columns 0..4"));
  EXPECT_THAT(error_of_boxes(first + "  - {core: [0, 1], rows: [3, 5], columns: [0, 3]}\n"),
              StartsWith("m.yaml:5: layers.conv0: 12 of the 120 neurons of layer 'conv0' have no core, the first at "
                         "channel 0, row 3, column 4"));
  EXPECT_THAT(
      error_of_boxes(first + "  - {core: [0, 0], rows: [3, 5]}\n"),
      StartsWith("m.yaml:6: layers.conv0[1].core: core_0_0 already has a part of layer 'conv0'; a core has one box"));
}

TEST(WriteMapping, LeavesOutWhatIsWhole) {
  const Mapping mapping{{{{0}, {1}, {{0, 3}, {0, 5}, {0, 4}}},
                         {{0}, {0}, {{3, 6}, {0, 5}, {0, 2}}},
                         {{0}, {2}, {{3, 6}, {0, 5}, {2, 4}}},
                         slice(1, 5, {0, 3})}};
  EXPECT_THAT(write_mapping(mapping, small_images(), kCapacity),
              HasSubstr("  conv0:\n    - {core: core_0_1, rows: [0, 2]}\n"
                        "    - {core: core_0_0, channels: [0, 1], rows: [3, 5]}\n"
                        "    - {core: core_1_0, channels: [2, 3], rows: [3, 5]}\n  conv1:\n"));
}

TEST(WriteMapping, ImagesReadBackTheSame) {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const IntegerNetwork network = test::random_image_case(seed).network;
    const Capacity capacity{3, 3, 1U << 16U, 1U << 16U};
    const Mapping mapping = map_automatically(network, capacity);
    const std::string text = write_mapping(mapping, network, capacity);
    ASSERT_EQ(read_mapping(folder.write("m.yaml", text), network, capacity).slices, mapping.slices) << text;
  }
}

/// One character of a good file is changed, or one line goes: what is still read is a mapping of all neurons, the rest
/// is refused with file and line.
TEST(ReadMapping, SurvivesMutations) {
  Random random(9);
  const TemporaryFolder folder;
  const IntegerNetwork network = small_images();
  const std::string good = write_mapping(mapping::map_automatically(network, {2, 3, 200, 200}), network, kCapacity);
  const std::string letters = "0123456789[]{},: -corewslnh_\n#~";
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    const std::size_t at = random.below(text.size());
    if (random.below(4) == 0) {
      text.erase(at, text.find('\n', at) - at);
    } else {
      text[at] = letters[random.below(letters.size())];
    }
    const std::string file = folder.write("m.yaml", text);
    try {
      const Mapping mapping = read_mapping(file, network, kCapacity);
      ASSERT_NO_FATAL_FAILURE(test::check_mapping(mapping, network, {2, 3, 1U << 20U, 1U << 20U})) << text;
    } catch (const InputError& error) {
      ASSERT_THAT(error.what(), StartsWith(file + ":")) << text;
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace sigdel::scenarios
