// LINK: DnncSimulator
#include "runtime/Simulator/Machine.h"
#include "runtime/Simulator/Statistics.h"
#include "test/unit/SimulatorPrograms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <random>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sim::test;

namespace {

std::vector<uint8_t> someBytes(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> bytes(count);
  for (uint8_t &byte : bytes)
    byte = static_cast<uint8_t>(random());
  return bytes;
}

/// Gives every input some bytes and runs; the error's text, if any.
std::optional<std::string> errorOf(const isa::Program &program, const Target &target,
                                   const Limits &limits = {}) {
  try {
    Machine machine(program, target, limits);
    for (size_t i = 0; i < program.tensors.size(); ++i)
      if (program.tensors[i].kind == isa::TensorKind::Input)
        machine.writeTensor(i, someBytes(static_cast<size_t>(program.tensors[i].bytes), 1));
    machine.run();
    collect(program, target, machine);
  } catch (const Error &error) {
    return error.what();
  }
  return std::nullopt;
}

bool has(const std::optional<std::string> &error, std::string_view text) {
  return error && error->find(text) != std::string::npos;
}

testing::AssertionResult says(const std::optional<std::string> &error, std::string_view text) {
  if (has(error, text))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "have: " << error.value_or("no error") << "\nneed: " << text;
}

template <typename Row> Row &at(isa::Program &program, isa::Queue queue, size_t index) {
  return std::get<Row>(program[queue][index]);
}

TEST(Machine, RunsTilesThroughThreeQueues) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  ASSERT_TRUE(isa::verify(program).empty());
  Machine machine(program, target);
  std::vector<uint8_t> x = someBytes(96, 2);
  machine.writeTensor(0, x);
  machine.run();
  std::span<const uint8_t> y = machine.readTensor(1);
  for (size_t tile = 0; tile < 6; ++tile)
    for (size_t i = 0; i < 16; ++i)
      EXPECT_EQ(y[tile * 16 + i], x[tile * 16 + 15 - i]);

  Statistics statistics = collect(program, target, machine);
  EXPECT_EQ(statistics.dram.readBytes, 96);
  EXPECT_EQ(statistics.dram.writeBytes, 96);
  EXPECT_EQ(statistics.glb.readBytes, 192);
  EXPECT_EQ(statistics.glb.writeBytes, 192);
  // Six loads of 10 + 4 cycles, the last reversed in 4 and stored in 14; while loads and stores move data
  // together each gets half of the bandwidth.
  EXPECT_GE(statistics.cycles, 6 * 14 + 4 + 14);
  EXPECT_LE(statistics.cycles, 6 * 18 + 4 + 14);
  EXPECT_EQ(statistics.nodes.size(), 1u);
  EXPECT_EQ(statistics.nodes[0].id, 7);
  EXPECT_EQ(statistics.nodes[0].cycles, statistics.cycles);
  EXPECT_DOUBLE_EQ(statistics.energy.dram, 192 * 100.0);
  EXPECT_DOUBLE_EQ(statistics.energy.glb, 192 * 1.0 + 192 * 2.0);
  EXPECT_DOUBLE_EQ(statistics.energy.clock, 2.0 * static_cast<double>(statistics.cycles));
  EXPECT_DOUBLE_EQ(statistics.energy.leakage,
                   10.0 * static_cast<double>(statistics.cycles)); // 1 mW at 100 MHz
}

std::vector<uint8_t> expectedProduct(const std::vector<uint8_t> &x, const std::vector<uint8_t> &w) {
  std::vector<uint8_t> y(32);
  for (size_t m = 0; m < 8; ++m) {
    int32_t sum = 0;
    for (size_t c = 0; c < 8; ++c)
      sum += int8_t(x[c]) * int8_t(w[c / 4 * 32 + m * 4 + c % 4]);
    std::memcpy(&y[m * 4], &sum, 4);
  }
  return y;
}

void expectProduct(const isa::Program &program, const Target &target, Statistics &statistics) {
  for (const isa::Problem &problem : isa::verify(program))
    ADD_FAILURE() << problem.text();
  Machine machine(program, target);
  std::vector<uint8_t> x = someBytes(8, 3), w = someBytes(64, 4);
  machine.writeTensor(0, x);
  machine.writeTensor(1, w);
  machine.run();
  std::span<const uint8_t> y = machine.readTensor(2);
  EXPECT_EQ(std::vector<uint8_t>(y.begin(), y.end()), expectedProduct(x, w));
  statistics = collect(program, target, machine);
}

TEST(Machine, KeepsPsumsBetweenTiles) {
  Target target = smallTarget();
  Statistics statistics;
  expectProduct(product(target, 0), target, statistics);
  EXPECT_EQ(statistics.macs, 64);
  EXPECT_EQ(statistics.macsExecuted, 64);
  EXPECT_EQ(statistics.counts["mac_int8"]["mac_random"], 64);
  // Weights and, in each of the two passes over M, inputs; psums once out and once in.
  EXPECT_EQ(statistics.counts["glb"]["read"], 64 + 2 * 4 + 32 + 32);
  EXPECT_EQ(statistics.counts["glb"]["write"], 8 + 64 + 32 + 32);
  EXPECT_EQ(statistics.macCycles, 16);
  EXPECT_DOUBLE_EQ(statistics.energy.mac, 64);
}

TEST(Machine, StreamsWeightsThroughAFifo) {
  for (int64_t capacity : {16, 32, 48, 64, 1024}) {
    Target target = fifoTarget(capacity);
    Statistics statistics;
    expectProduct(product(target, 1), target, statistics);
    EXPECT_EQ(statistics.counts["weights"]["read"], 64);
    EXPECT_EQ(statistics.counts["weights"]["write"], 64);
  }
}

TEST(Machine, TwiceTheBandwidthIsNeverSlower) {
  for (int64_t capacity : {16, 32, 48, 64}) {
    Target target = fifoTarget(capacity);
    int64_t previous = INT64_MAX;
    for (int doubling = 0; doubling < 8; ++doubling) {
      Statistics statistics;
      expectProduct(product(target, 1), target, statistics);
      EXPECT_LE(statistics.cycles, previous);
      previous = statistics.cycles;
      target.dram.bandwidth *= 2;
    }
  }
}

TEST(Machine, WithoutOverlapTheArrayAndTransfersTakeTurns) {
  Target target = smallTarget();
  isa::Program program = product(target, 0);
  Statistics overlapped, exclusive;
  expectProduct(program, target, overlapped);
  target.overlapTransfers = false;
  expectProduct(program, target, exclusive);
  int64_t busy = 0;
  for (const auto &[queue, cycles] : exclusive.busyCycles)
    busy += cycles;
  EXPECT_EQ(exclusive.cycles, busy);
  EXPECT_LT(overlapped.cycles, exclusive.cycles);
}

TEST(Machine, OnlyPrefetchesRunBesideTheArrayWithoutOverlap) {
  // Two tiles of weights, the second loaded while the array works on the first where its memory prefetches.
  Target target = smallTarget();
  Memory weights = target.memories[0];
  weights.name = "weights";
  weights.holds = {Operand::Weight};
  target.memories.push_back(weights);
  target.overlapTransfers = false;
  target.array.weightNoc.bytesPerCycle = 1;
  isa::Program program = product(target, 1);
  Statistics inTurn, prefetched, fifo;
  expectProduct(program, target, inTurn);
  target.memories[1].prefetch = true;
  expectProduct(program, target, prefetched);
  EXPECT_LT(prefetched.cycles, inTurn.cycles);
  Target streaming = fifoTarget(64);
  streaming.overlapTransfers = false;
  streaming.array.weightNoc.bytesPerCycle = 1;
  expectProduct(product(streaming, 1), streaming, fifo);
  EXPECT_EQ(fifo.cycles, prefetched.cycles);
}

TEST(Machine, GatesWhatMeetsAZero) {
  Target target = smallTarget();
  target.array.zeroGating = {.mac = true, .weightSpad = true, .psumSpad = true, .macPj = 0.25};
  isa::Program program = product(target, 0);
  auto statisticsWith = [&](std::vector<uint8_t> x) {
    Machine machine(program, target);
    machine.writeTensor(0, x);
    machine.writeTensor(1, someBytes(64, 4));
    machine.run();
    return collect(program, target, machine);
  };
  Statistics dense = statisticsWith({1, 2, 3, 4, 5, 6, 7, 8});
  Statistics sparse = statisticsWith({1, 0, 3, 4, 5, 6, 0, 0}); // each meets 8 weights
  EXPECT_EQ(dense.counts["mac_int8"], (std::map<std::string, int64_t>{{"mac_random", 64}}));
  EXPECT_EQ(sparse.counts["mac_int8"],
            (std::map<std::string, int64_t>{{"mac_random", 40}, {"mac_gated", 24}}));
  EXPECT_EQ(sparse.macsExecuted, 64);
  EXPECT_EQ(sparse.cycles, dense.cycles);
  EXPECT_DOUBLE_EQ(sparse.utilization, dense.utilization);
  EXPECT_DOUBLE_EQ(sparse.energy.mac, 40 + 24 * 0.25);
  EXPECT_EQ(sparse.counts["ifmap_spad"], dense.counts["ifmap_spad"]);
  EXPECT_EQ(sparse.counts["weight_spad"]["read"], dense.counts["weight_spad"]["read"] - 24);
  EXPECT_EQ(sparse.counts["psum_spad"]["read"], dense.counts["psum_spad"]["read"] - 24);
  EXPECT_EQ(sparse.counts["psum_spad"]["write"], dense.counts["psum_spad"]["write"] - 24);
  EXPECT_DOUBLE_EQ(dense.bounds.energyPj - sparse.bounds.energyPj, 24 * (1 + 0.5));
  target.array.zeroGating = {.weightSpad = true};
  Statistics weightsAlone = statisticsWith({1, 0, 3, 4, 5, 6, 0, 0});
  EXPECT_EQ(weightsAlone.counts["mac_int8"], dense.counts["mac_int8"]);
  EXPECT_EQ(weightsAlone.counts["psum_spad"], dense.counts["psum_spad"]);
  EXPECT_EQ(weightsAlone.counts["weight_spad"], sparse.counts["weight_spad"]);
}

TEST(Machine, SkipsWhatMeetsAZero) {
  Target target = smallTarget();
  isa::Program program = product(target, 0);
  std::vector<uint8_t> weights = someBytes(64, 4), x = {1, 0, 3, 0, 5, 0, 0, 8};
  std::replace(weights.begin(), weights.end(), uint8_t(0), uint8_t(1));
  weights[0] = weights[9] = 0; // [tile, m, c]: of channels 0 and 1
  std::vector<uint8_t> result;
  auto statisticsWith = [&](const std::vector<uint8_t> &inputs) {
    Machine machine(program, target);
    machine.writeTensor(0, inputs);
    machine.writeTensor(1, weights);
    machine.run();
    const isa::Bytes y = machine.readTensor(2);
    result.assign(y.span().begin(), y.span().end());
    return collect(program, target, machine);
  };
  Statistics dense = statisticsWith(x);
  const std::vector<uint8_t> values = result;
  EXPECT_EQ(dense.zeros, "dense");
  EXPECT_EQ(dense.nodes[0].weightDensity, 62.0 / 64);
  EXPECT_EQ(dense.nodes[0].activationDensity, 4.0 / 8);

  target.array.skipping.ifmap = target.array.skipping.weight = true;
  Statistics sparse = statisticsWith(x);
  EXPECT_EQ(result, values);
  EXPECT_EQ(sparse.zeros, "skips zeros of ifmaps and weights");
  EXPECT_EQ(sparse.counts["mac_int8"],
            (std::map<std::string, int64_t>{{"mac_random", 31}, {"mac_skipped", 33}}));
  EXPECT_EQ(sparse.macsExecuted, 31);
  EXPECT_LE(sparse.cycles, dense.cycles);
  auto arrayCycles = [](const Statistics &statistics) {
    for (const auto &[queue, busy] : statistics.busyCycles)
      if (queue == "array")
        return busy;
    return int64_t(0);
  };
  EXPECT_LT(arrayCycles(sparse), arrayCycles(dense));
  EXPECT_DOUBLE_EQ(sparse.energy.mac, 31);
  EXPECT_EQ(sparse.counts["ifmap_spad"]["read"], 31);
  EXPECT_EQ(sparse.counts["weight_spad"]["read"], 31);
  EXPECT_EQ(sparse.counts["psum_spad"]["read"], dense.counts["psum_spad"]["read"] - 33);
  EXPECT_EQ(sparse.glb.readBytes, dense.glb.readBytes);
  EXPECT_DOUBLE_EQ(dense.bounds.energyPj - sparse.bounds.energyPj, 33 * (1 + 0.5));
  EXPECT_EQ(sparse.nodes[0].weightDensity, 62.0 / 64);
  EXPECT_EQ(sparse.nodes[0].activationDensity, 4.0 / 8);

  // Skipped weights beside gated ifmap elements: of 32 MACs with a zero one is not done at all.
  target.array.skipping.ifmap = false;
  target.array.zeroGating = {.mac = true, .weightSpad = true, .psumSpad = true, .macPj = 0.25};
  Statistics both = statisticsWith(x);
  EXPECT_EQ(result, values);
  EXPECT_EQ(both.counts["mac_int8"],
            (std::map<std::string, int64_t>{{"mac_random", 31}, {"mac_gated", 31}, {"mac_skipped", 2}}));
  EXPECT_EQ(both.counts["weight_spad"]["read"], 31);

  // Over a network with a format non-zeros travel alone.
  target.array.zeroGating = {};
  target.array.skipping.ifmap = true;
  target.array.ifmapNoc.format = NocFormat::Bitmask;
  Statistics compressed = statisticsWith(x);
  EXPECT_EQ(result, values);
  EXPECT_LT(compressed.array.byOperand["glb"]["ifmap"].readBytes,
            sparse.array.byOperand["glb"]["ifmap"].readBytes);
  EXPECT_EQ(compressed.nodes[0].cycles, compressed.cycles);
}

TEST(Machine, PsumsThatStartInMemoryNeedOne) {
  Target target = smallTarget();
  target.array.psumsStartInMemory = true;
  Statistics statistics;
  expectProduct(product(target, 0), target, statistics);
  EXPECT_EQ(statistics.array.byOperand["glb"]["psum"].readBytes, 32 + 32); // biases of the first tile too
  // A product in one tile names any memory; here it has to be one of psums.
  isa::Program program = product(target, 0);
  Memory psums = target.memories[0];
  psums.name = "psums";
  target.memories[0].holds = {Operand::Ifmap, Operand::Weight, Operand::Param, Operand::Ofmap,
                              Operand::Vector};
  psums.holds = {Operand::Psum};
  target.memories.push_back(psums);
  auto &conv = at<isa::Conv>(program, isa::Queue::Array, 2);
  conv.bounds[C] = 4;
  EXPECT_TRUE(says(errorOf(program, target), "sends psums to memory 0, which does not hold psums"));
}

/// Takes every wait and signal of the program away, one at a time. Returns those without which it is still in
/// order.
std::vector<std::string> redundant(const isa::Program &program, const Target &target) {
  EXPECT_EQ(errorOf(program, target), std::nullopt);
  std::vector<std::string> found;
  for (int q = 0; q < queueCount; ++q)
    for (size_t i = 0; i < program.queues[q].size(); ++i)
      for (bool wait : {true, false}) {
        const std::vector<int64_t> &list =
            wait ? isa::waitOf(program.queues[q][i]) : isa::signalOf(program.queues[q][i]);
        for (size_t k = 0; k < list.size(); ++k) {
          isa::Program damaged = program;
          std::visit(
              [&](auto &row) {
                (wait ? row.wait : row.signal).erase((wait ? row.wait : row.signal).begin() + k);
              },
              damaged.queues[q][i]);
          std::optional<std::string> error = errorOf(damaged, target);
          if (!error)
            found.push_back((wait ? "wait for " : "signal ") + program.tokens[list[k]].name);
          else
            EXPECT_TRUE(has(error, "deadlock") || has(error, "hazard") || has(error, "holds at most") ||
                        has(error, "never written"))
                << *error;
        }
      }
  return found;
}

using Names = std::vector<std::string>;

TEST(Machine, EveryTokenIsNeeded) { EXPECT_EQ(redundant(reversal(smallTarget()), smallTarget()), Names()); }

TEST(Machine, RedundantTokensAreSeenThrough) {
  // The inputs are loaded before the weights in the same queue, and the array waits for the weights. Two
  // tiles of weights have two buffers.
  EXPECT_EQ(redundant(product(smallTarget(), 0), smallTarget()), (Names{"wait for x full", "signal w free"}));
  // The same where weights stream: an array instruction starts after the load of what it pops has begun.
  EXPECT_EQ(redundant(product(fifoTarget(48), 1), fifoTarget(48)), Names{"wait for x full"});
}

TEST(Machine, DeadlockNamesEveryQueue) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  at<isa::Permute>(program, isa::Queue::Vector, 1).signal = {0};
  std::optional<std::string> error = errorOf(program, target);
  ASSERT_TRUE(error);
  EXPECT_TRUE(says(error, "deadlock: no queue can go on"));
  EXPECT_TRUE(says(error, "array queue: at its end"));
  EXPECT_TRUE(
      says(error, "vector queue, instruction 1 (node 7 'node_a,node_b') at loop indices 2: waits for token 2 "
                  "'output free' (needs 1, has 0)"));
  EXPECT_TRUE(says(error,
                   "store queue, instruction 1 (node 7 'node_a,node_b') at loop indices 0: waits for token 3 "
                   "'output full' (needs 1, has 0)"));
  EXPECT_TRUE(says(error, "isa.permute node = 0"));
}

TEST(Machine, WriteAfterReadIsAHazardWhateverTheTiming) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  // The load no longer waits for its buffer to be free. It never overtakes the vector unit in this run's
  // order, but might.
  at<isa::Load>(program, isa::Queue::Load, 1).wait.clear();
  at<isa::Permute>(program, isa::Queue::Vector, 1).signal = {3};
  program.tokens[1].maximum = 6;
  std::optional<std::string> error = errorOf(program, target);
  ASSERT_TRUE(error);
  EXPECT_TRUE(says(
      error,
      "load queue, instruction 1 (node 7 'node_a,node_b') at loop indices 2: hazard: writes byte 0 of "
      "'glb', which was read by vector queue, instruction 1 (node 7 'node_a,node_b') in its execution 1"));
}

TEST(Machine, ReadAfterWriteIsAHazard) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  at<isa::Store>(program, isa::Queue::Store, 1).wait.clear();
  std::optional<std::string> error = errorOf(program, target);
  ASSERT_TRUE(error);
  EXPECT_TRUE(says(error, "hazard: reads byte 32 of 'glb', which was written by vector queue"));
}

TEST(Machine, TokenOverflowIsAnError) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  program.tokens[1].maximum = 1;
  std::optional<std::string> error = errorOf(program, target);
  ASSERT_TRUE(error);
  EXPECT_TRUE(says(error, "signals token 1 'input full', which holds at most 1"));
}

TEST(Machine, AccessesOutOfRangeAreErrors) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  at<isa::Load>(program, isa::Queue::Load, 1).buffer = isa::Affine(1009);
  EXPECT_TRUE(says(errorOf(program, target), "writes bytes [1009, 1025) of 'glb', which has 1024"));
  program = reversal(target);
  at<isa::Permute>(program, isa::Queue::Vector, 1).inputStrides = {-2};
  EXPECT_TRUE(says(errorOf(program, target), "reads bytes [-15, 16) of 'glb', which has 1024"));
  program = reversal(target);
  at<isa::Store>(program, isa::Queue::Store, 1).dram = isa::Affine(int64_t(1) << 62);
  EXPECT_TRUE(errorOf(program, target));
  program = reversal(target);
  at<isa::Permute>(program, isa::Queue::Vector, 1).outputStrides = {0};
  EXPECT_TRUE(says(errorOf(program, target), "writes 16 elements to the same address of 'glb'"));
}

TEST(Machine, ReadsOfMemoryNeverWrittenAreErrors) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  at<isa::Permute>(program, isa::Queue::Vector, 1).input.base = 100;
  EXPECT_TRUE(says(errorOf(program, target), "reads byte 85 of 'glb', which was never written"));
  program = reversal(target);
  program.tensors[0].bytes = 80; // the last tile is no input any more
  program.tensors[0].shape = {80};
  EXPECT_TRUE(says(errorOf(program, target), "reads byte 80 of DRAM, which was never written"));
}

TEST(Machine, OutputsHaveToBeComplete) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  at<isa::Store>(program, isa::Queue::Store, 1).bounds = {15};
  EXPECT_TRUE(says(errorOf(program, target), "output 'y' is not complete: byte 15 of 96 was never written"));
}

TEST(Machine, ConstantsAreReadOnly) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  program.tensors.erase(program.tensors.begin());
  program.header.constantsBytes = 96;
  program.constants = isa::Bytes(someBytes(96, 5));
  EXPECT_EQ(errorOf(program, target), std::nullopt);
  at<isa::Store>(program, isa::Queue::Store, 1).dram = isa::Affine(80, {{16, 0}});
  EXPECT_TRUE(says(errorOf(program, target), "writes byte 80 of DRAM; the constants [0, 96) are read-only"));
  program = reversal(target);
  program.tensors.erase(program.tensors.begin());
  program.header.constantsBytes = 90;
  program.constants = isa::Bytes(someBytes(90, 5));
  EXPECT_TRUE(says(errorOf(program, target), "across the end of the constants at 90"));
}

TEST(Machine, LoopLevelsHaveToBeOpen) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  at<isa::Load>(program, isa::Queue::Load, 1).dram = isa::Affine(0, {{16, 1}});
  EXPECT_TRUE(says(errorOf(program, target), "uses loop level 1; 1 loops are open"));
}

TEST(Machine, RunawayProgramsAreStopped) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  for (isa::Queue queue : {isa::Queue::Load, isa::Queue::Vector, isa::Queue::Store})
    at<isa::Loop>(program, queue, 0).count = 1000000;
  EXPECT_TRUE(says(errorOf(program, target, {.instructions = 5}), "more than 5 instructions"));
  EXPECT_TRUE(says(errorOf(program, target, {.jobs = 5}), "more than 5 instructions beside its loops"));
  EXPECT_TRUE(says(errorOf(program, target, {.operations = 50}), "more than 50 operations"));
  EXPECT_TRUE(says(errorOf(product(target, 0), target, {.passes = 1}), "more than 1 different array passes"));
}

TEST(Machine, OperandsHaveToLieWhereTheyMay) {
  Target target = smallTarget();
  target.memories[0].holds = {Operand::Ifmap, Operand::Psum, Operand::Ofmap};
  EXPECT_TRUE(says(
      errorOf(product(smallTarget(), 0), target),
      "array queue, instruction 2 (node 7 'node_a,node_b'): the weight is in 'glb', which holds ifmap, psum, "
      "ofmap; it needs a memory that holds weight"));
  EXPECT_TRUE(says(errorOf(reversal(smallTarget()), target), "input 0 is in 'glb'"));
  target.memories[0].holds = {Operand::Ifmap, Operand::Weight, Operand::Ofmap};
  EXPECT_TRUE(
      says(errorOf(product(smallTarget(), 0), target), "sends psums to memory 0, which does not hold psums"));
}

TEST(Machine, MappingsHaveToFit) {
  Target target = smallTarget();
  isa::Program program = product(target, 0);
  program.mappings[0].peRows = {M, 3};
  EXPECT_TRUE(says(errorOf(program, target),
                   "mapping 0: the mapping spreads [M = 3] over 3 positions of PE rows; the target has 2"));
  program.mappings[0].peRows = {9, 3};
  EXPECT_TRUE(says(errorOf(program, target), "a mapping names dimension 9"));
}

TEST(Machine, SpilledPsumsNeedTheirPlace) {
  Target target = smallTarget();
  isa::Program program = product(target, 0);
  // A loop over C outside of the one over M: psums go out and come back within the tile.
  program.mappings[0].passes = {C, 2, M, 2};
  program.mappings[0].spad = {M, 2};
  EXPECT_EQ(errorOf(program, target), std::nullopt);
  at<isa::Conv>(program, isa::Queue::Array, 2).psum = 1000;
  EXPECT_TRUE(says(errorOf(program, target), "writes bytes [1000, 1032) of 'glb', which has 1024"));
}

TEST(Machine, AFifoStreamsOnlyOnce) {
  Target target = fifoTarget(64);
  isa::Program program = product(target, 1);
  auto &conv = at<isa::Conv>(program, isa::Queue::Array, 2);
  // Two rows of outputs as the outermost passes need the weights twice.
  conv.extents[P] = conv.bounds[P] = 2;
  conv.ifmapStrides[3] = 0;
  conv.ifmapH = 2;
  conv.psumStrides[3] = 32;
  conv.psum = 256;
  conv.output = 512;
  conv.outputStrides[3] = 32;
  at<isa::Store>(program, isa::Queue::Store, 0).buffer = 512;
  program.mappings[0].passes = {P, 2, M, 2};
  EXPECT_EQ(errorOf(program, target), std::nullopt); // a tile that fits stays until the array is done with it
  target = fifoTarget(31);
  EXPECT_TRUE(says(errorOf(program, target),
                   "mapping 0 fetches 64 weight elements of a tile of 32; its 32 bytes stream through "
                   "'weights', which has 31, only once"));
  program.mappings[0].passes = {M, 2, P, 2};
  EXPECT_EQ(errorOf(program, target), std::nullopt);
}

TEST(Machine, FifoWithoutItsLoadIsADeadlock) {
  Target target = fifoTarget(16);
  isa::Program program = product(target, 1);
  at<isa::Loop>(program, isa::Queue::Load, 1).count = 1;
  EXPECT_TRUE(says(errorOf(program, target), "waits for 1 operands in 'weights' (has 0)"));
  program = product(target, 1);
  at<isa::Loop>(program, isa::Queue::Load, 1).count = 3;
  at<isa::Load>(program, isa::Queue::Load, 2).dram = 8;
  EXPECT_TRUE(says(errorOf(program, target), "waits for room in 'weights'"));
}

TEST(Machine, FifoOperandsHaveToMatch) {
  Target target = fifoTarget(64);
  isa::Program program = product(target, 1);
  at<isa::Conv>(program, isa::Queue::Array, 2).weight = 4;
  EXPECT_TRUE(says(errorOf(program, target), "needs bytes [4, 36) from 'weights'; at its front is [0, 32)"));
  program = product(target, 1);
  at<isa::Load>(program, isa::Queue::Load, 2).bounds = {31};
  EXPECT_TRUE(says(errorOf(program, target), "pops bytes from 'weights' that its load did not write"));
}

TEST(Machine, OperandsInOneFifoAreToldApart) {
  // Weights and parameters through the same FIFO, both at buffer address 0, in either order of loading; the
  // clipped operands are smaller than their entries.
  for (bool paramsFirst : {true, false})
    for (int64_t channels : {1, 2, 8}) {
      Target target = fifoTarget(512);
      target.memories[1].holds = {Operand::Weight, Operand::Param};
      isa::Program program = product(target, 1);
      auto &conv = at<isa::Conv>(program, isa::Queue::Array, 2);
      conv.hasParams = true;
      conv.paramMemory = 1;
      conv.bounds[M] = channels;
      isa::Load weights = at<isa::Load>(program, isa::Queue::Load, 2);
      isa::Load params = loadBytes(104, 0, 128, {}, {});
      params.memory = 1;
      addTensor(program, isa::TensorKind::Input, "p", 104, {8, 4}, ElementType::I32);
      program.header.dramBytes = 232;
      std::vector<isa::Instruction> both = {weights, params};
      if (paramsFirst)
        std::swap(both[0], both[1]);
      program[isa::Queue::Load] = {program[isa::Queue::Load][0], loopOf(2), both[0], both[1], isa::EndLoop()};
      program.tensors[2].bytes = 4 * channels;
      program.tensors[2].shape = {channels};
      auto &store = at<isa::Store>(program, isa::Queue::Store, 0);
      store.extents = store.bounds = {4 * channels};

      Machine machine(program, target);
      std::vector<uint8_t> x = someBytes(8, 3), w = someBytes(64, 4);
      std::vector<int32_t> p(32);
      for (size_t m = 0; m < 8; ++m) {
        p[4 * m] = static_cast<int32_t>(1000 * m); // bias
        p[4 * m + 1] = std::bit_cast<int32_t>(1.0f);
      }
      machine.writeTensor(0, x);
      machine.writeTensor(1, w);
      machine.writeTensor(3, {reinterpret_cast<const uint8_t *>(p.data()), 128});
      machine.run();
      std::vector<uint8_t> expected = expectedProduct(x, w);
      for (int64_t m = 0; m < channels; ++m) {
        int32_t y, sum;
        std::memcpy(&y, machine.readTensor(2).data() + 4 * m, 4);
        std::memcpy(&sum, &expected[4 * m], 4);
        EXPECT_EQ(y, sum + 1000 * m);
      }
    }
}

TEST(Machine, BurstsRoundEveryRun) {
  Target target = smallTarget();
  isa::Program program = reversal(target);
  auto &load = at<isa::Load>(program, isa::Queue::Load, 1);
  load.extents = load.bounds = {4, 4}; // runs of 4 bytes move bursts of 8
  load.offsets = {0, 0};
  load.dramStrides = {5, 1};
  load.bufferStrides = {4, 1};
  program.tensors[0].bytes = 99;
  program.tensors[0].shape = {99};
  program.tensors[1].address = 100;
  program.header.dramBytes = 196;
  at<isa::Store>(program, isa::Queue::Store, 1).dram.base = 100;
  Machine machine(program, target);
  machine.writeTensor(0, someBytes(99, 1));
  machine.run();
  EXPECT_EQ(collect(program, target, machine).dram.readBytes, 6 * 4 * 8);
}

} // namespace
