/// Whom a spike is sent to, against a look at every reader for every neuron.
#include "sim/core/destinations.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/random_images.hpp"
#include "tests/support/random_machine.hpp"

namespace sigdel::sim {
namespace {

/// The parts that read a tensor, each on some core; a core may have several.
std::vector<Reader> random_readers(Random& random, const network::IntegerNetwork& network, std::uint32_t tensor) {
  std::vector<Reader> readers;
  for (const network::IntegerLayer& layer : network.layers) {
    for (const network::Synapses& synapses : layer.synapses) {
      if (synapses.tensor() != tensor) {
        continue;
      }
      for (const network::Box& box : test::random_boxes(random, layer.values, 8)) {
        const auto core = static_cast<Endpoint>(random.below(10));
        readers.push_back({core, layer.id.value, &synapses, layer.sums_of(box)});
      }
    }
  }
  return readers;
}

std::set<Endpoint> endpoints_of(const Destinations& destinations, const Group& group) {
  std::set<Endpoint> endpoints;
  for (const std::uint16_t target : group.targets) {
    endpoints.insert(destinations.targets()[target]);
  }
  return endpoints;
}

void check(const network::Volume& shape, const std::vector<Reader>& readers, const Destinations& destinations,
           std::uint64_t& unneeded) {
  for (std::uint32_t neuron = 0; neuron < shape.size(); ++neuron) {
    std::set<Endpoint> needed;
    for (const Reader& reader : readers) {
      if (reader.synapses->projection().fan_out(shape.position_of(neuron), reader.sums) > 0) {
        needed.insert(reader.endpoint);
      }
    }
    const Group& group = destinations.groups()[destinations.group_of(neuron)];
    ASSERT_EQ(endpoints_of(destinations, group), needed) << "neuron " << neuron;
    ASSERT_TRUE(std::is_sorted(group.targets.begin(), group.targets.end()));
    ASSERT_EQ(group.readers, std::count_if(readers.begin(), readers.end(),
                                           [&](const Reader& reader) { return needed.count(reader.endpoint) > 0; }));
    unneeded += needed.empty() ? 1U : 0U;
  }
}

TEST(Destinations, AreTheCoresWithAPartThatANeuronReaches) {
  std::uint64_t unneeded = 0;
  std::uint64_t forked = 0;  // tensors whose neurons do not all reach the same cores
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    const test::RandomCase net = test::random_image_case(seed, {.frames = 1});
    Random random(seed);
    for (std::uint32_t tensor = 0; tensor + 1 < net.network.tensors.size(); ++tensor) {
      const network::Volume& shape = net.network.tensors[tensor].shape;
      const std::vector<Reader> readers = random_readers(random, net.network, tensor);
      const Destinations destinations(shape, readers, kPacketBits);
      ASSERT_NO_FATAL_FAILURE(check(shape, readers, destinations, unneeded));
      std::set<std::set<Endpoint>> different;
      for (const Group& group : destinations.groups()) {
        ASSERT_TRUE(different.insert(endpoints_of(destinations, group)).second) << "two groups of the same cores";
      }
      forked += different.size() > 1 ? 1U : 0U;
    }
  }
  EXPECT_GT(unneeded, 0U) << "neurons that nobody reads must be among the cases";
  EXPECT_GT(forked, 50U);
}

TEST(Destinations, OfAReaderWithoutSynapsesAreAllNeurons) {
  const Destinations destinations({3, 2, 2}, {{host_endpoint(1), 0, nullptr, {}}}, kPacketBits);
  EXPECT_EQ(destinations.targets(), std::vector<Endpoint>{host_endpoint(1)});
  ASSERT_EQ(destinations.groups().size(), 1U);
  EXPECT_EQ(destinations.groups()[0].targets, std::vector<std::uint16_t>{0});
  EXPECT_EQ(destinations.groups()[0].readers, 1U);
  EXPECT_EQ(destinations.group_of(11), 0U);
}

TEST(Endpoints, OfCoresGroupsAndHostPortsAreApart) {
  EXPECT_FALSE(is_group(4095) || is_host(4095));  // the last core of 64 x 64
  for (const std::uint32_t group : {0U, kMostGroups - 1}) {
    EXPECT_TRUE(is_group(group_endpoint(group)));
    EXPECT_FALSE(is_host(group_endpoint(group)));
    EXPECT_EQ(group_of(group_endpoint(group)), group);
  }
  for (const std::uint32_t port : {0U, kMaxHostPorts - 1}) {
    EXPECT_TRUE(is_host(host_endpoint(port)));
    EXPECT_FALSE(is_group(host_endpoint(port)));
    EXPECT_EQ(port_of(host_endpoint(port)), port);
  }
}

/// 17 bits of value hold changes of twice the largest clamp of 16 bits; sums of windows need more.
TEST(Packets, AreAsWideAsTheirFields) {
  const auto bits_of = [](std::int32_t most) {
    network::Tensor tensor;
    tensor.most = most;
    return spike_bits(tensor.value_bits());
  };
  EXPECT_EQ(bits_of(127), 64U);
  EXPECT_EQ(bits_of(32767), 64U);
  EXPECT_EQ(bits_of(32768), 65U);
  EXPECT_EQ(bits_of(49 * 32767), 70U);  // 2 x 1,605,583 needs 22 bits and a sign
  EXPECT_EQ(bits_of(network::kMostOnTensor), 47U + 32U);
  network::Tensor narrow;
  narrow.threshold = network::Threshold{0, 6, 8, network::Residue::kUnsent};
  EXPECT_EQ(spike_bits(narrow.value_bits()), 55U) << "messages of 8 bits";
  EXPECT_EQ(output_bits(1U << 17U), 64U);
  EXPECT_EQ(output_bits((1U << 17U) + 1), 71U);
  EXPECT_EQ(flits_of(64, 64), 1U);
  EXPECT_EQ(flits_of(65, 64), 2U);
}

}  // namespace
}  // namespace sigdel::sim
