// LINK: DnncSimulator
// What the walk that minds zeros refuses to count, and says so before it takes the memory.
#include "runtime/Simulator/SparseWalk.h"

#include "dnnc/Error.h"
#include "test/unit/SparseCases.h"

#include <gtest/gtest.h>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sparse_test;

namespace {

/// What building the array's view of a tile of zeros says, with so many elements of each dimension in a unit.
std::string errorOf(const Target &target, const Extents &extents, const Extents &inUnit) {
  ArrayTile array = tileOf(extents);
  uint8_t zero = 0;
  ConvTile tile;
  tile.n = extents[N], tile.g = extents[G], tile.m = extents[M], tile.c = extents[C];
  tile.p = extents[P], tile.q = extents[Q], tile.r = extents[R], tile.s = extents[S];
  tile.ifmapH = array.ifmapH, tile.ifmapW = array.ifmapW;
  tile.ifmap = tile.weight = &zero; // all of them: the strides are zero
  Mapping mapping;
  for (int d = 0; d < dimCount; ++d)
    mapping.spad.push_back({d, inUnit[d]});
  try {
    SparseTile(tile, mapping, array, target);
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

TEST(SparseLimits, SaysWhatItCannotCount) {
  constexpr Extents ones = {1, 1, 1, 1, 1, 1, 1, 1};
  Target target = machine();
  // A count for each share of 64 · 64 · 256 · 256 products.
  EXPECT_EQ(errorOf(target, {1, 1, 1, 1, 64, 64, 256, 256}, ones),
            "the zeros of a tile need 268435456 counts for its multipliers; there are at most 134217728");
  // One of each row, tap and share of Q, whatever the shares along the other dimensions are.
  EXPECT_EQ(errorOf(target, {1, 1, 1, 1, 8192, 128, 1, 256}, {1, 1, 1, 1, 8192, 1, 1, 256}),
            "the zeros of a tile need 268435456 counts for its multipliers; there are at most 134217728");
  Extents large = {1, 1, 1, 1, 256, 256, 128, 128};
  EXPECT_EQ(errorOf(target, large, large),
            "a multiplier has 1073741824 products of ifmap elements; their zeros "
            "are counted up to 1073741824");
  // Nothing is counted by share where no zero is skipped.
  target.array.skipping = {};
  EXPECT_EQ(errorOf(target, large, large), "no error");
  target.array.ifmapNoc.format = NocFormat::Bitmask;
  EXPECT_EQ(errorOf(target, {1, (1 << 24) + 1, 1, 1, 1, 1, 1, 1}, ones),
            "the zeros of a tile need 134217736 counts for its ifmap's network; there are at most 134217728");
  target.array.ifmapNoc.format = NocFormat::Dense;
  target.array.weightNoc.format = NocFormat::Bitmask;
  EXPECT_EQ(
      errorOf(target, {1, (1 << 26) + 1, 1, 1, 1, 1, 1, 1}, ones),
      "the zeros of a tile need 134217730 counts for its weights' network; there are at most 134217728");
}

TEST(SparseLimits, RefusesTilesOfAbsurdShape) {
  ConvTile tile;
  tile.c = 1 << 20;
  tile.q = tile.ifmapW = 1 << 10;
  EXPECT_THROW(SparseOperands operands(tile), Error);
  EXPECT_THROW(densityOf(tile), Error);
  Draw draw(6);
  ArrayTile small = tileOf({1, 1, 1, 8, 1, 8, 1, 1});
  Mapping mapping;
  mapping.passes = {{C, 8}, {Q, 8}};
  Data data(draw, small, 0.5, 0.5);
  EXPECT_THROW(SparseTile(data.tile, mapping, small, machine()).walk(63), Error);
}

} // namespace
