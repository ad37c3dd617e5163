// LINK: DnncSimulator
// The walk that minds zeros against a list of all MACs of every pass and PE, and what must hold of any data.
#include "runtime/Simulator/SparseWalk.h"

#include "dnnc/Error.h"
#include "test/unit/SparseListed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sparse_test;

namespace {

/// A machine with everything changed that zeros have to do with.
Target drawTarget(Draw &draw) {
  Target target = machine();
  Array &array = target.array;
  auto oneOf = [&](std::initializer_list<int64_t> list) {
    return *(list.begin() + draw(0, std::ssize(list) - 1));
  };
  if (draw(0, 1)) {
    array.clusterRows = array.clusterColumns = 1;
    array.ifmapNoc.multicast = draw(0, 1);
    array.weightNoc.multicast = draw(0, 1);
  }
  for (Spad *spad : {&array.ifmapSpad, &array.weightSpad, &array.psumSpad}) {
    spad->doubleBuffered = draw(0, 2) == 0;
    spad->streams = draw(0, 2) == 0;
    spad->bits = spad == &array.psumSpad ? oneOf({32, 20}) : oneOf({8, 12, 24});
  }
  array.ifmapSpad.slides = draw(0, 1);
  array.psumsStartInMemory = draw(0, 3) == 0;
  array.fillsInTurn = draw(0, 1);
  array.pipelineDepth = draw(0, 5);
  array.skipping.ifmap = draw(0, 3);
  array.skipping.weight = draw(0, 3) || !array.skipping.ifmap;
  array.skipping.macs = draw(0, 1) ? Skipping::Macs::Lockstep : Skipping::Macs::Independent;
  array.skipping.depthwise.ifmap = draw(0, 1);
  array.ifmapNoc.format = static_cast<NocFormat>(draw(0, 2));
  array.weightNoc.format = static_cast<NocFormat>(draw(0, 2));
  if (array.skipping.macs == Skipping::Macs::Lockstep)
    for (auto [spad, noc] : {std::pair(&array.ifmapSpad, &array.ifmapNoc), std::pair(&array.weightSpad, &array.weightNoc)})
      if (noc->format == NocFormat::Csc)
        spad->address.words = draw(0, 1) << 20;
  for (int64_t *rate :
       {&array.ifmapNoc.bytesPerCycle, &array.weightNoc.bytesPerCycle, &array.psumNoc.bytesPerCycle,
        &target.memories[0].readBytesPerCycle, &target.memories[0].writeBytesPerCycle})
    *rate = oneOf({1, 2, 4, 8, 16, 32, 1 << 20});
  return target;
}

void drawTile(Draw &draw, ArrayTile &tile) {
  tile.strideH = draw(1, 3);
  tile.strideW = draw(1, 3);
  tile.dilationH = draw(1, 2);
  tile.dilationW = draw(1, 3);
  tile.originH = draw(-2, 1);
  tile.originW = draw(-2, 1);
  tile.ifmapH = draw(3, 12);
  tile.ifmapW = draw(3, 12);
  tile.first = draw(0, 3);
  tile.last = draw(0, 3);
  tile.depthwise = draw(0, 3) == 0;
  tile.outputType = draw(0, 1) ? ElementType::I8 : ElementType::I32;
}

Mapping drawMapping(Draw &draw, const Target &target, const Extents &extents) {
  Mapping mapping;
  std::vector<std::vector<Factor> *> inner = {&mapping.peRows, &mapping.peColumns, &mapping.spad};
  if (target.clusters() > 1)
    inner.insert(inner.end(), {&mapping.clusterRows, &mapping.clusterColumns});
  for (std::vector<Factor> *level : inner)
    for (int64_t n = draw(0, 2); n > 0; --n)
      level->push_back({static_cast<int>(draw(0, 7)), draw(1, 3)});
  bool lockstep = target.array.skipping.macs == Skipping::Macs::Lockstep;
  for (int64_t n = draw(0, 2); n > 0; --n)
    mapping.macs.push_back({lockstep ? M : static_cast<int>(draw(0, 7)), draw(1, 3)});
  for (int64_t n = draw(0, 3); n > 0; --n)
    mapping.passes.push_back({static_cast<int>(draw(0, 7)), draw(1, 3)});
  std::vector<int> order = {0, 1, 2, 3, 4, 5, 6, 7};
  std::shuffle(order.begin(), order.end(), draw.random);
  for (int d : order)
    mapping.passes.insert(mapping.passes.begin() + draw(0, static_cast<int64_t>(mapping.passes.size())),
                          {d, extents[static_cast<size_t>(d)]});
  return mapping;
}

/// Spads that just hold a pass, some of them two.
void fitSpads(Draw &draw, const Mapping &mapping, const ArrayTile &tile, Target &target) {
  SpadWords words = spadWords(mapping, tile, target);
  Array &array = target.array;
  auto fit = [&](Spad &spad, int64_t needed) { spad.words = needed * draw(1, 2) + draw(0, 1); };
  fit(array.ifmapSpad, words.ifmap);
  fit(array.weightSpad, words.weight);
  fit(array.psumSpad, words.psum);
}

double drawDensity(Draw &draw) {
  return std::array<double, 5>{0, 0.1, 0.4, 0.7, 1}[static_cast<size_t>(draw(0, 4))];
}

/// A random tile with its mapping and machine.
struct Case {
  Target target;
  ArrayTile tile;
  Mapping mapping;
  std::unique_ptr<Data> data;

  explicit Case(Draw &draw) : target(drawTarget(draw)), tile(tileOf({1, 1, 1, 1, 1, 1, 1, 1})) {
    for (int d = 0; d < dimCount; ++d)
      tile.extents[d] = draw(1, draw(0, 2) ? 2 : 5);
    drawTile(draw, tile);
    mapping = drawMapping(draw, target, tile.extents);
    data = std::make_unique<Data>(draw, tile, drawDensity(draw), drawDensity(draw));
    SparseTile sparse(data->tile, mapping, tile, target);
    tile.fullestWeights = sparse.fullestWeights();
    fitSpads(draw, mapping, tile, target);
  }
};

/// Compares the case with a list of all its MACs.
void expectListed(const Case &c) {
  ASSERT_EQ(checkMapping(c.mapping, c.tile, c.target), std::vector<std::string>());
  Listed listed(c.mapping, c.tile, c.target, *c.data);
  SparseTile sparse(c.data->tile, c.mapping, c.tile, c.target);
  EXPECT_EQ(sparse.skipped().ifmap, listed.skips.ifmap);
  EXPECT_EQ(sparse.skipped().weight, listed.skips.weight);
  EXPECT_EQ(sparse.fullestWeights(), listed.fullest);
  ArrayWork work = sparse.walk();
  EXPECT_EQ(work.macs, listed.work.macs);
  EXPECT_EQ(sparse.zeroIfmapMacs(), listed.gated);
  EXPECT_EQ(work.passes, listed.work.passes);
  EXPECT_EQ(work.activePes, listed.work.activePes);
  EXPECT_EQ(work.ifmapFetched, listed.work.ifmapFetched);
  EXPECT_EQ(work.ifmapRead, listed.work.ifmapRead);
  EXPECT_EQ(work.ifmapSpadRead, listed.work.ifmapSpadRead);
  EXPECT_EQ(work.ifmapSpadWritten, listed.work.ifmapSpadWritten);
  EXPECT_EQ(work.ifmapHops, listed.work.ifmapHops);
  EXPECT_EQ(work.weightFetched, listed.work.weightFetched);
  EXPECT_EQ(work.weightRead, listed.work.weightRead);
  EXPECT_EQ(work.weightSpadRead, listed.work.weightSpadRead);
  EXPECT_EQ(work.weightSpadWritten, listed.work.weightSpadWritten);
  EXPECT_EQ(work.ifmapAddressRead, listed.work.ifmapAddressRead);
  EXPECT_EQ(work.ifmapAddressWritten, listed.work.ifmapAddressWritten);
  EXPECT_EQ(work.weightAddressRead, listed.work.weightAddressRead);
  EXPECT_EQ(work.weightAddressWritten, listed.work.weightAddressWritten);
  EXPECT_EQ(work.weightHops, listed.work.weightHops);
  EXPECT_EQ(work.psumRead, listed.work.psumRead);
  EXPECT_EQ(work.psumWritten, listed.work.psumWritten);
  EXPECT_EQ(work.psumSpadRead, listed.work.psumSpadRead);
  EXPECT_EQ(work.psumSpadWritten, listed.work.psumSpadWritten);
  EXPECT_EQ(work.psumHops, listed.work.psumHops);
  EXPECT_EQ(work.outputWritten, listed.work.outputWritten);
  EXPECT_EQ(work.cycles, listed.work.cycles);
}

TEST(SparseWalk, DoesWhatAListOfAllMacsDoes) {
  Draw draw(5);
  int compressed = 0;
  for (int round = 0; round < 1500 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    Case c(draw);
    expectListed(c);
    compressed += c.tile.fullestWeights > 0;
  }
  EXPECT_GT(compressed, 100);
}

TEST(SparseWalk, ATileInThePaddingHasNoIfmap) {
  Draw draw(8);
  for (int round = 0; round < 200 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    Case c(draw);
    ConvTile &tile = c.data->tile;
    if (round % 3 != 0)
      c.tile.originH = tile.originH = round % 2 ? -100 : tile.ifmapH;
    if (round % 3 != 1)
      c.tile.originW = tile.originW = round % 2 ? tile.ifmapW + 1 : -50;
    tile.ifmap = nullptr;
    expectListed(c);
    Density density = densityOf(tile);
    EXPECT_EQ(density.ifmapElements, 0);
    EXPECT_EQ(density.ifmapNonZeros, 0);
    EXPECT_GT(density.weightElements, 0);
  }
}

int64_t allMacs(const Extents &extents) {
  int64_t all = 1;
  for (int64_t extent : extents)
    all *= extent;
  return all;
}

TEST(SparseWalk, IsTheDenseWalkWithoutZeros) {
  Draw draw(6);
  for (int round = 0; round < 500 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    Case c(draw);
    c.tile.originH = c.tile.originW = 0;
    c.tile.ifmapH = (c.tile.extents[P] - 1) * c.tile.strideH + (c.tile.extents[R] - 1) * c.tile.dilationH + 1;
    c.tile.ifmapW = (c.tile.extents[Q] - 1) * c.tile.strideW + (c.tile.extents[S] - 1) * c.tile.dilationW + 1;
    Data full(draw, c.tile, 1, 1);
    SparseTile sparse(full.tile, c.mapping, c.tile, c.target);
    c.tile.fullestWeights = 0;
    // Without zeros no form is smaller than the elements as they are.
    ArrayWork work = sparse.walk(), dense = walkArray(c.mapping, c.tile, c.target);
    EXPECT_EQ(sparse.fullestWeights(), 0);
    EXPECT_EQ(sparse.skippedMacs(), 0);
    EXPECT_EQ(work.cycles, dense.cycles);
    EXPECT_EQ(work.macs, dense.macs);
    EXPECT_EQ(work.psumSpadRead, dense.psumSpadRead);
    EXPECT_EQ(work.ifmapSpadRead, dense.ifmapSpadRead);
    EXPECT_EQ(work.weightSpadRead, dense.weightSpadRead);
    EXPECT_EQ(work.ifmapDifferent, dense.ifmapDifferent);
  }
}

TEST(SparseWalk, LiesBetweenTheIdealAndTheDenseWalk) {
  Draw draw(7);
  for (int round = 0; round < 1000 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    Case c(draw);
    c.target.array.ifmapNoc.format = c.target.array.weightNoc.format = NocFormat::Dense;
    c.tile.fullestWeights = 0;
    SparseTile sparse(c.data->tile, c.mapping, c.tile, c.target);
    ArrayWork work = sparse.walk(), dense = walkArray(c.mapping, c.tile, c.target);
    EXPECT_LE(work.cycles, dense.cycles);
    int64_t multipliers = 1;
    for (const auto *axis : {&c.mapping.clusterRows, &c.mapping.clusterColumns, &c.mapping.peRows,
                             &c.mapping.peColumns, &c.mapping.macs})
      for (const Factor &factor : *axis)
        multipliers *= factor.count;
    EXPECT_GE(work.cycles, work.macs / multipliers);
    EXPECT_EQ(work.macs + sparse.skippedMacs(), allMacs(c.tile.extents));
    EXPECT_EQ(work.ifmapRead, dense.ifmapRead);
    EXPECT_EQ(work.outputWritten, dense.outputWritten);
  }
}

TEST(SparseWalk, ChainsAdvanceByThemselvesWhereTheIfmapStreams) {
  // Two PEs with an output each, over four passes of a channel; the first has work in the first two, the
  // other in the last two.
  Target target = machine();
  Array &array = target.array;
  array.clusterRows = array.clusterColumns = 1;
  array.pipelineDepth = 0;
  array.unlimitedDelivery = true;
  ArrayTile tile = tileOf({1, 1, 1, 4, 1, 2, 1, 1});
  Mapping mapping;
  mapping.passes = {{C, 4}};
  mapping.peColumns = {{Q, 2}};
  Draw draw(1);
  Data data(draw, tile, 1, 1);
  auto zero = static_cast<uint8_t>(data.tile.ifmapZeroPoint);
  for (size_t c = 0; c < 4; ++c)
    data.ifmap[2 * c + (c < 2 ? 1 : 0)] = zero;
  EXPECT_EQ(SparseTile(data.tile, mapping, tile, target).walk().cycles, 4);
  array.ifmapSpad.streams = array.weightSpad.streams = true;
  EXPECT_EQ(SparseTile(data.tile, mapping, tile, target).walk().cycles, 2);
  // Weights that do not stream come for all chains at once.
  array.weightSpad.streams = false;
  EXPECT_EQ(SparseTile(data.tile, mapping, tile, target).walk().cycles, 4);
  // PEs of one chain wait for each other.
  tile = tileOf({1, 1, 1, 2, 1, 4, 1, 1});
  mapping.passes = {{Q, 4}};
  mapping.peColumns = {{C, 2}};
  Data other(draw, tile, 1, 1);
  zero = static_cast<uint8_t>(other.tile.ifmapZeroPoint);
  other.ifmap[0] = other.ifmap[1] = other.ifmap[6] = other.ifmap[7] = zero;
  array.weightSpad.streams = true;
  EXPECT_EQ(SparseTile(other.tile, mapping, tile, target).walk().cycles, 4 + 1); // and the chain at the end
}

TEST(SparseWalk, AnOddColumnWastesAMultiplierInLockstep) {
  Target target = machine();
  Array &array = target.array;
  array.skipping.macs = Skipping::Macs::Lockstep;
  array.pipelineDepth = 0;
  array.unlimitedDelivery = true;
  ArrayTile tile = tileOf({1, 1, 8, 2, 1, 3, 1, 1});
  Mapping mapping;
  mapping.macs = {{M, 2}};
  mapping.spad = {{M, 4}, {C, 2}, {Q, 3}};
  Draw draw(2);
  Data data(draw, tile, 1, 1);
  auto clear = [&](size_t m, size_t c) {
    data.weight[2 * m + c] =
        static_cast<uint8_t>(data.tile.param(0, static_cast<int64_t>(m)).weightZeroPoint);
  };
  for (size_t m : {0, 1, 2})
    clear(m, 0); // five weights are left: three steps; eight in the other column: four
  data.ifmap[1] = static_cast<uint8_t>(data.tile.ifmapZeroPoint);
  SparseTile sparse(data.tile, mapping, tile, target);
  EXPECT_EQ(sparse.walk().cycles, 2 * 3 + 3 * 4);
  EXPECT_EQ(sparse.walk().macs, 2 * 5 + 3 * 8);
  // Each ifmap element is read once; a step reads a weight for every multiplier that the PE has.
  EXPECT_EQ(sparse.walk().ifmapSpadRead, 2 + 3);
  EXPECT_EQ(sparse.walk().weightSpadRead, (2 * 3 + 3 * 4) * array.macsPerPe);
  array.macsPerPe = 2;
  EXPECT_EQ(sparse.walk().weightSpadRead, (2 * 3 + 3 * 4) * 2);
  // A PE that has no weight for an element does not read it; one with another share of M reads it again.
  for (size_t m : {3, 4, 5, 6, 7})
    clear(m, 0);
  mapping.passes = {{M, 2}};
  mapping.spad = {{M, 2}, {C, 2}, {Q, 3}};
  SparseTile shares(data.tile, mapping, tile, target);
  EXPECT_EQ(shares.walk().ifmapSpadRead, 2 * 3);
  EXPECT_EQ(shares.walk().weightSpadRead, 3 * (2 + 2) * 2);
  mapping.passes = {};
  mapping.spad = {{M, 4}, {C, 2}, {Q, 3}};
  for (size_t m : {3, 4, 5, 6, 7})
    data.weight[2 * m] ^= 1;
  // By itself the first multiplier has 1 + 4 weights, the second 4 + 4: it has to go through them all.
  array.skipping.macs = Skipping::Macs::Independent;
  EXPECT_EQ(SparseTile(data.tile, mapping, tile, target).walk().cycles, 2 * 4 + 3 * 4);
}

TEST(SparseWalk, SendsATileRawWhereThatIsNotLarger) {
  Target target = machine();
  Array &array = target.array;
  array.clusterRows = array.clusterColumns = 1;
  array.ifmapNoc.format = array.weightNoc.format = NocFormat::Csc;
  array.ifmapSpad.bits = array.weightSpad.bits = 12;
  ArrayTile tile = tileOf({1, 1, 8, 8, 1, 8, 1, 1});
  Mapping mapping;
  mapping.spad = {{M, 8}, {C, 8}, {Q, 8}};
  Draw draw(3);
  Data data(draw, tile, 1, 1);
  // Eight columns of eight channels: 8·4 bits of addresses and 12 a non-zero, against 64 bytes: 39 non-zeros.
  auto zero = static_cast<uint8_t>(data.tile.ifmapZeroPoint);
  for (size_t i = 0; i < 64 - 40; ++i)
    data.ifmap[i] = zero;
  SparseTile raw(data.tile, mapping, tile, target);
  EXPECT_FALSE(raw.skipped().ifmap);
  EXPECT_EQ(raw.walk().ifmapRead, 64);
  EXPECT_EQ(raw.walk().macs, 512);
  data.ifmap[63] = zero;
  SparseTile compressed(data.tile, mapping, tile, target);
  EXPECT_TRUE(compressed.skipped().ifmap);
  ArrayWork work = compressed.walk();
  EXPECT_EQ(work.ifmapRead, (39 * 12 + 8 * 4 + 7) / 8);
  EXPECT_EQ(work.ifmapSpadWritten, 39);
  EXPECT_EQ(work.macs, 39 * 8);
  // Weights without a zero go raw in any case.
  EXPECT_FALSE(compressed.skipped().weight);
  EXPECT_EQ(work.weightRead, 64);
}

TEST(SparseWalk, DepthwiseUsesFewerMultipliersAndMayKeepZeros) {
  Target target = machine();
  target.array.skipping.depthwise = {1, false};
  ArrayTile tile = tileOf({1, 4, 1, 1, 1, 4, 1, 1});
  Mapping mapping;
  mapping.passes = {{G, 4}};
  mapping.macs = {{Q, 2}};
  mapping.spad = {{Q, 2}};
  Draw draw(4);
  Data data(draw, tile, 0.3, 1);
  EXPECT_TRUE(SparseTile(data.tile, mapping, tile, target).skipped().ifmap);
  EXPECT_EQ(checkMapping(mapping, tile, target), std::vector<std::string>());
  tile.depthwise = true;
  EXPECT_FALSE(SparseTile(data.tile, mapping, tile, target).skipped().ifmap);
  EXPECT_EQ(
      checkMapping(mapping, tile, target),
      std::vector<std::string>{"the mapping spreads [Q = 2] over 2 positions of MACs in a PE for depthwise "
                               "products; the target has 1"});
}

TEST(SparseWalk, LockstepSpreadsOutputChannelsAlone) {
  Target target = machine();
  target.array.skipping.macs = Skipping::Macs::Lockstep;
  ArrayTile tile = tileOf({1, 1, 4, 1, 1, 4, 1, 1});
  Mapping mapping;
  mapping.macs = {{M, 2}, {Q, 2}};
  mapping.spad = {{M, 2}, {Q, 2}};
  EXPECT_EQ(
      checkMapping(mapping, tile, target),
      std::vector<std::string>{"the mapping spreads [Q = 2] over the MACs of a PE; the target's take the "
                               "weights of one ifmap element in lockstep, so only M can be"});
}

TEST(SparseWalk, CompressedWeightsTakeTheWordsOfTheFullestPe) {
  Target target = machine();
  Array &array = target.array;
  array.weightNoc.format = NocFormat::Csc;
  array.weightSpad = {10, 12, false, 0, 0};
  ArrayTile tile = tileOf({1, 1, 8, 4, 1, 1, 1, 1});
  Mapping mapping;
  mapping.peRows = {{M, 2}};
  mapping.spad = {{M, 4}, {C, 4}};
  Draw draw(5);
  Data data(draw, tile, 1, 1);
  for (size_t m = 0; m < 8; ++m)
    for (size_t c = 0; c < (m < 4 ? 2 : 3); ++c)
      data.weight[4 * m + c] =
          static_cast<uint8_t>(data.tile.param(0, static_cast<int64_t>(m)).weightZeroPoint);
  EXPECT_EQ(checkMapping(mapping, tile, target).size(), 1u);
  SparseTile sparse(data.tile, mapping, tile, target);
  EXPECT_EQ(sparse.fullestWeights(), 8);
  tile.fullestWeights = sparse.fullestWeights();
  EXPECT_EQ(checkMapping(mapping, tile, target), std::vector<std::string>());
  array.weightSpad.words = 7;
  EXPECT_EQ(
      checkMapping(mapping, tile, target),
      std::vector<std::string>{"a pass needs 8 words of weight spad in a PE; the target has 7 of 12 bits"});
}

TEST(SparseWalk, TellsWhenASkippedZeroMayMeetNoNumber) {
  float x[] = {1, 0, -0.0f, 2}, w[] = {0, 3};
  ConvTile tile;
  tile.ifmapType = tile.weightType = ElementType::F32;
  tile.m = 2, tile.q = tile.ifmapW = 4;
  tile.ifmap = reinterpret_cast<const uint8_t *>(x);
  tile.weight = reinterpret_cast<const uint8_t *>(w);
  tile.ifmapStrides = {16, 16, 16, 16, 4};
  tile.weightStrides = {8, 4, 4, 4, 4};
  Target target = machine();
  target.array.macRate[ElementType::F32] = 1;
  ArrayTile array = tileOf({1, 1, 2, 1, 1, 4, 1, 1});
  array.ifmapType = array.weightType = ElementType::F32;
  Mapping mapping;
  mapping.spad = {{M, 2}, {Q, 4}};
  auto skips = [&] { return SparseTile(tile, mapping, array, target).skippedOfNonFinite(); };
  EXPECT_EQ(SparseTile(tile, mapping, array, target).walk().macs, 2);
  EXPECT_FALSE(skips().any());
  x[0] = INFINITY;
  EXPECT_TRUE(skips().ifmap && skips().weight);
  target.array.skipping.weight = false; // then no zero that is skipped meets it
  EXPECT_FALSE(skips().any());
  w[1] = NAN;
  EXPECT_TRUE(skips().ifmap && !skips().weight);
}

} // namespace
