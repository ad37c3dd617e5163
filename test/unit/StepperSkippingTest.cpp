// LINK: DnncStepper
// Skipping, compressed networks and chains on the machine that steps every PE, by hand.
#include "dnnc/Error.h"
#include "runtime/Stepper/Stepper.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

using namespace dnnc;
using namespace dnnc::stepper;

namespace {

/// Skips zeros of both operands; what comes and leaves takes no time, and there is no pipeline.
Target machine() {
  Target target;
  Memory glb;
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 1 << 20;
  target.memories = {glb};
  Array &array = target.array;
  array.peRows = array.peColumns = 2;
  array.macsPerPe = 2;
  array.pipelineDepth = 0;
  array.unlimitedDelivery = true;
  array.macRate = {{ElementType::I8, 1}, {ElementType::F32, 1}};
  array.ifmapSpad = array.weightSpad = {.words = 1 << 20, .bits = 12, .doubleBuffered = true};
  array.psumSpad = {.words = 1 << 20, .bits = 32, .doubleBuffered = true};
  array.ifmapNoc = array.weightNoc = array.psumNoc = {.bytesPerCycle = 1 << 20};
  array.skipping.ifmap = array.skipping.weight = true;
  return target;
}

/// A pointwise layer of so many output and input channels over a row, all inputs 1, all weights 2.
Instruction pointwise(int64_t m, int64_t c, int64_t q) {
  Instruction tile;
  tile.extents = {1, 1, m, c, 1, q, 1, 1};
  tile.ifmapW = tile.ifmapColumns = q;
  tile.ifmapRows = 1;
  tile.ifmap.assign(static_cast<size_t>(c * q), 1);
  tile.weight.assign(static_cast<size_t>(m * c), 2);
  tile.start.assign(static_cast<size_t>(m * q), 0);
  return tile;
}

TEST(StepperSkipping, APeDoesThePairsOfNonZeros) {
  Instruction tile = pointwise(3, 2, 4);
  tile.ifmap[0] = tile.ifmap[3] = tile.ifmap[5] = 0; // two non-zeros of the first channel, three of the other
  tile.weight[1] = 0;                                // three of the first, two of the other
  Mapping mapping;
  mapping.spad = {{M, 3}, {C, 2}, {Q, 4}};
  Target target = machine();
  Result result = step(tile, mapping, target);
  EXPECT_EQ(result.work.cycles, 2 * 3 + 3 * 2);
  EXPECT_EQ(result.work.macs, 2 * 3 + 3 * 2);
  EXPECT_EQ(result.work.skippedMacs, 24 - 12);
  EXPECT_EQ(result.work.zeroMacs, 0);
  EXPECT_EQ(result.work.ifmapSpadRead, 12);
  EXPECT_EQ(result.work.psumSpadRead, 12 + 12); // and once as they leave
  EXPECT_EQ(result.psums, (std::vector<Value>{0, 2, 2, 0, 2, 2, 4, 2, 2, 2, 4, 2}));
  target.array.skipping.ifmap = false;
  result = step(tile, mapping, target);
  EXPECT_EQ(result.work.cycles, 4 * 3 + 4 * 2);
  EXPECT_EQ(result.work.zeroMacs, 2 * 3 + 1 * 2);
}

TEST(StepperSkipping, AnOddColumnWastesAMultiplierInLockstep) {
  Instruction tile = pointwise(8, 2, 3);
  tile.weight[0] = tile.weight[2] = tile.weight[4] =
      0; // five are left in the first column, eight in the other
  tile.ifmap[1] = 0;
  Mapping mapping;
  mapping.macs = {{M, 2}};
  mapping.spad = {{M, 4}, {C, 2}, {Q, 3}};
  Target target = machine();
  target.array.skipping.macs = Skipping::Macs::Lockstep;
  Result result = step(tile, mapping, target);
  EXPECT_EQ(result.work.cycles, 2 * 3 + 3 * 4);
  EXPECT_EQ(result.work.macs, 2 * 5 + 3 * 8);
  // Each ifmap element is read once, a step reads two weights.
  EXPECT_EQ(result.work.ifmapSpadRead, 2 + 3);
  EXPECT_EQ(result.work.weightSpadRead, (2 * 3 + 3 * 4) * 2);
  // By itself the second multiplier has four weights in both columns.
  target.array.skipping.macs = Skipping::Macs::Independent;
  EXPECT_EQ(step(tile, mapping, target).work.cycles, 2 * 4 + 3 * 4);
  target.array.skipping.macs = Skipping::Macs::Lockstep;
  // Where one multiplier works, the other's weight is read all the same; two PEs read every element.
  mapping.macs = {};
  mapping.peRows = {{M, 2}};
  result = step(tile, mapping, target);
  EXPECT_EQ(result.work.ifmapSpadRead, 2 * (2 + 3));
  EXPECT_EQ(result.work.weightSpadRead, (2 * 5 + 3 * 8) * 2);
  mapping.peRows = {};
  mapping.macs = {{Q, 2}};
  EXPECT_THROW(step(tile, mapping, target), Error);
}

TEST(StepperSkipping, DepthwiseUsesFewerMultipliersAndMayKeepZeros) {
  Instruction tile = pointwise(1, 1, 4);
  tile.ifmap[1] = 0;
  Mapping mapping;
  mapping.spad = {{Q, 4}};
  Target target = machine();
  target.array.skipping.depthwise = {1, false};
  EXPECT_EQ(step(tile, mapping, target).work.cycles, 3);
  tile.depthwise = true;
  EXPECT_EQ(step(tile, mapping, target).work.cycles, 4);
  mapping.macs = {{Q, 2}};
  EXPECT_THROW(step(tile, mapping, target), Error);
}

TEST(StepperSkipping, CompressedColumnsComeAsTheirBits) {
  // Two PEs share 4 of 8 channels each; columns are 8 positions in each of them.
  Instruction tile = pointwise(4, 8, 8);
  for (size_t i = 0; i < 60; ++i)
    tile.ifmap[i] = 0;
  for (size_t i = 0; i < 29; ++i)
    tile.weight[i] = 0; // three in the columns of the last channels are left
  Mapping mapping;
  mapping.peRows = {{C, 2}};
  mapping.macs = {{M, 2}};
  mapping.spad = {{M, 2}, {C, 4}, {Q, 8}};
  Target target = machine();
  target.array.unlimitedDelivery = false;
  target.array.ifmapNoc.format = target.array.weightNoc.format = NocFormat::Csc;
  Result result = step(tile, mapping, target);
  EXPECT_EQ(result.work.ifmapRead, (4 * 12 + 16 * 4 + 7) / 8);
  EXPECT_EQ(result.work.ifmapHops, result.work.ifmapRead); // each to one PE
  EXPECT_EQ(result.work.ifmapSpadWritten, 4);
  EXPECT_EQ(result.work.ifmapFetched, 64);
  EXPECT_EQ(result.work.weightRead, (3 * 12 + 8 * 7 + 7) / 8);
  EXPECT_EQ(result.work.weightSpadWritten, 3);
  EXPECT_EQ(result.work.macs, 4); // the last channel's
  target.array.ifmapNoc.format = target.array.weightNoc.format = NocFormat::Bitmask;
  target.array.skipping.macs = Skipping::Macs::Lockstep;
  result = step(tile, mapping, target);
  EXPECT_EQ(result.work.ifmapRead, (4 * 8 + 64 + 7) / 8);
  EXPECT_EQ(result.work.weightRead, (6 * 8 + 32 + 7) / 8); // two weights of each column stand together
  EXPECT_EQ(result.work.weightSpadWritten, 6);
  EXPECT_EQ(result.work.macs, 4);
}

TEST(StepperSkipping, SendsATileRawWhereThatIsNotLarger) {
  Instruction tile = pointwise(8, 8, 8);
  Mapping mapping;
  mapping.spad = {{M, 8}, {C, 8}, {Q, 8}};
  Target target = machine();
  target.array.ifmapNoc.format = target.array.weightNoc.format = NocFormat::Csc;
  // Eight columns of eight channels: 8 · 4 bits of addresses and 12 a non-zero, against 64 bytes: 39
  // non-zeros.
  for (size_t i = 0; i < 64 - 40; ++i)
    tile.ifmap[i] = 0;
  Result result = step(tile, mapping, target);
  EXPECT_EQ(result.work.ifmapRead, 64);
  EXPECT_EQ(result.work.macs, 512);
  EXPECT_EQ(result.work.zeroMacs, 24 * 8);
  tile.ifmap[63] = 0;
  result = step(tile, mapping, target);
  EXPECT_EQ(result.work.ifmapRead, (39 * 12 + 8 * 4 + 7) / 8);
  EXPECT_EQ(result.work.macs, 39 * 8);
}

TEST(StepperSkipping, ChainsAdvanceByThemselvesWhereTheIfmapStreams) {
  // Two PEs with an output each, over four passes of a channel; the first has work in the first two, the
  // other in the last two.
  Instruction tile = pointwise(1, 4, 2);
  for (size_t c = 0; c < 4; ++c)
    tile.ifmap[2 * c + (c < 2 ? 1 : 0)] = 0;
  Mapping mapping;
  mapping.passes = {{C, 4}};
  mapping.peColumns = {{Q, 2}};
  Target target = machine();
  Array &array = target.array;
  EXPECT_EQ(step(tile, mapping, target).work.cycles, 4);
  array.ifmapSpad.streams = array.weightSpad.streams = true;
  EXPECT_EQ(step(tile, mapping, target).work.cycles, 2);
  // Weights that do not stream come for all chains at once.
  array.weightSpad.streams = false;
  EXPECT_EQ(step(tile, mapping, target).work.cycles, 4);
}

TEST(StepperSkipping, AChainStandsStillWhileAllPsumsLeave) {
  // The first output of a pass takes a cycle, the other none; each pass's two psums of four bytes leave at
  // two a cycle, and the stages of the pipeline behind them, while nothing computes.
  Instruction tile = pointwise(3, 1, 2);
  tile.last = false;
  tile.ifmap[1] = 0;
  Mapping mapping;
  mapping.passes = {{M, 3}};
  mapping.peColumns = {{Q, 2}};
  Target target = machine();
  Array &array = target.array;
  array.unlimitedDelivery = false;
  array.ifmapSpad.streams = array.weightSpad.streams = true;
  array.psumSpad = {.words = 1, .bits = 32};
  array.psumNoc.bytesPerCycle = 2;
  array.pipelineDepth = 3;
  EXPECT_EQ(step(tile, mapping, target).work.cycles, 1 + 3 * (1 + 4 + 3)); // and a cycle of ramp-up
}

TEST(StepperSkipping, ASkippedZeroAddsNothingToInfinity) {
  Instruction tile = pointwise(1, 2, 1);
  tile.ifmapType = tile.weightType = tile.outputType = ElementType::F32;
  auto bits = [](double value) { return std::bit_cast<Value>(value); };
  tile.ifmap = {bits(INFINITY), bits(3)};
  tile.weight = {bits(-0.0), bits(2)};
  Mapping mapping;
  mapping.spad = {{C, 2}};
  Target target = machine();
  EXPECT_EQ(step(tile, mapping, target).psums, std::vector<Value>{bits(6)});
  target.array.skipping.weight = false;
  EXPECT_TRUE(std::isnan(std::bit_cast<double>(step(tile, mapping, target).psums[0])));
}

} // namespace
