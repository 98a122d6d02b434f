#include "models/mapping/mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/mappings.hpp"

namespace sigdel::mapping {
namespace {

using network::IntegerNetwork;
using test::check_mapping;
using test::network_of;
using test::refusal;
using test::slice;
using testing::AllOf;
using testing::HasSubstr;

TEST(MapAutomatically, IsValidOrRefused) {
  Random random(3);
  int mapped = 0;
  int shared = 0;
  int refused = 0;
  while (mapped < 300 || shared < 30 || refused < 30) {
    const IntegerNetwork network = test::random_layers(random);
    const Capacity capacity = test::random_capacity(random);
    try {
      const Mapping mapping = map_automatically(network, capacity);
      ASSERT_NO_FATAL_FAILURE(check_mapping(mapping, network, capacity));
      ASSERT_NO_THROW(validate(mapping, network, capacity));
      ASSERT_EQ(map_automatically(network, capacity).slices, mapping.slices);
      std::set<std::uint32_t> cores;
      for (const Slice& slice : mapping.slices) {
        cores.insert(slice.core.value);
      }
      ++mapped;
      shared += cores.size() < mapping.slices.size() ? 1 : 0;
    } catch (const InputError&) {
      ++refused;
    }
  }
}

TEST(MapAutomatically, GivesEveryLayerItsOwnCoresByItsWork) {
  const IntegerNetwork network = network_of({784, 200, 200, 10});
  const Capacity capacity{3, 3, 262144, 65536};
  const Mapping mapping = map_automatically(network, capacity);
  // Work of 156,800, 40,000 and 2,000 on nine cores: 26,133, 20,000 and 2,000 each, in snake order.
  std::vector<std::uint32_t> cores;
  std::vector<std::uint32_t> parts(3);
  for (const Slice& slice : mapping.slices) {
    cores.push_back(slice.core.value);
    ++parts[slice.layer.value];
  }
  EXPECT_EQ(cores, (std::vector<std::uint32_t>{0, 1, 2, 5, 4, 3, 6, 7, 8}));
  EXPECT_EQ(parts, (std::vector<std::uint32_t>{6, 2, 1}));
}

TEST(MapAutomatically, CutsALayerAsEvenlyAsWholeNeuronsAllow) {
  const Mapping mapping = map_automatically(network_of({4, 10}), {3, 1, 1000, 1000});
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{slice(0, 0, {0, 3}), slice(0, 1, {3, 6}), slice(0, 2, {6, 10})}));
}

TEST(MapAutomatically, NeverUsesMoreCoresThanNeurons) {
  const Mapping mapping = map_automatically(network_of({4, 2, 1}), {4, 4, 1000, 1000});
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{slice(0, 0, {0, 1}), slice(0, 1, {1, 2}), slice(1, 2, {0, 1})}));
}

TEST(MapAutomatically, LetsLayersShareCoresWhenTheyAreFew) {
  // Work of 16, 12 and 6 on two cores: 16 and 18 are the most even that whole neurons in order allow.
  const Mapping mapping = map_automatically(network_of({4, 4, 3, 2}), {2, 1, 1000, 1000});
  EXPECT_EQ(mapping.slices, (std::vector<Slice>{slice(0, 0, {0, 4}), slice(1, 1, {0, 3}), slice(2, 1, {0, 2})}));
  // A neuron takes 6 bytes of state, so neither core holds more than 5 or 4 of them.
  EXPECT_EQ(map_automatically(network_of({4, 4, 3, 2}), {2, 1, 1000, 30}).slices, mapping.slices);
  EXPECT_EQ(map_automatically(network_of({9, 1, 6}), {2, 1, 1000, 24}).slices,
            (std::vector<Slice>{slice(0, 0, {0, 1}), slice(1, 0, {0, 2}), slice(1, 1, {2, 6})}));
}

TEST(MapAutomatically, NamesANeuronThatFitsNoCore) {
  const IntegerNetwork network = network_of({4, 4, 100, 2});
  const auto message = refusal([&] { map_automatically(network, {8, 8, 100, 6}); });
  EXPECT_THAT(message, AllOf(HasSubstr("'fc2'"), HasSubstr("one neuron"), HasSubstr("104 bytes"), HasSubstr("100")));
  EXPECT_THAT(refusal([&] {
                map_automatically(network, {8, 8, 104, 5});
              }),
              AllOf(HasSubstr("'fc0'"), HasSubstr("6 of state")));
  EXPECT_NO_THROW(map_automatically(network_of({4, 4, 100, 2}), {11, 10, 104, 6}));
}

TEST(MapAutomatically, NamesTheLayerThatAMeshIsTooSmallFor) {
  const auto message = refusal([] { map_automatically(network_of({4, 4, 3}), {2, 1, 24, 1000}); });
  EXPECT_THAT(message, AllOf(HasSubstr("'fc1'"), HasSubstr("24 bytes of weights and 18 of state"),
                             HasSubstr("2 cores hold 24 and 1000"), HasSubstr("More cores")));
}

TEST(Validate, RefusesWhatIsNoMapping) {
  const IntegerNetwork network = network_of({4, 4, 3});
  const Capacity capacity{2, 1, 60, 60};
  const auto message = [&](std::vector<Slice> slices) {
    return refusal([&] { validate({std::move(slices)}, network, capacity); });
  };
  EXPECT_EQ(message({slice(0, 0, {0, 4}), slice(1, 1, {0, 3})}), "no InputError");
  EXPECT_THAT(message({slice(0, 0, {0, 4}), slice(1, 1, {0, 2})}), HasSubstr("2 of the 3 neurons of layer 'fc1'"));
  EXPECT_THAT(message({slice(0, 0, {0, 4})}), HasSubstr("0 of the 3"));
  EXPECT_THAT(message({slice(0, 0, {0, 3}), slice(0, 1, {2, 4}), slice(1, 1, {0, 3})}),
              HasSubstr("have neurons in common: neurons 0..2 and neurons 2..3"));
  EXPECT_THAT(message({slice(0, 0, {0, 4}), slice(1, 1, {0, 4})}),
              HasSubstr("is neurons 0..3; the layer is neurons 0..2"));
  EXPECT_THAT(message({slice(0, 0, {0, 4}), slice(1, 1, {0, 2}), slice(1, 1, {2, 3})}), HasSubstr("two slices"));
  EXPECT_THAT(message({slice(0, 2, {0, 4}), slice(1, 1, {0, 3})}), HasSubstr("core_1_0"));
  EXPECT_THAT(message({slice(0, 0, {0, 4}), slice(2, 1, {0, 3})}), HasSubstr("layer 2"));
  EXPECT_THAT(message({slice(1, 1, {0, 3}), slice(0, 0, {0, 4})}), HasSubstr("mapping"));
  EXPECT_EQ(message({slice(0, 0, {0, 4}), slice(1, 0, {0, 3})}), "no InputError");
}

TEST(Validate, RefusesACoreThatIsTooSmall) {
  const IntegerNetwork network = network_of({4, 4, 3});
  const Mapping mapping{{slice(0, 0, {0, 4}), slice(1, 0, {0, 3})}};  // 7 neurons of 8 bytes of weights and 6 of state
  const auto message = [&](std::uint64_t weight_bytes, std::uint64_t state_bytes) {
    return refusal([&] { validate(mapping, network, {2, 1, weight_bytes, state_bytes}); });
  };
  EXPECT_EQ(message(56, 42), "no InputError");
  EXPECT_THAT(message(55, 42), AllOf(HasSubstr("core_0_0"), HasSubstr("'fc1'"), HasSubstr("56 bytes of weights")));
  EXPECT_THAT(message(56, 41), AllOf(HasSubstr("core_0_0"), HasSubstr("'fc1'"), HasSubstr("42 of state")));
}

}  // namespace
}  // namespace sigdel::mapping
