// LINK: DnncCost
#include "lib/Cost/SentShare.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

using namespace dnnc;
using namespace dnnc::cost;

namespace {

/// 2×2 PEs of one MAC; a byte a cycle on the way back, four on the way in.
Array machine() {
  Array array;
  array.peRows = array.peColumns = 2;
  array.pipelineDepth = 3;
  array.macRate = {{ElementType::I8, 1}, {ElementType::F32, 0.25}};
  array.ifmapSpad = {16, 8, false, 0, 0};
  array.weightSpad = {32, 8, false, 0, 0};
  array.psumSpad = {8, 32, false, 0, 0};
  array.ifmapNoc = array.weightNoc = {4, true, 0};
  array.psumNoc = {1, false, 0};
  return array;
}

ArrayTile tileOf(Extents extents) {
  ArrayTile tile;
  tile.extents = extents;
  return tile;
}

TEST(ArrayCost, ShapeIsTheProductOfTheFactorsOfADimension) {
  ArrayMapping mapping;
  mapping.passes = {{M, 7}};
  mapping.clusterRows = {{M, 2}};
  mapping.peColumns = {{M, 3}, {Q, 5}};
  mapping.macs = {{C, 2}};
  mapping.spad = {{Q, 4}, {S, 3}, {Q, 2}};
  MappingShape shape = shapeOf(mapping);
  EXPECT_EQ(shape.spatial, (Extents{1, 1, 6, 2, 1, 5, 1, 1}));
  EXPECT_EQ(shape.spad, (Extents{1, 1, 1, 1, 1, 8, 1, 3}));
  EXPECT_EQ(shape.inner(Q), 40);
}

TEST(ArrayCost, WindowSpanIsFromTheFirstElementToTheLast) {
  EXPECT_EQ(windowSpan(1, 1, 1, 1), 1);
  EXPECT_EQ(windowSpan(4, 1, 3, 1), 6);
  EXPECT_EQ(windowSpan(4, 2, 3, 1), 9);
  EXPECT_EQ(windowSpan(4, 2, 3, 2), 11);
}

TEST(ArrayCost, CyclesOfAProductByHand) {
  // 4 filters by 4 pixels over 8 channels: 2×2 of them at a time, the channels one after the other.
  ArrayTile tile = tileOf({1, 1, 4, 8, 1, 4, 1, 1});
  ArrayMapping mapping;
  mapping.peRows = {{M, 2}};
  mapping.peColumns = {{Q, 2}};
  mapping.spad = {{C, 8}};
  // Four passes of 8 steps; each brings 8·2 bytes of input (4 cycles) and takes away 4 outputs (4 cycles).
  // The first is filled in 4 cycles, the last drained through 3 stages and in 4 cycles.
  EXPECT_EQ(arrayCycles(tile, shapeOf(mapping), machine()), 4 * 8 + 4 + 3 + 4);

  // float32 takes four cycles a MAC, and four times the bytes in.
  tile.type = ElementType::F32;
  tile.outputBytes = 4;
  EXPECT_EQ(arrayCycles(tile, shapeOf(mapping), machine()), 4 * 32 + 16 + 3 + 16);

  // One channel a pass: the way in (a byte each of 2 pixels) is no bound, and outputs leave once in eight
  // passes.
  tile = tileOf({1, 1, 4, 8, 1, 4, 1, 1});
  mapping.spad.clear();
  EXPECT_EQ(arrayCycles(tile, shapeOf(mapping), machine()), 32 * 1 + 0.5 + 3 + 4);
}

TEST(ArrayCost, FiltersStayWhereOnlyOutputsAdvance) {
  // 64 pixels, 2 at a time: the filters of 64 bytes (16 cycles) are brought once, not with each of the 32
  // passes of 16 steps.
  ArrayTile tile = tileOf({1, 1, 4, 16, 1, 64, 1, 1});
  ArrayMapping mapping;
  mapping.peRows = {{M, 2}};
  mapping.peColumns = {{Q, 2}};
  mapping.spad = {{M, 2}, {C, 8}};
  Array array = machine();
  array.psumNoc.bytesPerCycle = 64;
  array.weightNoc.bytesPerCycle = 1;
  mapping.spad = {{M, 2}, {C, 16}};
  double stay = arrayCycles(tile, shapeOf(mapping), array);
  EXPECT_EQ(stay, 32 * 32 + 64 + 3 + 8.0 / 64);
  // With the channels in two parts they are brought in every pass: 32 bytes at a byte a cycle bound its 16
  // steps.
  mapping.spad = {{M, 2}, {C, 8}};
  EXPECT_EQ(arrayCycles(tile, shapeOf(mapping), array), 64 * 32 + 32 + 3 + 8.0 / 64);
}

TEST(ArrayCost, MultipliersInLockstepReadColumnsByTheStep) {
  // Seven filters, up to four in a PE with two multipliers at work: columns of four and three weights.
  ArrayTile tile = tileOf({1, 1, 7, 8, 1, 4, 1, 1});
  ArrayMapping mapping;
  mapping.peRows = {{M, 2}};
  mapping.macs = {{M, 2}};
  mapping.spad = {{M, 2}, {C, 8}};
  mapping.passes = {{Q, 4}};
  Target target;
  target.memories.resize(1);
  target.memories[0].readBytesPerCycle = target.memories[0].writeBytesPerCycle = 16;
  target.array = machine();
  target.array.macsPerPe = 3;
  target.array.skipping.ifmap = target.array.skipping.weight = true;
  auto reads = [&] {
    ArrayEstimate estimate = estimateArray(tile, mapping, target);
    return std::array{estimate.ifmapSpadRead, estimate.weightSpadRead};
  };
  EXPECT_EQ(reads(), (std::array<int64_t, 2>{32 * 7, 32 * 7}));
  target.array.skipping.macs = Skipping::Macs::Lockstep;
  EXPECT_EQ(reads(), (std::array<int64_t, 2>{32 * 2, 32 * (2 + 2) * 3}));
  // Half of both: 15/16 and 7/8 of the columns have a weight, and half of all an odd number of them. So their
  // steps are (4/2 + 1/2) / 2 and (3/2 + 1/2) / 2 on average.
  tile.densities.ifmap = tile.densities.weight = 0.5;
  EXPECT_EQ(reads(), (std::array<int64_t, 2>{16 * (15 + 14) / 16, 16 * 9 / 4 * 3}));
  // Zeros that are not skipped are read.
  target.array.skipping.ifmap = false;
  EXPECT_EQ(reads()[0], 32 * (15 + 14) / 16);
  tile.densities.weight = 1;
  EXPECT_EQ(reads(), (std::array<int64_t, 2>{32 * 2, 32 * (2 + 2) * 3}));
}

/// Mean steps of columns drawn at random, beside the expected ones.
TEST(ArrayCost, ExpectedColumnsAreThoseOfRandomWeights) {
  std::mt19937 random(1);
  for (int64_t lanes : {1, 2, 3})
    for (int64_t filters : {1, 2, 5, 8, 32})
      for (double density : {0.1, 0.35, 0.6, 0.9}) {
        std::binomial_distribution<int64_t> draw(filters, density);
        constexpr int columns = 20000;
        double some = 0, steps = 0;
        for (int i = 0; i < columns; ++i) {
          int64_t weights = draw(random);
          some += weights > 0;
          steps += static_cast<double>((weights + lanes - 1) / lanes);
        }
        ColumnWork expected = columnWork(density, filters, lanes);
        SCOPED_TRACE(testing::Message() << lanes << " lanes, " << filters << " filters, density " << density);
        EXPECT_NEAR(expected.some, some / columns, 0.02);
        EXPECT_NEAR(expected.steps, steps / columns, 0.1);
      }
}

TEST(ArrayCost, SpadsHoldWhatOnePeWorksOn) {
  Array array = machine();
  ArrayTile tile = tileOf({1, 1, 64, 64, 64, 64, 3, 3});
  ArrayMapping mapping;
  auto fits = [&] { return fitsSpads(tile, mapping, array); };
  EXPECT_TRUE(fits());
  mapping.spad = {{C, 16}};
  EXPECT_TRUE(fits()); // 16 inputs of 16
  mapping.spad = {{C, 17}};
  EXPECT_FALSE(fits());
  mapping.spad = {{Q, 8}, {S, 3}};
  EXPECT_TRUE(fits()); // 10 inputs, 3 weights, 8 psums of 8
  mapping.spad = {{Q, 9}, {S, 3}};
  EXPECT_FALSE(fits());
  mapping.spad = {{M, 8}, {C, 4}};
  EXPECT_TRUE(fits()); // 32 weights of 32
  mapping.spad = {{M, 8}, {C, 5}};
  EXPECT_FALSE(fits());
  // What the MACs of a PE share counts too; what other PEs have does not.
  mapping.spad = {{C, 8}};
  mapping.macs = {{C, 2}};
  mapping.peRows = {{C, 2}};
  EXPECT_TRUE(fits());
  mapping.macs = {{C, 3}};
  EXPECT_FALSE(fits());
  // A wide element takes several words.
  mapping = {};
  mapping.spad = {{C, 4}};
  tile.type = ElementType::F32;
  EXPECT_TRUE(fits());
  mapping.spad = {{C, 5}};
  EXPECT_FALSE(fits());
  // Factors beyond the tile hold nothing.
  tile.extents[C] = 4;
  EXPECT_TRUE(fits());
}

/// The machine as a target with one memory whose ports never bound.
Target target() {
  Target target;
  target.array = machine();
  Memory glb;
  glb.holds = {Operand::Ifmap, Operand::Weight, Operand::Param, Operand::Psum, Operand::Ofmap};
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 1 << 20;
  target.memories = {glb};
  return target;
}

TEST(ArrayEstimate, OnePassByHand) {
  Target one = target();
  ArrayTile tile = tileOf({1, 1, 2, 8, 1, 2, 1, 1});
  ArrayMapping mapping;
  mapping.peRows = {{M, 2}};
  mapping.peColumns = {{Q, 2}};
  mapping.spad = {{C, 8}};
  ArrayEstimate estimate = estimateArray(tile, mapping, one);
  // 16 bytes of each operand at 4 a cycle, 8 steps, 3 stages, 4 outputs at one a cycle.
  EXPECT_EQ(estimate.cycles, 4 + 8 + 3 + 4);
  EXPECT_EQ(estimate.passes, 1);
  EXPECT_EQ(estimate.activePes, 4);
  EXPECT_EQ(estimate.macs, 32);
  EXPECT_EQ(estimate.ifmapRead, 16);
  EXPECT_EQ(estimate.ifmapSpadWritten, 32); // in two rows of PEs
  EXPECT_EQ(estimate.weightSpadWritten, 32);
  EXPECT_EQ(estimate.outputWritten, 4);
  EXPECT_EQ(estimate.psumSpadRead, 32 + 4);
  EXPECT_EQ(estimate.cyclesBy[static_cast<size_t>(CycleTerm::RampUp)], 4);
  EXPECT_EQ(estimate.cyclesBy[static_cast<size_t>(CycleTerm::Compute)], 8);
  EXPECT_EQ(estimate.cyclesBy[static_cast<size_t>(CycleTerm::Drain)], 7);
  // One fill after the other.
  one.array.fillsInTurn = true;
  EXPECT_EQ(estimateArray(tile, mapping, one).cycles, 8 + 8 + 3 + 4);
  // Psums that start in the memory come too, 4 of 4 bytes at one a cycle.
  one.array.psumsStartInMemory = true;
  estimate = estimateArray(tile, mapping, one);
  EXPECT_EQ(estimate.psumRead, 16);
  EXPECT_EQ(estimate.cycles, 8 + 16 + 8 + 3 + 4);
  // Cells of 20 bits take 3 bytes.
  one.array.psumSpad.bits = 20;
  EXPECT_EQ(estimateArray(tile, mapping, one).psumRead, 12);
}

TEST(ArrayEstimate, AWindowSlides) {
  // A row of 10 outputs under 3 taps, one output a pass; the PE keeps what the next window needs.
  Target one = target();
  ArrayTile tile = tileOf({1, 1, 1, 4, 1, 10, 1, 3});
  tile.ifmap = {1, 12};
  ArrayMapping mapping;
  mapping.spad = {{C, 4}, {S, 3}};
  mapping.passes = {{Q, 10}};
  EXPECT_EQ(estimateArray(tile, mapping, one).ifmapRead, 10 * 3 * 4);
  one.array.ifmapSpad.slides = true;
  EXPECT_EQ(estimateArray(tile, mapping, one).ifmapRead, 12 * 4);
  // By two at a stride of two; at the border the padding is not read.
  tile.strides = {1, 2};
  tile.origin = {0, -1};
  tile.ifmap = {1, 20};
  EXPECT_EQ(estimateArray(tile, mapping, one).ifmapRead, 20 * 4);
  // Taps over PEs: a PE has only its own, and keeps nothing.
  mapping.spad = {{C, 4}};
  mapping.peColumns = {{S, 3}};
  EXPECT_EQ(estimateArray(tile, mapping, one).ifmapRead, (10 * 3 - 1) * 4);
}

TEST(ArrayEstimate, WhatCannotOverlapWaits) {
  // 4 filters one after the other on 8 channels: 8 of weights each pass, in 2 cycles.
  Target one = target();
  ArrayTile tile = tileOf({1, 1, 4, 8, 1, 1, 1, 1});
  ArrayMapping mapping;
  mapping.spad = {{C, 8}};
  mapping.passes = {{M, 4}};
  EXPECT_EQ(estimateArray(tile, mapping, one).cycles, 2 + 4 * 8 + 3 + 1); // 2·8 words of 32
  one.array.weightSpad.words = 15;
  EXPECT_EQ(estimateArray(tile, mapping, one).cycles, 4 * (2 + 8) + 3 + 1);
  one.array.weightSpad.streams = true;
  EXPECT_EQ(estimateArray(tile, mapping, one).cycles, 2 + 4 * 8 + 3 + 1);
  // Psums without room for a second pass leave before the next begins.
  one.array.psumSpad.words = 1;
  EXPECT_EQ(estimateArray(tile, mapping, one).cycles, 2 + 4 * (8 + 3 + 1));
}

TEST(ArrayEstimate, WhatStreamsFlowsThroughAStretch) {
  // Two rows of 3 outputs under 3 taps and 4 channels: windows of 12 bytes, two of 4, 12, and two of 4, at a
  // byte a cycle.
  Target one = target();
  one.array.macRate[ElementType::I8] = 2; // 6 cycles a pass
  one.array.ifmapNoc.bytesPerCycle = 1;
  one.array.ifmapSpad.slides = true;
  one.array.ifmapSpad.doubleBuffered = true;
  ArrayTile tile = tileOf({2, 1, 1, 4, 1, 3, 1, 3});
  tile.ifmap = {1, 5};
  ArrayMapping mapping;
  mapping.spad = {{C, 4}, {S, 3}};
  mapping.passes = {{N, 2}, {Q, 3}};
  // Tied to passes, the second row's window takes 12 cycles of one of 6.
  EXPECT_EQ(estimateArray(tile, mapping, one).cycles, 12 + 5 * 6 + 12 + 3 + 1);
  one.array.ifmapSpad.streams = true;
  EXPECT_EQ(estimateArray(tile, mapping, one).cycles, 12 + 6 * 6 + 3 + 1);
  // Now the stream is the longest: 28 bytes behind the ramp-up.
  one.array.macRate[ElementType::I8] = 4;
  ArrayEstimate estimate = estimateArray(tile, mapping, one);
  EXPECT_EQ(estimate.cycles, 12 + 28 + 3 + 1);
  EXPECT_EQ(estimate.cyclesBy[static_cast<size_t>(CycleTerm::IfmapNoc)], 28);
}

TEST(ArrayEstimate, CoordinatesAreCountedOnce) {
  for (int64_t step = 1; step <= 4; ++step)
    for (int64_t hop = 1; hop <= 4; ++hop)
      for (int64_t count = 1; count <= 6; ++count)
        for (int64_t taps = 1; taps <= 5; ++taps)
          for (int64_t origin : {-7, -2, 0, 3})
            for (int64_t limit : {1, 6, 100}) {
              std::set<int64_t> coordinates;
              for (int64_t i = 0; i < count; ++i)
                for (int64_t j = 0; j < taps; ++j)
                  if (int64_t at = origin + i * step + j * hop; at >= 0 && at < limit)
                    coordinates.insert(at);
              ASSERT_EQ(differentCoordinates(origin, count, step, taps, hop, limit),
                        static_cast<int64_t>(coordinates.size()))
                  << origin << " " << count << " " << step << " " << taps << " " << hop << " " << limit;
            }
  EXPECT_EQ(differentCoordinates(0, 0, 1, 3, 1, 10), 0);
}

TEST(ArrayEstimate, PsumsSpillOutsideOfALoopOverThem) {
  Extents tile = {1, 1, 8, 8, 1, 8, 1, 1};
  ArrayMapping mapping;
  mapping.passes = {{M, 8}, {Q, 8}, {C, 8}};
  EXPECT_FALSE(spillsPsums(mapping, tile));
  mapping.passes = {{M, 8}, {C, 8}, {Q, 8}};
  EXPECT_TRUE(spillsPsums(mapping, tile));
  mapping.spad = {{Q, 8}}; // the loop over Q does not turn
  EXPECT_FALSE(spillsPsums(mapping, tile));
}

} // namespace
