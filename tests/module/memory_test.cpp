/// What a machine keeps per neuron beside the weights: docs/speed.md's goal of at most 32 bytes.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <memory>

#include "sim/core/machine.hpp"
#include "tests/support/small_machine.hpp"

namespace sigdel::sim {
namespace {

std::size_t memory_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// Of the network and the machine after a frame in which every neuron sends and one in which none does, in bytes.
std::size_t bytes_of(std::uint32_t neurons, Mode mode) {
  const std::size_t before = memory_in_use();
  const auto network = std::make_unique<network::IntegerNetwork>(test::plain_chain({1, neurons, 1}));
  const mapping::Mapping mapping = test::one_core_per_layer(*network);
  const MachineConfig config = test::row_of_cores(2);
  FrameEvents frames = test::full_frames(*network, 2);
  frames[0][0].value = 10;  // rounds to a value that is not zero
  const auto machine = std::make_unique<Machine>(MachineInput{*network, mapping, frames, config, mode, 0}, true);
  while (const auto now = machine->next_cycle()) {
    machine->run_cycle(*now);
  }
  EXPECT_GE(machine->cores()[0]->spikes_sent(), neurons);
  return memory_in_use() - before;
}

/// One input and one output, so a neuron has two weights of a byte.
TEST(Memory, OfANeuronIsItsWeightsAndAtMost32Bytes) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer replaces the allocator";
#endif
  constexpr std::uint32_t kFew = 10'000;
  constexpr std::uint32_t kMany = 100'000;
  for (const Mode mode : kModesOfAnyNetwork) {
    const std::size_t few = bytes_of(kFew, mode);
    const double bytes = static_cast<double>(bytes_of(kMany, mode) - few) / (kMany - kFew);
    EXPECT_GT(bytes, 2 + 4) << name_of(mode) << ": weights and an accumulator at least";
    EXPECT_LE(bytes, 2 + 32) << name_of(mode);
    RecordProperty(fmt::format("bytes_{}", name_of(mode)), fmt::format("{:.1f}", bytes));
  }
}

}  // namespace
}  // namespace sigdel::sim
