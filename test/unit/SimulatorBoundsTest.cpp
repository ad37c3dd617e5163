// LINK: DnncSimulator
#include "runtime/Simulator/Bounds.h"

#include "test/unit/SimulatorPrograms.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace dnnc;
using namespace dnnc::sim;
using namespace dnnc::sim::test;

namespace {

/// Eight channels of 10 × 10 in, 16 out, 3 × 3 filters with a padding of one; tensors read and written once.
struct Convolution {
  LayerShape shape;
  NodeWork work;
  Counts counts{1};
  Target target = smallTarget(); // 1 KiB, and spads of 4 PEs: twice (64 + 64 + 4 · 16) bytes each
  int64_t macs = 0;

  Convolution() {
    shape.extents = {1, 1, 16, 8, 10, 10, 3, 3};
    shape.ifmapH = shape.ifmapW = 10;
    shape.ifmapType = shape.weightType = shape.outputType = ElementType::I8;
  }
  Bounds bounds() {
    const Extents &e = shape.extents;
    macs = e[N] * e[G] * e[M] * e[C] * e[P] * e[Q] * e[R] * e[S];
    counts.macs = {};
    counts.macs[static_cast<size_t>(shape.ifmapType)] = macs;
    work.multiplierCycles = static_cast<double>(macs);
    work.layers = {{shape, {-1, -1}}};
    int64_t input = e[N] * e[G] * e[C] * shape.ifmapH * shape.ifmapW,
            weights = e[G] * e[M] * e[C] * e[R] * e[S];
    int64_t output = e[N] * e[G] * e[M] * e[P] * e[Q];
    work.activations.clear();
    if (reads)
      work.activations = {{{4096, input}, {input * 2, input * 2}}}; // fetched twice
    work.constants = {{{0, weights}, {weights, weights}}, {{90000, 64}, {64, 64}}};
    work.results = {{{8192, output}, {output, output}}};
    return boundsOf(work, counts, macs, target);
  }
  bool reads = true;
};

TEST(Bounds, EveryTensorMovesOnce) {
  Convolution layer;
  Bounds bounds = layer.bounds();
  EXPECT_DOUBLE_EQ(bounds.dramBytes, 8 * 100 + 16 * 8 * 9 + 16 * 100);
  EXPECT_DOUBLE_EQ(bounds.macCycles, 16 * 8 * 100 * 9 / 4.0);
  EXPECT_DOUBLE_EQ(bounds.cycles(layer.target), bounds.macCycles);
  // int8: 1 pJ a MAC and 0.5 a spad word. On chip 1 pJ a byte read, 2 written, 0.25 a hop.
  EXPECT_DOUBLE_EQ(bounds.energy,
                   16 * 8 * 900 * 1.5 + bounds.dramBytes * 100 + (800 + 1152) * 1.25 + 1600 * 2.25);
  layer.target.dram.bandwidth = 0.001; // a hundredth of a byte a cycle
  EXPECT_DOUBLE_EQ(bounds.cycles(layer.target), bounds.dramBytes * 100);
}

TEST(Bounds, StridesSkipInputAndFusedInputStaysOnChip) {
  Convolution layer;
  layer.shape.strideH = layer.shape.strideW = 2;
  layer.shape.extents[R] = layer.shape.extents[S] = 1;
  layer.shape.extents[P] = layer.shape.extents[Q] = 5;
  // Rows −1, 1, 3, 5, 7: four of them on the ifmap.
  EXPECT_DOUBLE_EQ(layer.bounds().dramBytes, 8 * 16 + 16 * 8 + 16 * 25);
  layer.reads = false;
  EXPECT_DOUBLE_EQ(layer.bounds().dramBytes, 16 * 8 + 16 * 25);
}

TEST(Bounds, LayersLargerThanTheChipMoveMore) {
  // A matrix product of 1024 × 1024 matrices; the chip holds 1 KiB and 4 · 2 · (64 + 64 + 64) bytes.
  Convolution layer;
  layer.shape.extents = {1, 1, 1024, 1024, 1, 1024, 1, 1};
  layer.shape.ifmapH = 1;
  layer.shape.ifmapW = 1026;
  auto setOrigin = [&] {
    layer.bounds();
    layer.work.layers = {{layer.shape, {0, 0}}};
    return boundsOf(layer.work, layer.counts, layer.macs, layer.target);
  };
  double onChip = 1024 + 4 * 2 * (64 + 64 + 64), cube = std::pow(1024.0, 3), square = 1024.0 * 1024;
  EXPECT_DOUBLE_EQ(setOrigin().dramBytes, 2 * cube / std::sqrt(onChip) + square);
  // Filters of 3 × 3 use an input nine times.
  layer.shape.extents = {1, 1, 256, 256, 64, 64, 3, 3};
  layer.shape.ifmapH = layer.shape.ifmapW = 66;
  EXPECT_NEAR(setOrigin().dramBytes, 2 * std::pow(2.0, 28) * 9 / std::sqrt(9 * onChip) + std::pow(2.0, 20),
              1);
  // With a filter that fits the chip, everything moves once.
  layer.target.memories[0].bytes = 1 << 20;
  EXPECT_DOUBLE_EQ(setOrigin().dramBytes, 256 * 66 * 66 + 256 * 256 * 9 + 256 * 64 * 64);
}

TEST(Bounds, EncodedTensorsCountAsTheyMove) {
  Convolution layer;
  layer.bounds();
  layer.work.activations = {{{4096, 800}, {1600, 400}}};
  layer.work.results = {{{8192, 1600}, {1600, 1200}}};
  EXPECT_DOUBLE_EQ(boundsOf(layer.work, layer.counts, layer.macs, layer.target).dramBytes, 200 + 1152 + 1200);
}

TEST(Bounds, OtherNodesMoveTheirTensorsOnce) {
  Convolution layer;
  NodeWork work;
  work.activations = {{{0, 100}, {300, 300}}, {{200, 100}, {50, 50}}};
  work.results = {{{400, 100}, {100, 100}}};
  Bounds bounds = boundsOf(work, Counts(1), 0, layer.target);
  EXPECT_DOUBLE_EQ(bounds.dramBytes, 100 + 50 + 100);
  EXPECT_DOUBLE_EQ(bounds.macCycles, 0);
  EXPECT_DOUBLE_EQ(bounds.energy, 250 * (100 + 1));
  EXPECT_DOUBLE_EQ(bounds.cycles(layer.target), 62.5);
}

TEST(Bounds, StreamedWeightsCostTheNetworkAlone) {
  Convolution layer;
  double before = layer.bounds().energy;
  layer.target = fifoTarget(8192);
  layer.target.memories[1].readPj = 7;
  EXPECT_DOUBLE_EQ(layer.bounds().energy, before - 1152 * 1);
}

} // namespace
