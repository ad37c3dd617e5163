// LINK: DnncSimulator
#include "dnnc/Error.h"
#include "runtime/Simulator/ArrayWalk.h"
#include "test/unit/ArrayCases.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

using namespace dnnc;
using namespace dnnc::sim;
using array_test::Draw;
using array_test::machine;

namespace {

ArrayTile tileOf(Extents extents) {
  ArrayTile tile;
  tile.extents = extents;
  tile.ifmapH = 1 << 20;
  tile.ifmapW = 1 << 20;
  return tile;
}

/// Counts and cycles by listing every MAC: which pass, PE and mesh node it falls to, which words these need,
/// and which of them a PE has from the pass before.
class Listed {
  using Key = std::vector<int64_t>;
  struct Pass {
    std::set<Key> ifmap, weight, psum;                                              // unique words
    std::set<std::pair<Key, Key>> ifmapByPe, weightByPe, ifmapByNode, weightByNode; // of a PE or node
    std::map<Key, int64_t> macsByUnit;
    std::set<Key> pes, chains;
    bool begins = true, ends = true; // all of C, R, S
    Extents start{};
  };

public:
  Listed(const Mapping &mapping, const ArrayTile &tile, const Target &target)
      : mapping(mapping), tile(tile), target(target), levels(mapping) {
    list();
    const Pass *previous = nullptr;
    for (const auto &[loops, pass] : passes) {
      add(pass, previous);
      previous = &pass;
    }
    leave(*previous);
    stage(std::max(compute, drainBehind));
    meet();
    work.cycles += target.array.pipelineDepth + chain + drain;
  }

  ArrayWork work;

private:
  void list() {
    bool oneCluster = target.clusters() == 1;
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
      Key pe, node, unit, link;
      for (int k = 0; k < dimCount; ++k) {
        int64_t inPass = e[k] % levels.inPass[k];
        pe.push_back(inPass / levels.inPe[k]);
        node.push_back(inPass / (oneCluster ? levels.inPe[k] : levels.inCluster[k]));
        unit.push_back(inPass / levels.inUnit[k]);
        if (k == C || k == R || k == S)
          link.push_back(pe.back());
        pass.start[k] = e[k] - inPass;
        widest[k] = std::max(widest[k], inPass % levels.inPe[k] + 1);
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
      pass.pes.insert(pe);
      pass.chains.insert(link);
      ++pass.macsByUnit[unit];
      ++work.macs;
    };
    visit(0);
  }

  template <typename Set> static int64_t without(const Set &words, const Set &known) {
    return std::count_if(words.begin(), words.end(), [&](const auto &word) { return !known.contains(word); });
  }

  /// Words of the PE that needs most, the padding's included.
  int64_t ifmapWords() const {
    std::set<int64_t> rows, columns;
    for (int64_t i = 0; i < widest[P]; ++i)
      for (int64_t j = 0; j < widest[R]; ++j)
        rows.insert(i * tile.strideH + j * tile.dilationH);
    for (int64_t i = 0; i < widest[Q]; ++i)
      for (int64_t j = 0; j < widest[S]; ++j)
        columns.insert(i * tile.strideW + j * tile.dilationW);
    return widest[N] * widest[G] * widest[C] * std::ssize(rows) * std::ssize(columns);
  }
  static bool early(const Spad &spad, int64_t words) {
    return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
  }
  int64_t cyclesOf(int64_t ifmap, int64_t weight, int64_t psum) const {
    auto over = [](int64_t bytes, int64_t rate) { return (bytes + rate - 1) / rate; };
    return std::max({over(ifmap, target.array.ifmapNoc.bytesPerCycle),
                     over(weight, target.array.weightNoc.bytesPerCycle),
                     over(psum, target.array.psumNoc.bytesPerCycle),
                     over(ifmap + weight + psum, target.memories[0].readBytesPerCycle)});
  }

  void leave(const Pass &pass) {
    auto psums = std::ssize(pass.psum);
    bool complete = pass.ends && tile.last;
    int64_t bytes = psums * (complete ? bytesOf(tile.outputType) : psumBytes(target));
    (complete ? work.outputWritten : work.psumWritten) += bytes;
    work.psumHops += bytes + psums * chain * psumBytes(target);
    work.psumSpadRead += psums * (chain + 1);
    leftBytes = bytes;
    drain = std::max((bytes - 1) / target.array.psumNoc.bytesPerCycle,
                     (bytes - 1) / target.memories[0].writeBytesPerCycle) +
            1;
  }

  void add(const Pass &pass, const Pass *previous) {
    const Array &array = target.array;
    ++work.passes;
    work.activePes = std::max<int64_t>(work.activePes, std::ssize(pass.pes));
    auto moved = [&](std::initializer_list<Dim> dims) {
      return !previous || std::any_of(dims.begin(), dims.end(),
                                      [&](Dim d) { return pass.start[d] != previous->start[d]; });
    };
    static const Pass nothing;
    const Pass *kept = &nothing;
    for (Dim d : {P, Q}) {
      Extents next = previous ? previous->start : Extents{};
      next[d] += levels.inPass[d];
      if (array.ifmapSpad.slides && previous && next == pass.start && levels.inPass[d] == levels.inUnit[d] &&
          levels.inPass[d + 2] == levels.inPe[d + 2])
        kept = previous;
    }
    int64_t ifmap = 0, weight = 0, psum = 0;
    bool rampUp = !previous;
    if (moved({N, G, C, P, Q, R, S})) {
      int64_t fetched = without(pass.ifmap, kept->ifmap), byPe = without(pass.ifmapByPe, kept->ifmapByPe);
      work.ifmapFetched += fetched;
      work.ifmapSpadWritten += byPe;
      work.ifmapHops += without(pass.ifmapByNode, kept->ifmapByNode);
      work.ifmapRead += ifmap = array.ifmapNoc.multicast ? fetched : byPe;
      rampUp |= ifmap > 0 && !early(array.ifmapSpad, ifmapWords());
    }
    if (moved({G, M, C, R, S})) {
      work.weightFetched += pass.weight.size();
      work.weightSpadWritten += pass.weightByPe.size();
      work.weightHops += pass.weightByNode.size();
      weight = array.weightNoc.multicast ? std::ssize(pass.weight) : std::ssize(pass.weightByPe);
      work.weightRead += weight;
      const Extents &in = widest;
      rampUp |= !early(array.weightSpad, in[G] * in[M] * in[C] * in[R] * in[S]);
    }
    bool left = false, leftEarly = false;
    int64_t leftChain = 0, leftDrain = 0, leftBytesBefore = 0;
    if (moved({N, G, M, P, Q})) {
      if (previous) {
        leave(*previous);
        left = true, leftEarly = resident, leftChain = chain, leftDrain = drain, leftBytesBefore = leftBytes;
      }
      chain = 0;
      const Extents &in = widest;
      resident = early(array.psumSpad, in[N] * in[G] * in[M] * in[P] * in[Q]);
      if (!pass.begins || !tile.first || array.psumsStartInMemory) {
        work.psumRead += psum = std::ssize(pass.psum) * psumBytes(target);
        work.psumHops += psum;
        work.psumSpadWritten += std::ssize(pass.psum);
        rampUp |= !resident;
      }
    }
    chain = std::max<int64_t>(chain, std::ssize(pass.chains) - 1);
    int64_t longest = 0, macs = 0;
    for (const auto &[unit, count] : pass.macsByUnit)
      longest = std::max(longest, count), macs += count;
    work.psumSpadRead += macs;
    work.psumSpadWritten += macs;

    // What streams runs ahead of the stages, or lags behind them; in a ramp-up it comes with the rest, psums
    // excepted.
    bool psumsStream = array.psumSpad.streams;
    int64_t fillPsum = psumsStream ? 0 : psum;
    int64_t stepIfmap = array.ifmapSpad.streams ? 0 : ifmap,
            stepWeight = array.weightSpad.streams ? 0 : weight;
    if (previous) {
      int64_t beside = rampUp ? 0 : cyclesOf(stepIfmap, stepWeight, fillPsum);
      if (!rampUp)
        clocks.port += overPort(stepIfmap + stepWeight + fillPsum);
      stage(std::max({compute, drainBehind, beside}));
      drainBehind = left && leftEarly && !psumsStream ? leftDrain : 0;
      if (left && !leftEarly)
        clocks.array += (array.pipelineDepth + leftChain + leftDrain) * ticks;
    }
    if (rampUp) {
      meet();
      work.cycles += array.fillsInTurn
                         ? cyclesOf(ifmap, 0, 0) + cyclesOf(0, weight, 0) + cyclesOf(0, 0, fillPsum)
                         : cyclesOf(ifmap, weight, fillPsum);
    } else {
      clocks.ifmap += over(ifmap - stepIfmap, array.ifmapNoc, target.memories[0].readBytesPerCycle);
      clocks.weight += over(weight - stepWeight, array.weightNoc, target.memories[0].readBytesPerCycle);
      clocks.port += overPort(ifmap - stepIfmap + weight - stepWeight);
      // What streams back was written before its stretch began.
      if (previous && psumsStream && psum > 0 && !pass.begins)
        meet();
    }
    clocks.psum += over(psum - fillPsum, array.psumNoc, target.memories[0].readBytesPerCycle);
    clocks.port += overPort(psum - fillPsum);
    if (left && psumsStream)
      clocks.leaving = std::max(clocks.leaving, clocks.array) +
                       over(leftBytesBefore, array.psumNoc, target.memories[0].writeBytesPerCycle);
    compute = longest;
  }

  using Time = __int128;
  /// A part of a cycle of which each byte takes a whole number, on every network and port.
  static Time ticksOf(const Target &target) {
    Time ticks = 1;
    for (int64_t rate : {target.array.ifmapNoc.bytesPerCycle, target.array.weightNoc.bytesPerCycle,
                         target.array.psumNoc.bytesPerCycle, target.memories[0].readBytesPerCycle,
                         target.memories[0].writeBytesPerCycle}) {
      Time a = ticks, b = rate;
      while (b != 0)
        a = std::exchange(b, a % b);
      ticks *= rate / a;
    }
    return ticks;
  }
  Time over(int64_t bytes, const NocPort &noc, int64_t port) const {
    return bytes * (ticks / std::min(noc.bytesPerCycle, port));
  }
  /// All operands are read from the one memory; its port counts as soon as one of them streams.
  Time overPort(int64_t bytes) const {
    const Array &array = target.array;
    bool streams = array.ifmapSpad.streams || array.weightSpad.streams || array.psumSpad.streams;
    return streams ? bytes * (ticks / target.memories[0].readBytesPerCycle) : 0;
  }

  /// Ends when its words have come, if that is later.
  void stage(int64_t cycles) {
    clocks.array = std::max(
        {clocks.array + cycles * ticks, clocks.ifmap, clocks.weight, clocks.psum, clocks.port});
  }
  /// All clocks go on from the latest.
  void meet() {
    Time latest =
        std::max({clocks.array, clocks.ifmap, clocks.weight, clocks.psum, clocks.port, clocks.leaving});
    work.cycles += static_cast<int64_t>((latest + ticks - 1) / ticks);
    clocks = {};
  }

  struct Clocks {
    Time array = 0, ifmap = 0, weight = 0, psum = 0, port = 0, leaving = 0;
  };
  Clocks clocks;
  int64_t leftBytes = 0;
  const Mapping &mapping;
  const ArrayTile &tile;
  const Target &target;
  const Levels levels;
  const Time ticks = ticksOf(target);
  std::map<Key, Pass> passes; // by loop indices, so in order
  Extents widest{};           // share of a PE in any pass
  int64_t compute = 0, drainBehind = 0, drain = 0, chain = 0;
  bool resident = false;
};

Target drawTarget(Draw &draw) {
  Target target = machine();
  Array &array = target.array;
  if (draw(0, 1)) {
    array.clusterRows = array.clusterColumns = 1;
    array.ifmapNoc.multicast = draw(0, 1);
    array.weightNoc.multicast = draw(0, 1);
  }
  for (Spad *spad : {&array.ifmapSpad, &array.weightSpad, &array.psumSpad}) {
    spad->doubleBuffered = draw(0, 2) == 0;
    spad->streams = draw(0, 2) == 0;
  }
  array.ifmapSpad.slides = draw(0, 1);
  array.psumSpad.bits = draw(0, 1) ? 32 : 20;
  array.psumsStartInMemory = draw(0, 1);
  array.fillsInTurn = draw(0, 1);
  array.pipelineDepth = draw(1, 5);
  // Their least common multiple with 2^20 is one of which the walk counts fractions of a cycle exactly.
  constexpr std::array<int64_t, 13> rates = {1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 40};
  for (int64_t *rate :
       {&array.ifmapNoc.bytesPerCycle, &array.weightNoc.bytesPerCycle, &array.psumNoc.bytesPerCycle,
        &target.memories[0].readBytesPerCycle, &target.memories[0].writeBytesPerCycle})
    *rate = draw(0, 2) ? rates[static_cast<size_t>(draw(0, rates.size() - 1))] : 1 << 20;
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
  tile.first = draw(0, 1);
  tile.last = draw(0, 1);
  tile.outputType = draw(0, 1) ? ElementType::I8 : ElementType::I32;
}

void expectAsListed(const Mapping &mapping, const ArrayTile &tile, Target target, Draw &draw) {
  // Spads that just hold a pass, some of them two.
  Array &array = target.array;
  for (Spad *spad : {&array.ifmapSpad, &array.weightSpad, &array.psumSpad}) {
    int64_t words = 1;
    for (; spad->words = words, !checkMapping(mapping, tile, target).empty(); ++words) {
    }
    spad->words = words * draw(1, 2) + draw(0, 1);
  }
  ASSERT_EQ(checkMapping(mapping, tile, target), std::vector<std::string>());
  Listed listed(mapping, tile, target);
  ArrayWork work = walkArray(mapping, tile, target);
  EXPECT_EQ(work.macs, listed.work.macs);
  EXPECT_EQ(work.passes, listed.work.passes);
  EXPECT_EQ(work.activePes, listed.work.activePes);
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
  EXPECT_EQ(work.psumSpadRead, listed.work.psumSpadRead);
  EXPECT_EQ(work.psumSpadWritten, listed.work.psumSpadWritten);
  EXPECT_EQ(work.psumHops, listed.work.psumHops);
  EXPECT_EQ(work.outputWritten, listed.work.outputWritten);
  EXPECT_EQ(work.cycles, listed.work.cycles);
  if (tile.first && tile.last && !array.psumsStartInMemory)
    EXPECT_EQ(spillsPsums(mapping, tile.extents), work.psumRead > 0);
}

void drawSpatial(Draw &draw, const Target &target, Mapping &mapping) {
  std::vector<std::vector<Factor> *> inner = {&mapping.peRows, &mapping.peColumns, &mapping.macs,
                                              &mapping.spad};
  if (target.clusters() > 1)
    inner.insert(inner.end(), {&mapping.clusterRows, &mapping.clusterColumns});
  for (std::vector<Factor> *level : inner)
    for (int64_t n = draw(0, 2); n > 0; --n)
      level->push_back({static_cast<int>(draw(0, 7)), draw(1, 3)});
}

TEST(ArrayWalk, DoesWhatAListOfAllMacsDoes) {
  Draw draw(5);
  for (int round = 0; round < 400 && !testing::Test::HasFailure(); ++round) {
    Target target = drawTarget(draw);
    ArrayTile tile = tileOf({1, 1, 1, 1, 1, 1, 1, 1});
    for (int d = 0; d < dimCount; ++d)
      tile.extents[d] = draw(1, draw(0, 2) ? 2 : 5);
    drawTile(draw, tile);
    Mapping mapping;
    drawSpatial(draw, target, mapping);
    for (int64_t n = draw(0, 3); n > 0; --n)
      mapping.passes.push_back({static_cast<int>(draw(0, 7)), draw(1, 3)});
    std::vector<int> order = {0, 1, 2, 3, 4, 5, 6, 7};
    std::shuffle(order.begin(), order.end(), draw.random);
    for (int d : order)
      mapping.passes.insert(mapping.passes.begin() + draw(0, static_cast<int64_t>(mapping.passes.size())),
                            {d, 5});
    expectAsListed(mapping, tile, target, draw);
  }
}

TEST(ArrayWalk, DoesSoOverLongLoops) {
  // Three dimensions with many passes, whose windows reach over both edges of the ifmap or not.
  Draw draw(6);
  for (int round = 0; round < 150 && !testing::Test::HasFailure(); ++round) {
    Target target = drawTarget(draw);
    ArrayTile tile = tileOf({1, 1, 1, 1, 1, 1, 1, 1});
    drawTile(draw, tile);
    std::vector<int> order = {0, 1, 2, 3, 4, 5, 6, 7};
    std::shuffle(order.begin(), order.end(), draw.random);
    for (int d = 0; d < 3; ++d)
      tile.extents[order[d]] = draw(5, 17);
    if (draw(0, 1)) {
      tile.ifmapH = draw(10, 60);
      tile.ifmapW = draw(10, 60);
    }
    Mapping mapping;
    if (draw(0, 1))
      drawSpatial(draw, target, mapping);
    for (int d = 0; d < 3; ++d) {
      mapping.passes.insert(mapping.passes.begin() + draw(0, static_cast<int64_t>(mapping.passes.size())),
                            {order[d], 17});
      if (draw(0, 1))
        mapping.passes.push_back({order[d], draw(2, 4)});
    }
    expectAsListed(mapping, tile, target, draw);
  }
}

TEST(ArrayWalk, HugeNumbersOfPassesAreWalkedInNoTime) {
  // Every MAC of a large layer is a pass of its own: 1.8 G of them.
  Target target = machine();
  target.array.ifmapSpad.slides = true;
  ArrayTile tile = tileOf({1, 1, 256, 256, 56, 56, 3, 3});
  tile.originH = tile.originW = -1;
  tile.ifmapH = tile.ifmapW = 56;
  Mapping mapping;
  mapping.passes = {{P, 56}, {M, 256}, {C, 256}, {R, 3}, {S, 3}, {Q, 56}};
  ArrayWork work = walkArray(mapping, tile, target, 20000);
  EXPECT_EQ(work.passes, work.macs);
  EXPECT_EQ(work.macs, int64_t(256) * 256 * 56 * 56 * 9);
  EXPECT_EQ(work.weightRead, int64_t(256) * 256 * 56 * 9);
  // Of 56 · 3 rows under the taps 2 lie outside, of the columns as many.
  EXPECT_EQ(work.ifmapRead, int64_t(256) * 256 * (56 * 3 - 2) * (56 * 3 - 2));
  EXPECT_THROW(walkArray(mapping, tile, target, 100), Error);
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

/// A filter row of 3 a PE, 2 filter rows over PE rows, 2 output rows over PE columns; 4 columns of outputs
/// one after the other for 2 filters.
struct RowStationary {
  Mapping mapping;
  ArrayTile tile = tileOf({1, 1, 2, 1, 2, 4, 2, 3});
  Target target = machine();

  RowStationary() {
    mapping.passes = {{M, 2}, {Q, 4}};
    mapping.peRows = {{R, 2}};
    mapping.peColumns = {{P, 2}};
    mapping.spad = {{S, 3}};
    tile.ifmapH = 3;
    tile.ifmapW = 6;
    Array &array = target.array;
    array.pipelineDepth = 4;
    array.ifmapSpad = {.words = 3, .bits = 8, .streams = true, .slides = true};
    array.weightSpad = {.words = 3, .bits = 8};
    array.psumSpad = {.words = 2, .bits = 16};
    array.ifmapNoc.bytesPerCycle = 1;
    array.weightNoc.bytesPerCycle = 4;
    array.psumNoc.bytesPerCycle = 2;
  }
  ArrayWork walk() const { return walkArray(mapping, tile, target); }
};

TEST(ArrayWalk, WindowsSlideAlongAnUnspreadDimension) {
  RowStationary rows;
  ArrayWork work = rows.walk();
  // Each filter's first window has 3 rows of 3, the next three bring a column of 3 rows; a PE keeps 3 columns
  // of its row, four PEs do.
  EXPECT_EQ(work.ifmapRead, 2 * (9 + 3 * 3));
  EXPECT_EQ(work.ifmapSpadWritten, 2 * 4 * (3 + 3));
  EXPECT_EQ(work.ifmapSpadRead, 2 * 4 * 4 * 3);
  EXPECT_EQ(work.activePes, 4);
  // A stride of 2 brings two columns at once, one beyond the ifmap of 6 is not read.
  rows.tile.strideW = 2;
  rows.tile.ifmapW = 8;
  EXPECT_EQ(rows.walk().ifmapRead, 2 * (9 + 6 + 6 + 3));
  rows.tile.strideW = 1;
  rows.tile.ifmapW = 6;
  // Filters inside, or the columns over PEs too: nothing slides.
  rows.mapping.passes = {{Q, 4}, {M, 2}};
  EXPECT_EQ(rows.walk().ifmapRead, 4 * 9);
  rows.mapping.passes = {{M, 2}, {Q, 2}};
  rows.mapping.macs = {{Q, 2}};
  rows.target.array.macsPerPe = 2;
  EXPECT_EQ(rows.walk().ifmapRead, 2 * 2 * 3 * 4);
  rows = RowStationary();
  rows.target.array.ifmapSpad.slides = false;
  EXPECT_EQ(rows.walk().ifmapRead, 2 * 4 * 9);
}

TEST(ArrayWalk, RampUpsBringEverythingBeforeTheyCompute) {
  RowStationary rows;
  // Fill 9 cycles of ifmap (6 weights in 2 meanwhile). A pass computes 3 while 3 ifmap words come, and 2
  // psums of a byte go in one; their spad has room for two sets. The second filter's weights have to wait.
  int64_t filter = 9 + 4 * 3;
  EXPECT_EQ(rows.walk().cycles, 2 * filter + 4 + 1 + 1);
  rows.target.array.fillsInTurn = true;
  EXPECT_EQ(rows.walk().cycles, 2 * (2 + filter) + 4 + 1 + 1);
  // With room for the next filter's weights there is one ramp-up alone. The ifmap streams: 9 · 3 words behind
  // the first window take longer than 8 passes of 3 cycles.
  rows.target.array.weightSpad.words = 6;
  EXPECT_EQ(rows.walk().cycles, 2 + 9 + (3 * 3 + 9 + 3 * 3) + 4 + 1 + 1);
  // Were it two sets of words, the new window would take 9 cycles of the fourth pass.
  rows.target.array.ifmapSpad.streams = false;
  rows.target.array.ifmapSpad.doubleBuffered = true;
  EXPECT_EQ(rows.walk().cycles, 2 + 9 + (4 * 3 + 6 + 4 * 3) + 4 + 1 + 1);
  rows.target.array.ifmapSpad.streams = true;
  // Without room for two sets of psums every block drains by itself: pipeline 4, chain 1, port 1.
  rows.target.array.psumSpad.words = 1;
  EXPECT_EQ(rows.walk().cycles, 2 + 9 + 8 * 3 + 8 * (4 + 1 + 1));
}

TEST(ArrayWalk, StreamsRunAheadAndLagBehind) {
  RowStationary rows;
  Array &array = rows.target.array;
  array.psumSpad.streams = true;
  array.psumNoc.bytesPerCycle = 1;
  array.ifmapNoc.bytesPerCycle = 9;
  // A filter: 1 cycle of ifmap beside 2 of weights, then 4 passes of 3 cycles; 2 results a pass take 2
  // cycles.
  EXPECT_EQ(rows.walk().cycles, 2 * (2 + 4 * 3) + 4 + 1 + 2);
  // Psums in int32 take longer to leave: three blocks in the first stretch, behind its first pass; four in
  // the second, the last behind.
  rows.tile.outputType = ElementType::I32;
  EXPECT_EQ(rows.walk().cycles, 2 + 3 + 3 * 8 + 2 + 4 * 8 + 4 + 1 + 8);
  // 4 bytes of first psums a pass are not part of the ramp-up.
  array.psumsStartInMemory = true;
  array.psumSpad.bits = 64;
  EXPECT_EQ(rows.walk().psumRead, 8 * 16);
  EXPECT_EQ(rows.walk().cycles, 2 + 4 * 16 + 2 + 4 * 16 + 4 + 1 + 8);
  // The memory's ports are bounds too.
  rows.target.memories[0].writeBytesPerCycle = 1;
  array.psumNoc.bytesPerCycle = 64;
  EXPECT_EQ(rows.walk().cycles, 2 + 3 + 3 * 8 + 2 + 4 * 8 + 4 + 1 + 8);
  rows.target.memories[0].readBytesPerCycle = 2; // 9 + 6 bytes of a ramp-up; 4 · 16 and 9 in a stretch
  EXPECT_EQ(rows.walk().cycles, 8 + 37 + 8 + 37 + 4 + 1 + 8);
}

TEST(ArrayWalk, PsumsMayStartInMemory) {
  RowStationary rows;
  ArrayWork before = rows.walk();
  EXPECT_EQ(before.psumRead, 0);
  rows.target.array.psumsStartInMemory = true;
  ArrayWork work = rows.walk();
  EXPECT_EQ(work.psumRead, 8 * 2 * 2); // 8 blocks of 2 psums of 16 bits
  EXPECT_EQ(work.psumWritten, 0);
  EXPECT_EQ(work.psumSpadWritten, before.psumSpadWritten + 16);
  EXPECT_EQ(work.psumHops, before.psumHops + 32);
  EXPECT_EQ(work.cycles, before.cycles); // 2 cycles in, beside 9 or 3
  rows.target.array.fillsInTurn = true;
  EXPECT_EQ(rows.walk().cycles, before.cycles + 2 * (2 + 2)); // weights and psums of a fill by themselves
  // Psums that cannot come beside the pass before make each block a ramp-up.
  rows.target.array.fillsInTurn = false;
  rows.target.array.psumSpad.words = 1;
  EXPECT_EQ(rows.walk().cycles, 2 * (9 + 3 * 3 + 4 * 3) + 8 * (4 + 1 + 1));
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
  EXPECT_EQ(walkArray(mapping, tile, target).psumRead, 8 * 64 * 3); // 20 bits take 3 bytes
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
