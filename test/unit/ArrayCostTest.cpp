// LINK: DnncCost
#include "lib/Cost/ArrayCost.h"

#include <gtest/gtest.h>

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

} // namespace
