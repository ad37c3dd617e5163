// estimateArray: the passes of a mapping by classes.
//
// From one pass to the next exactly one pass loop turns, and those inside of it start again. What is
// delivered, what leaves and how long both take depends only on the blocks of the two passes, and blocks
// differ only where they are clipped or reach into the padding. So the turns of each loop are grouped by the
// blocks of the loops outside of it, and each group is worked out once.
#include "lib/Cost/PassTime.h"
#include "lib/Cost/PassWindows.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

using namespace dnnc;
using namespace dnnc::cost;

namespace {

/// Far above any extent, and sums of products of a few do not overflow.
constexpr int64_t manyElements = int64_t(1) << 30;
constexpr int64_t paramBytes = 16; // of a bias and requantization record
constexpr int64_t tableEntries = 256;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t boundedProduct(int64_t a, int64_t b) {
  return std::min(manyElements, std::min(manyElements, a) * std::min(manyElements, b));
}

void multiply(Extents &extents, const Factors &factors) {
  for (auto [dim, factor] : factors)
    extents[dim] = boundedProduct(extents[dim], factor);
}

/// Elements of a dimension that a block has at each level.
struct Block {
  int64_t elements = 1, pes = 1, nodes = 1, steps = 1;
};

/// A pass loop that turns. `inner` are the blocks of its dimension that the loops inside of it have, `span`
/// those with it. Where a dimension has another loop outside, its last part may be too short for this one to
/// turn.
struct Loop {
  int dim;
  int64_t inner, span;
  bool ofPsums, alwaysTurns;
  std::array<int64_t, loopDims> blocksInside; // of all dimensions
};

/// A bit for each dimension that chooses an operand's elements.
constexpr unsigned ifmapDims = 1u << N | 1u << G | 1u << C | 1u << P | 1u << Q | 1u << R | 1u << S;
constexpr unsigned weightDims = 1u << G | 1u << M | 1u << C | 1u << R | 1u << S;
constexpr unsigned psumDims = 1u << N | 1u << G | 1u << M | 1u << P | 1u << Q;

bool reduces(int dim) { return dim == C || dim == R || dim == S; }

/// Blocks [lo, hi) of every dimension that the loops further inside go through.
struct Ranges {
  std::array<int32_t, loopDims> lo, hi;
};

using Place = std::array<int32_t, loopDims>; // block of each dimension

/// Consecutive elements of each dimension that a unit, a PE, a node of the mesh and the array have in a pass.
struct Levels {
  Extents unit, pe, node, pass;
  Levels(const ArrayMapping &mapping, bool nodesAreClusters) {
    unit.fill(1);
    multiply(unit, mapping.spad);
    pe = unit;
    multiply(pe, mapping.macs);
    Extents cluster = pe;
    multiply(cluster, mapping.peRows);
    multiply(cluster, mapping.peColumns);
    node = nodesAreClusters ? cluster : pe;
    pass = cluster;
    multiply(pass, mapping.clusterRows);
    multiply(pass, mapping.clusterColumns);
  }
  PassWindows::Blocking blocking(int dim, const Extents &extents) const {
    return {extents[dim], pass[dim], node[dim], pe[dim]};
  }
};

class PassClasses {
public:
  PassClasses(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target,
              std::vector<Window> &rowsKnown, std::vector<Window> &columnsKnown);
  ArrayEstimate run();

private:
  void makeBlocks();
  void makeOverlaps();
  void makeLoops(const Factors &passes);
  Flow visit(size_t level, const Ranges &ranges, int64_t times);
  Flow turn(size_t level, const Ranges &ranges, int64_t before, int64_t times);
  int64_t step(const Place &a, const Place &b, int64_t drainBehind, int64_t times, Flow &flow);
  Flow begin(const Place &first);
  void finish(const Place &last, Flow &flow);
  bool deliver(const Place &b, unsigned changed, int64_t times, Delivery &delivery);

  const Block &block(int dim, int64_t index) const { return blocks[dim][index == count[dim] - 1]; }
  int64_t computeCycles(const Place &a) const;
  int64_t psumsOf(const Place &a) const {
    return block(N, a[N]).elements * block(G, a[G]).elements * block(M, a[M]).elements *
           block(P, a[P]).elements * block(Q, a[Q]).elements;
  }
  bool turns(const Loop &loop, const Place &a) const;
  size_t innermostTurning(const Place &a) const;
  int64_t chainOf(const Place &a) const;
  int64_t drainBehindLast(size_t level, const Ranges &ranges, const Place &a) const;
  bool complete(const Place &a) const {
    return tile.last && a[C] == count[C] - 1 && a[R] == count[R] - 1 && a[S] == count[S] - 1;
  }
  Leaving leavingOf(const Place &a) const;
  Leaving leave(const Place &a, int64_t times);
  const Memory &paramMemory() const { return target.memories[target.memoryFor(Operand::Param).value_or(0)]; }
  /// A spad takes another pass's words meanwhile when it has a second set, replaces words one by one, or has
  /// room for both.
  static bool overlaps(const Spad &spad, int64_t words) {
    return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
  }

  const ArrayTile &tile;
  const Target &target;
  const Array &array;
  Levels levels;
  PassWindows rows, columns;
  Extents count;                                      // blocks
  std::array<std::array<Block, 2>, loopDims> blocks;  // whole, last
  std::array<int64_t, loopDims> alikeBegin, alikeEnd; // blocks that cost the same
  std::vector<Loop> loops;                            // outermost first
  std::array<int64_t, loopDims> allBlocks;            // that the loops have, at least `count`
  std::array<bool, loopDims> slides{};
  bool ifmapOverlaps, weightsOverlap, psumsOverlap; // with the pass before
  int64_t elementBytes, psumBytes, ifmapWords, weightWords;
  double rate = 1;
  PassTime time;
  ArrayEstimate estimate;
};

PassClasses::PassClasses(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target,
                         std::vector<Window> &rowsKnown, std::vector<Window> &columnsKnown)
    : tile(tile), target(target), array(target.array), levels(mapping, target.clusters() > 1),
      rows(levels.blocking(P, tile.extents), levels.blocking(R, tile.extents), tile.origin[0],
           tile.strides[0], tile.dilations[0], tile.ifmap[0], rowsKnown),
      columns(levels.blocking(Q, tile.extents), levels.blocking(S, tile.extents), tile.origin[1],
              tile.strides[1], tile.dilations[1], tile.ifmap[1], columnsKnown),
      elementBytes(bytesOf(tile.type)), psumBytes(ceilDiv(array.psumSpad.bits, 8)),
      ifmapWords(ceilDiv(elementBytes * 8, array.ifmapSpad.bits)),
      weightWords(ceilDiv(elementBytes * 8, array.weightSpad.bits)), time(tile, target) {
  if (auto found = array.macRate.find(tile.type); found != array.macRate.end())
    rate = found->second;
  makeBlocks();
  makeLoops(mapping.passes);
  makeOverlaps();
}

void PassClasses::makeBlocks() {
  for (int dim = 0; dim < loopDims; ++dim) {
    int64_t whole = levels.pass[dim], extent = tile.extents[dim];
    count[dim] = ceilDiv(extent, whole);
    for (bool last : {false, true}) {
      int64_t elements = last ? extent - (count[dim] - 1) * whole : std::min(whole, extent);
      blocks[dim][last] = {elements, ceilDiv(elements, levels.pe[dim]), ceilDiv(elements, levels.node[dim]),
                           std::min(elements, levels.unit[dim])};
    }
    alikeBegin[dim] = 0;
    alikeEnd[dim] = extent / whole;
  }
  auto ofAxis = [&](int outputs, int taps, const PassWindows &windows) {
    if (windows.insideBegin != 0 || windows.insideEnd != count[outputs])
      alikeEnd[taps] = count[taps] > 1 ? 0 : alikeEnd[taps]; // at the padding every tap differs
    alikeBegin[outputs] = windows.insideBegin;
    alikeEnd[outputs] = windows.insideEnd;
  };
  ofAxis(P, R, rows);
  ofAxis(Q, S, columns);
  // Psums come back but in the first block, and are complete after the last.
  for (int dim : {C, R, S}) {
    alikeBegin[dim] = std::max<int64_t>(alikeBegin[dim], 1);
    alikeEnd[dim] = std::min(alikeEnd[dim], count[dim] - 1);
  }
}

void PassClasses::makeLoops(const Factors &passes) {
  std::array<int64_t, loopDims> inner;
  inner.fill(1);
  for (auto factor = passes.rbegin(); factor != passes.rend(); ++factor) { // innermost first
    auto [dim, turns] = *factor;
    int64_t span = boundedProduct(inner[dim], turns);
    if (turns > 1 && inner[dim] < count[dim]) {
      if (loops.empty() || loops.back().dim != dim)
        loops.push_back({dim, inner[dim], span, !reduces(dim), false, inner});
      loops.back().span = span; // goes on where the loop inside of it ends
    }
    inner[dim] = span;
  }
  allBlocks = inner;
  std::reverse(loops.begin(), loops.end());
  for (Loop &loop : loops) {
    bool split = std::count_if(loops.begin(), loops.end(),
                               [&](const Loop &other) { return other.dim == loop.dim; }) > 1;
    loop.alwaysTurns = !split || count[loop.dim] % loop.span == 0;
  }
}

/// What a PE holds of each operand decides, for all passes alike, whether the next pass's comes while one
/// computes.
void PassClasses::makeOverlaps() {
  Extents inPe;
  for (int dim = 0; dim < loopDims; ++dim)
    inPe[dim] = std::min(levels.pe[dim], tile.extents[dim]);
  auto window = [&](int axis) {
    constexpr int64_t anywhere = int64_t(1) << 62;
    return differentCoordinates(0, inPe[P + axis], tile.strides[axis], inPe[R + axis], tile.dilations[axis],
                                anywhere);
  };
  ifmapOverlaps = overlaps(array.ifmapSpad, inPe[N] * inPe[G] * inPe[C] * window(0) * window(1) * ifmapWords);
  weightsOverlap = overlaps(array.weightSpad, inPe[G] * inPe[M] * inPe[C] * inPe[R] * inPe[S] * weightWords);
  psumsOverlap = overlaps(array.psumSpad, inPe[N] * inPe[G] * inPe[M] * inPe[P] * inPe[Q]);
  // A window slides in a PE that has all outputs and all taps of a pass along the axis.
  for (int axis : {0, 1})
    slides[P + axis] = array.ifmapSpad.slides && levels.pass[P + axis] == levels.unit[P + axis] &&
                       levels.pass[R + axis] == levels.pe[R + axis];
}

ArrayEstimate PassClasses::run() {
  estimate.passes = estimate.macs = estimate.activePes = 1;
  for (int dim = 0; dim < loopDims; ++dim) {
    if (tile.extents[dim] <= 0)
      return {};
    estimate.passes *= count[dim];
    estimate.macs *= tile.extents[dim];
    estimate.activePes *= blocks[dim][count[dim] == 1].pes;
  }
  estimate.ifmapDifferent = tile.extents[N] * tile.extents[G] * tile.extents[C] * rows.differentInTile() *
                            columns.differentInTile();
  estimate.weightDifferent =
      tile.extents[G] * tile.extents[M] * tile.extents[C] * tile.extents[R] * tile.extents[S];
  estimate.ifmapSpadRead = estimate.macs * ifmapWords;
  estimate.weightSpadRead = estimate.macs * weightWords;
  estimate.psumSpadRead = estimate.psumSpadWritten = estimate.macs;

  Ranges all;
  Place first{}, last;
  for (int dim = 0; dim < loopDims; ++dim) {
    all.lo[dim] = 0;
    all.hi[dim] = static_cast<int32_t>(count[dim]);
    last[dim] = all.hi[dim] - 1;
  }
  Flow flow = begin(first);
  if (size_t innermost = innermostTurning(first); innermost < loops.size()) {
    Place second = first;
    ++second[loops[innermost].dim];
    step(first, second, 0, 1, flow);
    time.append(flow, visit(0, all, 1), 1);
  }
  finish(last, flow);
  estimate.cycles = std::accumulate(estimate.cyclesBy.begin(), estimate.cyclesBy.end(), 0.0);
  return estimate;
}

/// All turns of the loop at `level` and of those inside of it, in their order. The first turn of the
/// innermost is left out: it belongs to the turn before it. `times` is how often the loops outside come to
/// ranges like these.
Flow PassClasses::visit(size_t level, const Ranges &ranges, int64_t times) {
  const Loop &loop = loops[level];
  int dim = loop.dim;
  int64_t lo = ranges.lo[dim], hi = ranges.hi[dim], inner = loop.inner, alikeLo = alikeBegin[dim];
  int64_t alikeHi = std::min(alikeEnd[dim], hi), parts = ceilDiv(hi - lo, inner);
  Flow flow;
  if (innermostTurning(ranges.lo) == level) {
    // Turn t is from block lo + t to the next. What drains behind it is of the block before.
    for (int64_t t = 1; t + 1 < parts;) {
      int64_t block = lo + t, alike = 1;
      if (block - 1 >= alikeLo && block + 1 < alikeHi)
        alike = alikeHi - 1 - block;
      time.append(flow, turn(level, ranges, block, times * alike), alike);
      t += alike;
    }
    return flow;
  }
  Ranges part = ranges;
  for (int64_t t = 0; t < parts;) {
    int64_t partLo = lo + t * inner, partHi = std::min(partLo + inner, hi), alike = 1;
    if (partLo >= alikeLo && partHi <= alikeHi && partHi - partLo == inner)
      alike = (alikeHi - partLo) / inner;
    part.lo[dim] = static_cast<int32_t>(partLo);
    part.hi[dim] = static_cast<int32_t>(partHi);
    Flow inside = level + 1 < loops.size() ? visit(level + 1, part, times * alike) : Flow();
    if (alike > 1) {
      Flow withTurn = inside;
      time.append(withTurn, turn(level, ranges, partHi - 1, times * (alike - 1)), 1);
      time.append(flow, withTurn, alike - 1);
    }
    time.append(flow, inside, 1);
    t += alike;
    if (t < parts)
      time.append(flow, turn(level, ranges, lo + t * inner - 1, times), 1);
  }
  return flow;
}

/// One turn of a loop, `before` being the block that its dimension leaves, and the innermost loop's first
/// turn after it.
Flow PassClasses::turn(size_t level, const Ranges &ranges, int64_t before, int64_t times) {
  int dim = loops[level].dim;
  Place a, b;
  for (int other = 0; other < loopDims; ++other) {
    a[other] = ranges.hi[other] - 1;
    b[other] = ranges.lo[other];
  }
  a[dim] = static_cast<int32_t>(before);
  b[dim] = a[dim] + 1;
  Flow flow;
  int64_t drainNext = step(a, b, drainBehindLast(level, ranges, a), times, flow);
  if (size_t innermost = innermostTurning(b); innermost > level && innermost < loops.size()) {
    Place next = b;
    ++next[loops[innermost].dim];
    step(b, next, drainNext, times, flow);
  }
  return flow;
}

/// From pass a to pass b: the stage in which a computes, and bringing what is new in b. `drainBehind` are the
/// cycles of what still drains from before a; returns those of what drains behind b.
int64_t PassClasses::step(const Place &a, const Place &b, int64_t drainBehind, int64_t times, Flow &flow) {
  unsigned changed = 0;
  for (int dim = 0; dim < loopDims; ++dim)
    changed |= static_cast<unsigned>(a[dim] != b[dim]) << dim;
  Delivery tied, streamed;
  bool overlapped = deliver(b, changed, times, tied);
  auto stream = [](int64_t &from, int64_t &to) { to = std::exchange(from, 0); };
  if (array.psumSpad.streams)
    stream(tied.psum, streamed.psum);
  if (overlapped && array.ifmapSpad.streams)
    stream(tied.ifmap, streamed.ifmap);
  if (overlapped && array.weightSpad.streams)
    stream(tied.weight, streamed.weight);

  Cycles stage;
  int64_t compute = computeCycles(a);
  stage.atLeast(compute, CycleTerm::Compute);
  estimate.computeCycles += static_cast<double>(compute) * static_cast<double>(times);
  if (overlapped) {
    Cycles bring = time.ofDelivery(tied);
    stage.atLeast(bring.count, bring.term);
  }
  stage.atLeast(drainBehind, CycleTerm::Drain);
  flow.open().stage(stage);

  int64_t drainNext = 0;
  Leaving left;
  if (changed & psumDims) {
    left = leave(a, times);
    if (!psumsOverlap)
      flow.open().stage(array.pipelineDepth + chainOf(a) + time.ofDrain(left), CycleTerm::Drain);
    else if (!array.psumSpad.streams)
      drainNext = time.ofDrain(left);
  }
  // A psum is not read in the stretch in which it was written.
  bool begun = b[C] != 0 || b[R] != 0 || b[S] != 0;
  if (!overlapped)
    time.beginStretch(flow, time.ofFill(tied));
  else if (array.psumSpad.streams && begun && (changed & psumDims))
    time.beginStretch(flow, 0);
  Stretch &open = flow.open();
  open.brought.ifmap += streamed.ifmap;
  open.brought.weight += streamed.weight;
  open.brought.psum += streamed.psum;
  if (array.psumSpad.streams) {
    open.left.results += left.results;
    open.left.psums += left.psums;
  }
  return drainNext;
}

/// Counts what pass b takes where the block indices of the dimensions `changed` did. Returns whether the pass
/// before can compute meanwhile.
bool PassClasses::deliver(const Place &b, unsigned changed, int64_t times, Delivery &delivery) {
  std::array<const Block *, loopDims> x;
  for (int dim = 0; dim < loopDims; ++dim)
    x[dim] = &block(dim, b[dim]);
  bool overlapped = true;
  if (changed & ifmapDims) {
    bool slidesRows = changed == 1u << P && slides[P], slidesColumns = changed == 1u << Q && slides[Q];
    const Window &h = slidesRows ? rows.afterPrevious(b[P], b[R]) : rows.at(b[P], b[R]);
    const Window &w = slidesColumns ? columns.afterPrevious(b[Q], b[S]) : columns.at(b[Q], b[S]);
    int64_t planes = x[N]->elements * x[G]->elements * x[C]->elements;
    int64_t fetched = planes * h.different * w.different;
    int64_t byPe = planes * x[M]->pes * h.byPe * w.byPe;
    estimate.ifmapFetched += fetched * times;
    estimate.ifmapSpadWritten += byPe * ifmapWords * times;
    estimate.ifmapHops += planes * x[M]->nodes * h.byNode * w.byNode * elementBytes * times;
    delivery.ifmap = (array.ifmapNoc.multicast ? fetched : byPe) * elementBytes;
    estimate.ifmapRead += delivery.ifmap * times;
    overlapped &= ifmapOverlaps || delivery.ifmap == 0; // a window of padding alone has nothing to wait for
  }
  if (changed & weightDims) {
    int64_t fetched = x[G]->elements * x[M]->elements * x[C]->elements * x[R]->elements * x[S]->elements;
    int64_t byPe = fetched * x[N]->pes * x[P]->pes * x[Q]->pes;
    estimate.weightFetched += fetched * times;
    estimate.weightSpadWritten += byPe * weightWords * times;
    estimate.weightHops += fetched * x[N]->nodes * x[P]->nodes * x[Q]->nodes * elementBytes * times;
    delivery.weight = (array.weightNoc.multicast ? fetched : byPe) * elementBytes;
    estimate.weightRead += delivery.weight * times;
    overlapped &= weightsOverlap;
  }
  bool begun = b[C] != 0 || b[R] != 0 || b[S] != 0 || !tile.first;
  if ((changed & psumDims) && (begun || array.psumsStartInMemory)) {
    int64_t psums = psumsOf(b);
    delivery.psum = psums * psumBytes;
    estimate.psumRead += delivery.psum * times;
    estimate.psumHops += delivery.psum * times;
    estimate.psumSpadWritten += psums * times;
    overlapped &= psumsOverlap;
  }
  return overlapped;
}

Flow PassClasses::begin(const Place &first) {
  Delivery delivery;
  deliver(first, ~0u, 1, delivery);
  Flow flow;
  flow.newStretch = true;
  if (array.psumSpad.streams)
    flow.tail.brought.psum = std::exchange(delivery.psum, 0);
  int64_t cycles = time.ofFill(delivery);
  if (tile.hasParams) {
    estimate.paramRead = tile.extents[G] * tile.extents[M] * paramBytes;
    cycles = std::max(cycles, ceilDiv(estimate.paramRead, paramMemory().readBytesPerCycle));
  }
  if (tile.hasTable) {
    estimate.tableRead = tableEntries * tile.outputBytes;
    cycles = std::max(cycles, ceilDiv(estimate.tableRead, paramMemory().readBytesPerCycle));
  }
  flow.whole[static_cast<size_t>(CycleTerm::RampUp)] = static_cast<double>(cycles);
  return flow;
}

void PassClasses::finish(const Place &last, Flow &flow) {
  int64_t compute = computeCycles(last);
  estimate.computeCycles += static_cast<double>(compute);
  Cycles stage{compute};
  stage.atLeast(drainBehindLast(0, Ranges{}, last), CycleTerm::Drain);
  flow.open().stage(stage);
  estimate.cyclesBy = time.of(flow);
  int64_t drain = array.pipelineDepth + chainOf(last) + time.ofDrain(leave(last, 1));
  estimate.cyclesBy[static_cast<size_t>(CycleTerm::Drain)] += static_cast<double>(drain);
}

int64_t PassClasses::computeCycles(const Place &a) const {
  int64_t steps = 1;
  for (int dim = 0; dim < loopDims; ++dim)
    steps *= block(dim, a[dim]).steps;
  // Rates are decimal numbers: what is a whole number of cycles but for rounding is taken as that.
  return rate == 1 ? steps : static_cast<int64_t>(std::ceil(static_cast<double>(steps) / rate * (1 - 1e-12)));
}

/// Whether a loop turns at all around pass a.
bool PassClasses::turns(const Loop &loop, const Place &a) const {
  return loop.alwaysTurns ||
         std::min(loop.span, count[loop.dim] - a[loop.dim] / loop.span * loop.span) > loop.inner;
}

/// The innermost loop that turns around pass a.
size_t PassClasses::innermostTurning(const Place &a) const {
  for (size_t i = loops.size(); i-- > 0;)
    if (turns(loops[i], a))
      return i;
  return loops.size();
}

/// Neighbours that a psum of the pass goes through before it leaves: the most since its psums began to build
/// up, which is all that the loops over C, R and S inside of the innermost loop over psums went through.
int64_t PassClasses::chainOf(const Place &a) const {
  const std::array<int64_t, loopDims> *swept = &allBlocks;
  for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop)
    if (loop->ofPsums && turns(*loop, a)) {
      swept = &loop->blocksInside;
      break;
    }
  int64_t pes = 1;
  for (int dim : {C, R, S})
    pes *= block(dim, a[dim] / (*swept)[dim] * (*swept)[dim]).pes;
  return pes - 1;
}

/// Cycles of what left the array at the turn before pass a, the last one before the loop at `level` turns; it
/// drains while a computes.
int64_t PassClasses::drainBehindLast(size_t level, const Ranges &ranges, const Place &a) const {
  for (size_t i = loops.size(); i-- > level;) {
    const Loop &loop = loops[i];
    if (!turns(loop, a))
      continue;
    if (!psumsOverlap || array.psumSpad.streams || !loop.ofPsums || a[loop.dim] == ranges.lo[loop.dim])
      return 0;
    Place left = a;
    --left[loop.dim];
    return time.ofDrain(leavingOf(left));
  }
  return 0;
}

/// Psums leave through the output path when they are complete, else to the psum memory.
Leaving PassClasses::leavingOf(const Place &a) const {
  int64_t psums = psumsOf(a);
  return complete(a) ? Leaving{psums * tile.outputBytes, 0} : Leaving{0, psums * psumBytes};
}

/// The psums of pass a leave their spads.
Leaving PassClasses::leave(const Place &a, int64_t times) {
  int64_t psums = psumsOf(a), chain = chainOf(a);
  Leaving leaving = leavingOf(a);
  estimate.outputWritten += leaving.results * times;
  estimate.psumWritten += leaving.psums * times;
  estimate.psumSpadRead += psums * (chain + 1) * times;
  estimate.psumHops += (psums * psumBytes * chain + leaving.results + leaving.psums) * times;
  return leaving;
}

} // namespace

ArrayEstimate cost::estimateArray(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target) {
  thread_local std::vector<Window> rows, columns;
  return PassClasses(tile, mapping, target, rows, columns).run();
}
