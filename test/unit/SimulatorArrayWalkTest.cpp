// LINK: DnncSimulator
#include "runtime/Simulator/ArrayWalk.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

using namespace dnnc;
using namespace dnnc::sim;

namespace {

Target machine() {
  Target target;
  target.name = "test";
  target.clockMhz = 500;
  Memory glb;
  glb.name = "glb";
  glb.bytes = 1 << 20;
  glb.readBytesPerCycle = glb.writeBytesPerCycle = 1 << 20;
  target.memories = {glb};
  Array &array = target.array;
  array.clusterRows = array.clusterColumns = array.peRows = array.peColumns = 1024;
  array.macsPerPe = 64;
  array.macRate = {{ElementType::I8, 1}, {ElementType::F32, 0.25}};
  array.ifmapSpad = array.weightSpad = {1 << 20, 8, true, 0, 0};
  array.psumSpad = {1 << 20, 32, true, 0, 0};
  array.ifmapNoc = array.weightNoc = array.psumNoc = {1 << 20, true, 0};
  return target;
}

ArrayTile tileOf(Extents extents) {
  ArrayTile tile;
  tile.extents = extents;
  tile.ifmapH = 1 << 20;
  tile.ifmapW = 1 << 20;
  return tile;
}

/// Counts by listing every MAC: which pass, PE and mesh node it falls to, and which words these need.
struct Listed {
  ArrayWork work;

  Listed(const Mapping &mapping, const ArrayTile &tile, const Target &target) {
    Levels levels(mapping);
    bool oneCluster = target.clusters() == 1;
    using Key = std::vector<int64_t>;
    struct Pass {
      std::set<Key> ifmap, weight, psum; // unique words
      std::set<std::pair<Key, Key>> ifmapByPe, weightByPe, ifmapByNode, weightByNode;
      std::set<std::pair<Key, Key>> psumByPe;
      std::map<Key, int64_t> macsByUnit;
      bool begins = true, ends = true; // all of C, R, S
      Extents start{};
    };
    std::map<Key, Pass> passes; // by loop indices, so in order
    Extents e;
    std::function<void(int)> visit = [&](int d) {
      if (d < dimCount) {
        for (e[d] = 0; e[d] < tile.extents[d]; ++e[d])
          visit(d + 1);
        return;
      }
      Key loops(mapping.passes.size());
      Extents block = levels.inPass;
      for (size_t l = mapping.passes.size(); l-- > 0;) {
        auto [dim, factor] = mapping.passes[l];
        loops[l] = e[dim] / block[dim] % factor;
        block[dim] *= factor;
      }
      Pass &pass = passes[loops];
      Key pe, node, unit;
      for (int k = 0; k < dimCount; ++k) {
        int64_t inPass = e[k] % levels.inPass[k];
        pe.push_back(inPass / levels.inPe[k]);
        node.push_back(inPass / (oneCluster ? levels.inPe[k] : levels.inCluster[k]));
        unit.push_back(inPass / levels.inUnit[k]);
        pass.start[k] = e[k] - inPass;
      }
      for (Dim k : {C, R, S}) {
        pass.begins &= pass.start[k] == 0;
        pass.ends &= pass.start[k] + levels.inPass[k] >= tile.extents[k];
      }
      int64_t h = tile.originH + e[P] * tile.strideH + e[R] * tile.dilationH;
      int64_t w = tile.originW + e[Q] * tile.strideW + e[S] * tile.dilationW;
      if (h >= 0 && h < tile.ifmapH && w >= 0 && w < tile.ifmapW) {
        Key x = {e[N], e[G], e[C], h, w};
        pass.ifmap.insert(x);
        pass.ifmapByPe.insert({pe, x});
        pass.ifmapByNode.insert({node, x});
      }
      Key y = {e[G], e[M], e[C], e[R], e[S]};
      pass.weight.insert(y);
      pass.weightByPe.insert({pe, y});
      pass.weightByNode.insert({node, y});
      Key z = {e[N], e[G], e[M], e[P], e[Q]};
      pass.psum.insert(z);
      pass.psumByPe.insert({pe, z});
      ++pass.macsByUnit[unit];
      ++work.macs;
    };
    visit(0);

    const Pass *previous = nullptr;
    auto moved = [&](const Pass &pass, std::initializer_list<Dim> dims) {
      return !previous || std::any_of(dims.begin(), dims.end(),
                                      [&](Dim d) { return pass.start[d] != previous->start[d]; });
    };
    auto leave = [&](const Pass &pass) {
      auto psums = static_cast<int64_t>(pass.psum.size());
      if (pass.ends && tile.last)
        work.outputWritten += psums * bytesOf(tile.outputType);
      else
        work.psumWritten += psums * 4;
    };
    for (const auto &[loops, pass] : passes) {
      ++work.passes;
      if (moved(pass, {N, G, C, P, Q, R, S})) {
        work.ifmapFetched += pass.ifmap.size();
        work.ifmapSpadWritten += pass.ifmapByPe.size();
        work.ifmapHops += pass.ifmapByNode.size();
        work.ifmapRead += target.array.ifmapNoc.multicast ? pass.ifmap.size() : pass.ifmapByPe.size();
      }
      if (moved(pass, {G, M, C, R, S})) {
        work.weightFetched += pass.weight.size();
        work.weightSpadWritten += pass.weightByPe.size();
        work.weightHops += pass.weightByNode.size();
        work.weightRead += target.array.weightNoc.multicast ? pass.weight.size() : pass.weightByPe.size();
      }
      if (moved(pass, {N, G, M, P, Q})) {
        if (previous)
          leave(*previous);
        if (!pass.begins || !tile.first)
          work.psumRead += pass.psum.size() * 4;
      }
      int64_t longest = 0;
      for (const auto &[unit, macs] : pass.macsByUnit)
        longest = std::max(longest, macs);
      compute += longest;
      previous = &pass;
    }
    leave(*previous);
  }

  int64_t compute = 0; // cycles of the busiest unit in each pass
};

TEST(ArrayWalk, CountsWhatAListOfAllMacsCounts) {
  std::mt19937 random(5);
  auto draw = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (int round = 0; round < 400; ++round) {
    Target target = machine();
    if (draw(0, 1)) {
      target.array.clusterRows = target.array.clusterColumns = 1;
      target.array.ifmapNoc.multicast = draw(0, 1);
      target.array.weightNoc.multicast = draw(0, 1);
    }
    ArrayTile tile = tileOf({1, 1, 1, 1, 1, 1, 1, 1});
    for (int d = 0; d < dimCount; ++d)
      tile.extents[d] = draw(1, draw(0, 2) ? 2 : 5);
    tile.strideH = draw(1, 3);
    tile.strideW = draw(1, 3);
    tile.dilationH = draw(1, 2);
    tile.dilationW = draw(1, 3);
    tile.originH = draw(-2, 1);
    tile.originW = draw(-2, 1);
    tile.ifmapH = draw(3, 12);
    tile.ifmapW = draw(3, 12);
    tile.first = draw(0, 1);
    tile.last = draw(0, 1);
    tile.outputType = draw(0, 1) ? ElementType::I8 : ElementType::I32;

    Mapping mapping;
    std::vector<std::vector<Factor> *> inner = {&mapping.peRows, &mapping.peColumns, &mapping.macs,
                                                &mapping.spad};
    if (target.clusters() > 1)
      inner.insert(inner.end(), {&mapping.clusterRows, &mapping.clusterColumns});
    for (std::vector<Factor> *level : inner)
      for (int64_t n = draw(0, 3); n > 0; --n)
        level->push_back({static_cast<int>(draw(0, 7)), draw(1, 3)});
    for (int64_t n = draw(0, 3); n > 0; --n)
      mapping.passes.push_back({static_cast<int>(draw(0, 7)), draw(1, 3)});
    std::vector<int> order = {0, 1, 2, 3, 4, 5, 6, 7};
    std::shuffle(order.begin(), order.end(), random);
    for (int d : order)
      mapping.passes.insert(mapping.passes.begin() + draw(0, static_cast<int64_t>(mapping.passes.size())),
                            {d, 5});

    ASSERT_EQ(checkMapping(mapping, tile, target), std::vector<std::string>());
    Listed listed(mapping, tile, target);
    ArrayWork work = walkArray(mapping, tile, target);
    EXPECT_EQ(work.macs, listed.work.macs);
    EXPECT_EQ(work.passes, listed.work.passes);
    EXPECT_EQ(countPasses(mapping, tile.extents, 1 << 20), listed.work.passes);
    EXPECT_EQ(work.ifmapFetched, listed.work.ifmapFetched);
    EXPECT_EQ(work.ifmapRead, listed.work.ifmapRead);
    EXPECT_EQ(work.ifmapSpadWritten, listed.work.ifmapSpadWritten);
    EXPECT_EQ(work.ifmapHops, listed.work.ifmapHops);
    EXPECT_EQ(work.weightFetched, listed.work.weightFetched);
    EXPECT_EQ(work.weightRead, listed.work.weightRead);
    EXPECT_EQ(work.weightSpadWritten, listed.work.weightSpadWritten);
    EXPECT_EQ(work.weightHops, listed.work.weightHops);
    EXPECT_EQ(work.psumRead, listed.work.psumRead);
    EXPECT_EQ(work.psumWritten, listed.work.psumWritten);
    EXPECT_EQ(work.outputWritten, listed.work.outputWritten);
    bool spilled = work.psumRead > (tile.first ? 0 : listed.work.passes > 0 ? -1 : 0);
    if (tile.first && tile.last)
      EXPECT_EQ(spillsPsums(mapping, tile.extents), spilled);
    if (HasFailure())
      return;
  }
}

Mapping weightStationary() {
  // 2 × 2 PEs over M and C, 4 × 4 outputs in a PE, 3 × 3 filters one weight a pass.
  Mapping mapping;
  mapping.passes = {{M, 2}, {R, 3}, {S, 3}};
  mapping.peRows = {{M, 2}};
  mapping.peColumns = {{C, 2}};
  mapping.spad = {{P, 4}, {Q, 4}};
  return mapping;
}

TEST(ArrayWalk, PassesOverlapTheirFillsAndDrains) {
  Target target = machine();
  target.array.pipelineDepth = 4;
  target.array.ifmapNoc.bytesPerCycle = 8;
  target.array.weightNoc.bytesPerCycle = 1;
  target.array.psumNoc.bytesPerCycle = 2;
  ArrayTile tile = tileOf({1, 1, 4, 2, 4, 4, 3, 3});
  ArrayWork work = walkArray(weightStationary(), tile, target);
  EXPECT_EQ(work.passes, 18);
  EXPECT_EQ(work.macs, 4 * 2 * 16 * 9);
  // Each pass computes 16 MACs a PE while the next 2 · 16 inputs (4 cycles) and 4 weights (4 cycles) come in.
  // The psums stay for 9 passes; 2 · 16 outputs of a byte drain in 16 cycles behind the tenth pass, and at
  // the end after the pipeline's 4 cycles and the chain's one.
  EXPECT_EQ(work.cycles, 4 + 18 * 16 + 4 + 1 + 16);
  EXPECT_EQ(work.outputWritten, 64);
  EXPECT_EQ(work.psumRead, 0);
}

TEST(ArrayWalk, SingleBufferedSpadsFillAndDrainInBetween) {
  Target target = machine();
  target.array.pipelineDepth = 4;
  target.array.ifmapNoc.bytesPerCycle = 8;
  target.array.weightNoc.bytesPerCycle = 1;
  target.array.psumNoc.bytesPerCycle = 2;
  target.array.ifmapSpad = {16, 8, false, 0, 0};
  target.array.weightSpad = {1, 8, false, 0, 0};
  target.array.psumSpad = {16, 32, false, 0, 0};
  ArrayTile tile = tileOf({1, 1, 4, 2, 4, 4, 3, 3});
  ArrayWork work = walkArray(weightStationary(), tile, target);
  EXPECT_EQ(work.cycles, 18 * (4 + 16) + 2 * (4 + 1 + 16));
  // With room for two sets it overlaps without being told.
  target.array.ifmapSpad.words = 32;
  target.array.weightSpad.words = 2;
  target.array.psumSpad.words = 32;
  EXPECT_EQ(walkArray(weightStationary(), tile, target).cycles, 4 + 18 * 16 + 4 + 1 + 16);
}

TEST(ArrayWalk, TheSlowestPortDecides) {
  Target target = machine();
  ArrayTile tile = tileOf({1, 1, 4, 2, 4, 4, 3, 3});
  target.array.weightNoc.bytesPerCycle = 1;
  target.array.ifmapNoc.bytesPerCycle = 1; // 32 cycles a pass
  EXPECT_EQ(walkArray(weightStationary(), tile, target).cycles, 32 + 17 * 32 + 16 + 1 + 1 + 1);
  target.array.ifmapNoc.bytesPerCycle = 1 << 20;
  target.memories[0].readBytesPerCycle = 1; // inputs and weights come from one memory: 32 + 4
  EXPECT_EQ(walkArray(weightStationary(), tile, target).cycles, 36 + 17 * 36 + 16 + 1 + 1 + 1);
}

TEST(ArrayWalk, MacRateScalesCompute) {
  Target target = machine();
  ArrayTile tile = tileOf({1, 1, 4, 2, 4, 4, 3, 3});
  int64_t bytes = walkArray(weightStationary(), tile, target).cycles;
  tile.ifmapType = tile.weightType = tile.outputType = ElementType::F32;
  EXPECT_EQ(walkArray(weightStationary(), tile, target).cycles, bytes + 18 * 16 * 3);
}

TEST(ArrayWalk, SpilledPsumsGoToMemoryAndBack) {
  Target target = machine();
  Mapping mapping = weightStationary();
  mapping.passes = {{R, 3}, {S, 3}, {M, 2}};
  ArrayTile tile = tileOf({1, 1, 4, 2, 4, 4, 3, 3});
  EXPECT_TRUE(spillsPsums(mapping, tile.extents));
  EXPECT_FALSE(spillsPsums(weightStationary(), tile.extents));
  ArrayWork work = walkArray(mapping, tile, target);
  EXPECT_EQ(work.psumWritten, 8 * 64 * 4);
  EXPECT_EQ(work.psumRead, 8 * 64 * 4);
  EXPECT_EQ(work.outputWritten, 64);
  target.array.psumSpad.bits = 20;
  EXPECT_EQ(walkArray(mapping, tile, target).psumRead, 8 * 2 * 80); // 32 psums of 20 bits are 80 bytes
}

TEST(ArrayWalk, ParametersAndTableAreReadOnceATile) {
  Target target = machine();
  ArrayTile tile = tileOf({1, 1, 4, 2, 4, 4, 3, 3});
  tile.hasParams = tile.hasTable = true;
  ArrayWork work = walkArray(weightStationary(), tile, target);
  EXPECT_EQ(work.paramRead, 64);
  EXPECT_EQ(work.tableRead, 256);
}

TEST(ArrayCheck, NamesEveryLimitAndTheActualValue) {
  Target target = machine();
  target.array.peRows = 3;
  target.array.ifmapSpad.words = 4;
  target.array.psumSpad.words = 8;
  Mapping mapping = weightStationary();
  mapping.peRows = {{M, 4}};
  ArrayTile tile = tileOf({1, 1, 9, 2, 4, 4, 3, 3});
  EXPECT_EQ(
      checkMapping(mapping, tile, target),
      (std::vector<std::string>{"the mapping spreads [M = 4] over 4 positions of PE rows; the target has 3",
                                "the mapping covers 8 of M; the tile has 9"}));
  mapping.peRows = {{M, 3}};
  EXPECT_EQ(
      checkMapping(mapping, tileOf({1, 1, 4, 2, 4, 4, 3, 3}), target),
      (std::vector<std::string>{"a pass needs 16 words of ifmap spad in a PE; the target has 4 of 8 bits",
                                "a pass needs 16 words of psum spad in a PE; the target has 8 of 32 bits"}));
  tile.ifmapType = ElementType::I64;
  mapping.macs = {{9, 1}};
  EXPECT_EQ(checkMapping(mapping, tile, target).size(), 1u);
  mapping.macs = {{Q, 65}};
  EXPECT_EQ(checkMapping(mapping, tileOf({1, 1, 4, 2, 4, 4, 3, 3}), target).front(),
            "the mapping spreads [Q = 65] over 65 positions of MACs in a PE; the target has 64");
}

TEST(ArrayCheck, WideElementsTakeSeveralWords) {
  Target target = machine();
  target.array.weightSpad.words = 8;
  Mapping mapping;
  mapping.spad = {{M, 4}};
  ArrayTile tile = tileOf({1, 1, 4, 1, 1, 1, 1, 1});
  EXPECT_TRUE(checkMapping(mapping, tile, target).empty());
  tile.ifmapType = tile.weightType = ElementType::F32;
  EXPECT_EQ(checkMapping(mapping, tile, target).front(),
            "a pass needs 16 words of weight spad in a PE; the target has 8 of 8 bits");
}

TEST(ArrayCheck, HugeFactorsAreRejectedQuickly) {
  Target target = machine();
  Mapping mapping;
  int64_t huge = int64_t(1) << 61;
  mapping.spad = {{P, huge}, {P, huge}, {R, huge}, {M, huge}};
  mapping.passes = {{C, huge}, {C, huge}, {Q, huge}};
  ArrayTile tile = tileOf({1, 1, 1 << 20, 3, 1 << 20, 1, 1 << 20, 1});
  tile.strideH = 3;
  EXPECT_EQ(checkMapping(mapping, tile, target).size(), 3u);
  tile.extents = {1, 1, 1, 3, 1, 1, 1, 1};
  EXPECT_TRUE(checkMapping(mapping, tile, target).empty());
  EXPECT_EQ(walkArray(mapping, tile, target).passes, 3);
}

} // namespace
