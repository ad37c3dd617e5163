// LINK: DnncCost
#include "lib/Cost/LayerCost.h"

#include "test/unit/CostRandom.h"

#include <gtest/gtest.h>

using namespace dnnc;
using namespace dnnc::cost;

namespace {

/// One PE, one memory; 2 bytes of DRAM a cycle in bursts of 4 behind a latency of 10 cycles.
Target machine() {
  Target target;
  target.name = "test";
  target.clockMhz = 100;
  target.dram.bytes = 1 << 30;
  target.dram.bandwidth = 0.2;
  target.dram.latency = 10;
  target.dram.burstBytes = 4;
  Memory glb;
  glb.name = "glb";
  glb.holds = {Operand::Ifmap, Operand::Weight, Operand::Param,
               Operand::Psum,  Operand::Ofmap,  Operand::Vector};
  glb.bytes = 4096;
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 64;
  target.memories = {glb};
  Array &array = target.array;
  array.macRate = {{ElementType::I8, 1}};
  array.macPj = {{ElementType::I8, 1}};
  array.ifmapSpad = array.weightSpad = {64, 8, true};
  array.psumSpad = {16, 32, true};
  array.ifmapNoc = array.weightNoc = array.psumNoc = {64, true, 0};
  return target;
}

/// 8 filters of 3×3 over 4 channels of 10×10, padded by one.
Layer layer() {
  Layer layer;
  layer.extents = {1, 1, 8, 4, 10, 10, 3, 3};
  layer.pads = {1, 1};
  layer.ifmap = {10, 10};
  return layer;
}

TEST(LayerCost, DramBytesByHand) {
  Target target = machine();
  Layer conv = layer();
  // All at once: 400 of ifmap, 288 of weights, 800 of outputs, all in whole bursts.
  EXPECT_EQ(dramBytes(conv, conv.extents, {}, target), 400 + 288 + 800);
  // Two halves of the rows: 6 rows of 4 channels each, 60 bytes a run; outputs in runs of 50, 13 bursts. The
  // weights stay.
  Extents halves = conv.extents;
  halves[P] = 5;
  int64_t outputs = 16 * 52;
  EXPECT_EQ(dramBytes(conv, halves, {P}, target), 2 * 4 * 60 + 288 + outputs);
  // Strips of 3 columns, the last of 1: the box of a strip has 5 columns, 4 at the left border, 1 + 1 at the
  // right.
  Extents strips = conv.extents;
  strips[Q] = 3;
  int64_t columns = 40 * 4 + 40 * 8 + 40 * 8 + 40 * 4;
  EXPECT_EQ(dramBytes(conv, strips, {Q}, target), columns + 288 + 4 * 80 * 4);
  // Filters in two parts outside of the halves: the ifmap is loaded for each part, the weights once.
  Extents both = halves;
  both[M] = 4;
  EXPECT_EQ(dramBytes(conv, both, {M, P}, target), 2 * 480 + 288 + outputs);
  // The other way round the weights are loaded for each half, the ifmap once.
  EXPECT_EQ(dramBytes(conv, both, {P, M}, target), 480 + 2 * 288 + outputs);
  EXPECT_EQ(dramBytesLowerBound(conv, both, target), 480 + 288 + outputs);
  // With the channels cut too, both are loaded for every tile.
  both[C] = 1;
  EXPECT_EQ(dramBytes(conv, both, {P, M}, target), 2 * 480 + 2 * 2 * 4 * 4 * 12 + outputs);
}

TEST(LayerCost, MatrixProductsInTheirLayouts) {
  Target target = machine();
  Layer product;
  product.extents = {1, 2, 6, 10, 1, 3, 1, 1};
  product.ifmap = {1, 3};
  product.matmul = true;
  // 60 of ifmap, 120 of weights, 36 of outputs.
  EXPECT_EQ(dramBytes(product, product.extents, {}, target), 60 + 120 + 36);
  // Half of the depth: a run of 5 takes two bursts, a run of 6 columns too.
  Extents tile = product.extents;
  tile[G] = 1, tile[C] = 5;
  EXPECT_EQ(dramBytes(product, tile, {G}, target), 4 * 3 * 8 + 4 * 32 + 2 * 20);
  product.transposeIfmap = true;  // five runs of 3, side by side
  product.transposeWeight = true; // six runs of 5
  EXPECT_EQ(dramBytes(product, tile, {G}, target), 4 * 16 + 4 * 6 * 8 + 2 * 20);
}

TEST(LayerCost, FootprintByHand) {
  Target target = machine();
  LayerMapping mapping;
  Layer conv = layer();
  conv.hasParams = true;
  mapping.tile = conv.extents;
  auto bytes = [&] { return footprint(conv, mapping, target)[0]; };
  EXPECT_EQ(bytes(), 400 + 288 + 128 + 800);
  // Tiles that move with a loop have a ring of two; a window whose place varies takes all of its rows.
  mapping.tile[P] = 5;
  mapping.order = {P};
  EXPECT_EQ(bytes(), 2 * 4 * 7 * 10 + 288 + 128 + 2 * 400);
  target.overlapTransfers = false;
  EXPECT_EQ(bytes(), 4 * 7 * 10 + 8 + 288 + 128 + 400); // 280 in lines of 16
  // Psums that stay between the parts of the reduction have 4 bytes each, unless they stand in place of the
  // outputs.
  mapping.tile = conv.extents;
  mapping.tile[C] = 2;
  EXPECT_EQ(bytes(), 208 + 144 + 128 + 800 + 3200);
  target.array.psumSpad.bits = 8;
  EXPECT_EQ(bytes(), 208 + 144 + 128 + 800);
  // A prefetched operand has its ring all the same, a FIFO is not counted.
  target.memories.push_back(target.memories[0]);
  target.memories[0].holds = {Operand::Ifmap, Operand::Psum, Operand::Ofmap, Operand::Param};
  target.memories[1].prefetch = true;
  EXPECT_EQ(footprint(conv, mapping, target), (std::vector<int64_t>{208 + 128 + 800, 288}));
  target.memories[1].kind = Memory::Kind::Fifo;
  EXPECT_EQ(footprint(conv, mapping, target), (std::vector<int64_t>{208 + 128 + 800, 0}));
}

TEST(LayerCost, TransfersStandStillOrOverlap) {
  // A product of one column a tile: 16 of weights in 2 + 8 cycles; the ifmap of 16 comes once before.
  Target target = machine();
  target.dram.latency = 2;
  Layer product;
  product.extents = {1, 1, 100, 16, 1, 1, 1, 1};
  product.matmul = product.transposeWeight = true;
  LayerMapping mapping;
  mapping.tile = {1, 1, 1, 16, 1, 1, 1, 1};
  mapping.order = {M};
  mapping.array.spad = {{C, 16}};
  // Fill 1, compute 16, drain through a stage and out: 19 cycles. A store of one burst takes 2 + 2.
  LayerEstimate estimate = estimateLayer(product, mapping, target);
  EXPECT_EQ(estimate.tiles, 100);
  EXPECT_EQ(estimate.arrayCycles, 100 * 19);
  EXPECT_EQ(estimate.bottleneck, Bottleneck::Array);
  EXPECT_EQ(estimate.cycles, 2 * 10 + 100 * 19 + 4);
  EXPECT_EQ(estimate.counts.dramRead, 16 + 1600);
  EXPECT_EQ(estimate.counts.dramWritten, 400);
  // Where nothing overlaps, a load and a store lie between any two tiles: both move at half the bandwidth
  // from their second cycle to the sixth, then the load alone for another six.
  target.overlapTransfers = false;
  EXPECT_EQ(estimateLayer(product, mapping, target).cycles, 2 * 10 + 19 + 99 * (2 + 4 + 6 + 19) + 4);
  // A memory of their own that is prefetched lets the weights come while the array works; the store is waited
  // for.
  target.memories.push_back(target.memories[0]);
  target.memories[0].holds = {Operand::Ifmap, Operand::Psum, Operand::Ofmap, Operand::Param};
  target.memories[1].holds = {Operand::Weight};
  target.memories[1].prefetch = true;
  EXPECT_EQ(estimateLayer(product, mapping, target).cycles, 2 * 10 + 100 * 19 + 98 * 6 + 2 * 4);
}

TEST(LayerCost, ManyTilesAreAsExactAsFew) {
  // With a loop of many alike tiles most are skipped; the time per tile stays what it was.
  Target target = machine();
  LayerMapping mapping;
  mapping.order = {N, P};
  mapping.array.spad = {{S, 3}, {R, 3}, {C, 4}};
  mapping.array.passes = {{M, 8}, {Q, 10}};
  Layer conv = layer();
  auto cycles = [&](int64_t images) {
    conv.extents[N] = images;
    mapping.tile = {1, 1, 8, 4, 1, 10, 3, 3};
    return estimateLayer(conv, mapping, target).cycles;
  };
  double perImage = cycles(6) - cycles(5);
  EXPECT_EQ(cycles(1000) - cycles(6), 994 * perImage);
}

TEST(LayerCost, LimitsByHand) {
  Target target = machine();
  Layer conv = layer();
  LayerLimits limits = limitsOf(conv, target);
  EXPECT_EQ(limits.dramBytes, 400 + 288 + 800);
  EXPECT_EQ(limits.cycles, 8 * 4 * 100 * 9); // one MAC a cycle
  target.dram.bandwidth = 0.002;             // 0.02 bytes a cycle
  EXPECT_NEAR(limitsOf(conv, target).cycles, 1488 / 0.02, 1e-6);
  // Strided 1×1: only every second row and column is read.
  Layer strided = layer();
  strided.extents = {1, 1, 8, 4, 5, 5, 1, 1};
  strided.strides = {2, 2};
  strided.pads = {0, 0};
  EXPECT_EQ(limitsOf(strided, target).dramBytes, 4 * 25 + 32 + 200);
  // A product far larger than the chip: 2·MACs/√S + O, S = 4096 + 2·64 + 2·64 + 2·64 bytes.
  Layer product;
  product.extents = {1, 1, 1000, 1000, 1, 1000, 1, 1};
  product.ifmap = {1, 1000};
  product.matmul = true;
  double words = 4096 + 2 * 64 + 2 * 64 + 2 * 16 * 4;
  EXPECT_NEAR(limitsOf(product, target).dramBytes, 2e9 / std::sqrt(words) + 1e6, 1);
  // As soon as one operand fits, only what is compulsory counts.
  product.extents[M] = 4;
  EXPECT_EQ(limitsOf(product, target).dramBytes, 1e6 + 4000 + 4000);
}

TEST(LayerCost, EnergyLimitByHand) {
  Target target = machine();
  target.dram.pj = 10;
  target.memories[0].readPj = 2, target.memories[0].writePj = 3;
  target.array.ifmapSpad.readPj = 0.5, target.array.weightSpad.readPj = 0.25,
  target.array.psumSpad.readPj = 1;
  target.array.ifmapNoc.hopPj = 0.1, target.array.weightNoc.hopPj = 0.2, target.array.psumNoc.hopPj = 0.3;
  Layer conv = layer();
  double expected = 28800 * 1.25 + 1488 * 10 + 400 * 2.1 + 288 * 2.2 + 800 * 3.3;
  EXPECT_NEAR(limitsOf(conv, target).energyPj, expected, 1e-6);
  // What bypasses the memories takes the network alone.
  target.memories.push_back(target.memories[0]);
  target.memories[0].holds = {Operand::Ifmap, Operand::Psum, Operand::Ofmap, Operand::Param};
  target.memories[1].kind = Memory::Kind::Fifo;
  EXPECT_NEAR(limitsOf(conv, target).energyPj, expected - 288 * 2, 1e-6);
  // Gated MACs are none: those on padding, and on zeros.
  target.array.zeroGating.mac = true;
  EXPECT_NEAR(limitsOf(conv, target).energyPj, expected - 288 * 2 - 32 * (900 - 784) * 1.25, 1e-6);
}

TEST(LayerCost, MacsOnPaddingAndZeros) {
  Layer conv = layer();
  // 28 of the 30 pairs of an output and a tap lie inside along each axis.
  EXPECT_EQ(conv.zeroMacs(), 32 * (900 - 28 * 28));
  conv.gatedMacs = 0.5;
  EXPECT_EQ(conv.zeroMacs(), 32 * (900 - 28 * 28) + 16 * 28 * 28);
  Layer product;
  product.extents = {1, 1, 10, 10, 1, 10, 1, 1};
  product.ifmap = {1, 10};
  product.matmul = true;
  EXPECT_EQ(product.zeroMacs(), 0);
}

TEST(LayerCost, EnergyOfCounts) {
  Target target = machine();
  target.dram.pj = 10, target.dram.codecPj = 7;
  target.memories[0].readPj = 2, target.memories[0].writePj = 3;
  target.array.ifmapSpad.readPj = 0.5, target.array.psumSpad.writePj = 0.25;
  target.array.weightNoc.hopPj = 0.125;
  target.array.zeroGating.macPj = 0.5;
  target.leakageMw = 2;
  target.clockNetworkPj = 5;
  LayerCounts counts;
  counts.memories = {{10, 20, 0, 0}};
  counts.macs = 100, counts.gatedMacs = 10;
  counts.dramRead = 3, counts.dramWritten = 4, counts.encodedBytes = 2;
  counts.ifmapSpadRead = 8, counts.psumSpadWritten = 8, counts.weightHops = 16;
  EnergyTerms energy = energyOf(counts, 1000, ElementType::I8, target);
  EXPECT_EQ(energy.mac, 105);
  EXPECT_EQ(energy.glb, 80);
  EXPECT_EQ(energy.dram, 70);
  EXPECT_EQ(energy.codec, 14);
  EXPECT_EQ(energy.spad, 6);
  EXPECT_EQ(energy.noc, 2);
  EXPECT_EQ(energy.leakage, 20000); // 2 mW for 10 µs
  EXPECT_EQ(energy.clock, 5000);
  EXPECT_EQ(energy.total(), 105 + 80 + 70 + 14 + 6 + 2 + 25000);
}

TEST(LayerCost, EncodedFeatureMapsMoveTheirExpectedSize) {
  Target target = machine();
  Layer conv = layer();
  conv.ofmapEncoded = 0.5;
  LayerMapping mapping;
  mapping.tile = conv.extents;
  mapping.array.spad = {{S, 3}, {R, 3}};
  mapping.array.passes = {{M, 8}, {P, 10}, {Q, 10}, {C, 4}};
  LayerEstimate estimate = estimateLayer(conv, mapping, target);
  EXPECT_EQ(estimate.counts.dramWritten, 400);
  EXPECT_EQ(estimate.counts.encodedBytes, 400);
  EXPECT_EQ(estimate.counts.memories[0].read - estimate.counts.memories[0].arrayRead, 800); // decoded on chip
  EXPECT_EQ(estimate.limits.dramBytes, 400 + 288 + 400);
}

/// The bounds that prune a search never exceed what they bound.
TEST(LayerCost, BoundsHold) {
  Random random(3);
  Target target = machine();
  for (int i = 0; i < 300; ++i) {
    Layer conv = layer();
    conv.extents = {
        random.upTo(3), 1, random.upTo(16), random.upTo(8), random.upTo(12), random.upTo(12), 3, 3};
    conv.ifmap = {conv.extents[P], conv.extents[Q]};
    LayerMapping mapping;
    mapping.tile = conv.extents;
    for (int dim : {N, M, C, P, Q})
      mapping.tile[dim] = random.upTo(conv.extents[dim]);
    mapping.order = {N, M, P, Q};
    random.shuffle(mapping.order);
    mapping.array = drawMapping(mapping.tile, target.array, random);
    LayerEstimate estimate = estimateLayer(conv, mapping, target);
    int64_t bytes = estimate.counts.dramRead + estimate.counts.dramWritten;
    EXPECT_EQ(bytes, dramBytes(conv, mapping.tile, mapping.order, target));
    EXPECT_LE(dramBytesLowerBound(conv, mapping.tile, target), bytes);
    EXPECT_LE(energyLowerBound(conv, target), estimate.energy.total() * (1 + 1e-9));
    EXPECT_LE(estimate.limits.dramBytes, static_cast<double>(bytes));
    EXPECT_LE(estimate.limits.cycles, estimate.cycles);
    EXPECT_LE(estimate.limits.energyPj, estimate.energy.total() * (1 + 1e-9));
    EXPECT_GE(estimate.cycles, estimate.arrayCycles);
    EXPECT_LE(estimate.utilization, 1);
  }
}

} // namespace
