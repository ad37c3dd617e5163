// estimateArray: the passes of a mapping by classes.
//
// From one pass to the next exactly one pass loop turns, and those inside of it start again. What is
// delivered, what leaves and how long both take depends only on the blocks of the two passes, and blocks
// differ only where they are clipped or reach into the padding. So the turns of each loop are grouped by the
// blocks of the loops outside of it, and each group is worked out once.
#include "lib/Cost/ExpectedWork.h"
#include "lib/Cost/PassFlow.h"
#include "lib/Cost/PassTraffic.h"
#include "lib/Cost/Rounding.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace dnnc;
using namespace dnnc::cost;

namespace {

/// Of a cycle, where what a pass takes is a mean.
constexpr int64_t partsOfExpected = 64;

/// Blocks [lo, hi) of every dimension that the loops further inside go through.
struct Ranges {
  std::array<int32_t, loopDims> lo, hi;
};

class PassClasses {
public:
  PassClasses(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target,
              std::vector<Window> &rowsKnown, std::vector<Window> &columnsKnown);
  ArrayEstimate run();

private:
  void visit(size_t level, const Ranges &ranges, int64_t times, PassFlow &flow);
  void visitInnermost(size_t level, const Ranges &ranges, int64_t times, PassFlow &flow);
  void turn(size_t level, const Ranges &ranges, int64_t before, int64_t times, PassFlow &flow);
  Cycles step(const Place &a, const Place &b, Cycles drainBehind, int64_t times, PassFlow &flow);
  void begin(const Place &first, PassFlow &flow);
  void finish(const Place &last, PassFlow &flow);
  int64_t computeTicks(const Place &a, int64_t times);
  Cycles drainBehindLast(size_t level, const Ranges &ranges, const Place &a) const;

  const Array &array;
  PassBlocks blocks;
  ArrayEstimate estimate;
  PassTraffic traffic;
  PassTime time;
  const double work; ///< of a pass, as a share of what it is without zeros
  PassStreams streams;
  double rate = 1;
};

PassClasses::PassClasses(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target,
                         std::vector<Window> &rowsKnown, std::vector<Window> &columnsKnown)
    : array(target.array), blocks(tile, mapping, target, rowsKnown, columnsKnown),
      traffic(tile, mapping, target, blocks, estimate), time(target), work(expectedWork(tile, mapping, array)),
      streams(target, work == 1 ? 1 : partsOfExpected) {
  if (auto found = array.macRate.find(tile.type); found != array.macRate.end())
    rate = found->second;
}

ArrayEstimate PassClasses::run() {
  Ranges all;
  Place first{}, last;
  for (int dim = 0; dim < loopDims; ++dim) {
    all.lo[dim] = 0;
    all.hi[dim] = static_cast<int32_t>(blocks.count[dim]);
    last[dim] = all.hi[dim] - 1;
  }
  PassFlow flow(streams);
  begin(first, flow);
  if (size_t innermost = blocks.innermostTurning(first); innermost < blocks.loops.size()) {
    Place second = first;
    ++second[blocks.loops[innermost].dim];
    step(first, second, {}, 1, flow);
    visit(0, all, 1, flow);
  }
  finish(last, flow);
  traffic.leaveZerosOut();
  return estimate;
}

/// All turns of the loop at `level` and of those inside of it, in their order. The first turn of the
/// innermost is left out: it belongs to the turn before it. `times` is how often the loops outside come to
/// ranges like these.
void PassClasses::visit(size_t level, const Ranges &ranges, int64_t times, PassFlow &flow) {
  if (level == blocks.loops.size())
    return;
  if (blocks.innermostTurning(ranges.lo) == level) {
    visitInnermost(level, ranges, times, flow);
    return;
  }
  const PassLoop &loop = blocks.loops[level];
  int dim = loop.dim;
  int64_t lo = ranges.lo[dim], hi = ranges.hi[dim], inner = loop.inner, alikeLo = blocks.alikeBegin[dim];
  int64_t alikeHi = std::min(blocks.alikeEnd[dim], hi), parts = ceilDiv(hi - lo, inner);
  Ranges part = ranges;
  for (int64_t t = 0; t < parts;) {
    int64_t partLo = lo + t * inner, partHi = std::min(partLo + inner, hi), alike = 1;
    if (partLo >= alikeLo && partHi <= alikeHi && partHi - partLo == inner)
      alike = (alikeHi - partLo) / inner;
    part.lo[dim] = static_cast<int32_t>(partLo);
    part.hi[dim] = static_cast<int32_t>(partHi);
    if (alike > 1) {
      PassFlow inside(streams), again(streams);
      visit(level + 1, part, times * alike, inside);
      turn(level, ranges, partHi - 1, times * (alike - 1), again);
      again.append(inside, 1);
      flow.append(inside, 1);
      flow.append(again, alike - 1);
    } else {
      visit(level + 1, part, times, flow);
    }
    t += alike;
    if (t < parts)
      turn(level, ranges, lo + t * inner - 1, times, flow);
  }
}

void PassClasses::visitInnermost(size_t level, const Ranges &ranges, int64_t times, PassFlow &flow) {
  const PassLoop &loop = blocks.loops[level];
  int dim = loop.dim;
  int64_t lo = ranges.lo[dim], hi = ranges.hi[dim], alikeLo = blocks.alikeBegin[dim];
  int64_t alikeHi = std::min(blocks.alikeEnd[dim], hi), parts = ceilDiv(hi - lo, loop.inner);
  // Turn t is from block lo + t to the next. What drains behind it is of the block before.
  for (int64_t t = 1; t + 1 < parts;) {
    int64_t block = lo + t, alike = 1;
    if (block - 1 >= alikeLo && block + 1 < alikeHi)
      alike = alikeHi - 1 - block;
    if (alike > 1) {
      PassFlow one(streams);
      turn(level, ranges, block, times * alike, one);
      flow.append(one, alike);
    } else {
      turn(level, ranges, block, times, flow);
    }
    t += alike;
  }
}

/// One turn of a loop, `before` being the block that its dimension leaves, and the innermost loop's first
/// turn after it.
void PassClasses::turn(size_t level, const Ranges &ranges, int64_t before, int64_t times, PassFlow &flow) {
  int dim = blocks.loops[level].dim;
  Place a, b;
  for (int other = 0; other < loopDims; ++other) {
    a[other] = ranges.hi[other] - 1;
    b[other] = ranges.lo[other];
  }
  a[dim] = static_cast<int32_t>(before);
  b[dim] = a[dim] + 1;
  Cycles drainNext = step(a, b, drainBehindLast(level, ranges, a), times, flow);
  if (size_t innermost = blocks.innermostTurning(b); innermost > level && innermost < blocks.loops.size()) {
    Place next = b;
    ++next[blocks.loops[innermost].dim];
    step(b, next, drainNext, times, flow);
  }
}

/// From pass a to pass b: the stage in which a computes, and bringing what is new in b. `drainBehind` are the
/// cycles of what still drains from before a; returns those of what drains behind b.
Cycles PassClasses::step(const Place &a, const Place &b, Cycles drainBehind, int64_t times, PassFlow &flow) {
  unsigned changed = 0;
  for (int dim = 0; dim < loopDims; ++dim)
    changed |= static_cast<unsigned>(a[dim] != b[dim]) << dim;
  Delivery tied, streamed;
  bool overlapped = traffic.deliver(b, changed, times, tied);
  if (array.psumSpad.streams)
    streamed.psum = std::exchange(tied.psum, 0);
  if (overlapped && array.ifmapSpad.streams)
    streamed.ifmap = std::exchange(tied.ifmap, 0);
  if (overlapped && array.weightSpad.streams)
    streamed.weight = std::exchange(tied.weight, 0);

  const int64_t perCycle = streams.ticksPerCycle();
  Ticks stage;
  stage.atLeast(computeTicks(a, times), CycleTerm::Compute);
  if (overlapped) {
    Cycles bring = time.ofDelivery(tied);
    stage.atLeast(bring.count * perCycle, bring.term);
    flow.bring(tied); // at a port that others stream through
  }
  stage.atLeast(drainBehind.count * perCycle, drainBehind.term);

  Cycles drainNext, drained;
  int64_t drainAlone = 0;
  Leaving left;
  if (changed & psumDims) {
    left = traffic.leave(a, times);
    if (!traffic.psumsOverlap)
      drained = time.ofDrain(left), drainAlone = array.pipelineDepth + blocks.chainOf(a) + drained.count;
    else if (!array.psumSpad.streams)
      drainNext = time.ofDrain(left);
  }
  flow.stage(stage, drainAlone, drained);
  if (!overlapped) {
    flow.meet(time.ofFill(tied));
  } else if (array.psumSpad.streams && (changed & psumDims) && PassBlocks::begun(b)) {
    // Psums that went to their memory come back once all that was sent before has arrived.
    flow.bring({streamed.ifmap, streamed.weight, 0});
    flow.meet(0);
    streamed.ifmap = streamed.weight = 0;
  }
  flow.bring(streamed);
  if (array.psumSpad.streams)
    flow.leave(left);
  return drainNext;
}

void PassClasses::begin(const Place &first, PassFlow &flow) {
  int64_t rampUp = traffic.countTile();
  Delivery delivery, streamed;
  traffic.deliver(first, ~0u, 1, delivery);
  if (array.psumSpad.streams)
    streamed.psum = std::exchange(delivery.psum, 0);
  flow.meet(std::max(rampUp, time.ofFill(delivery)));
  flow.bring(streamed);
}

void PassClasses::finish(const Place &last, PassFlow &flow) {
  Ticks stage;
  stage.atLeast(computeTicks(last, 1), CycleTerm::Compute);
  Cycles behind = drainBehindLast(0, Ranges{}, last), drained = time.ofDrain(traffic.leave(last, 1));
  stage.atLeast(behind.count * streams.ticksPerCycle(), behind.term);
  flow.stage(stage, 0);
  PassFlow::Time whole = flow.time();
  int64_t through = array.pipelineDepth + blocks.chainOf(last);
  estimate.cycles = static_cast<double>(whole.cycles + through + drained.count);
  estimate.cyclesBy = whole.by;
  estimate.cyclesBy[static_cast<size_t>(CycleTerm::Drain)] += static_cast<double>(through);
  estimate.cyclesBy[static_cast<size_t>(drained.term)] += static_cast<double>(drained.count);
}

int64_t PassClasses::computeTicks(const Place &a, int64_t times) {
  const int64_t steps = blocks.stepsOf(a), perCycle = streams.ticksPerCycle();
  int64_t ticks = steps * perCycle;
  // Rates are decimal numbers: what is a whole number of cycles but for rounding is taken as that. A mean over passes
  // with zeros is none.
  if (work != 1)
    ticks = static_cast<int64_t>(
        std::ceil(static_cast<double>(steps) * work / rate * static_cast<double>(perCycle) * (1 - 1e-12)));
  else if (rate != 1)
    ticks = static_cast<int64_t>(std::ceil(static_cast<double>(steps) / rate * (1 - 1e-12))) * perCycle;
  estimate.computeCycles +=
      static_cast<double>(ticks) / static_cast<double>(perCycle) * static_cast<double>(times);
  return ticks;
}

/// Cycles of what left the array at the turn before pass a, the last one before the loop at `level` turns; it
/// drains while a computes.
Cycles PassClasses::drainBehindLast(size_t level, const Ranges &ranges, const Place &a) const {
  if (!traffic.psumsOverlap || array.psumSpad.streams)
    return {};
  for (size_t i = blocks.loops.size(); i-- > level;) {
    const PassLoop &loop = blocks.loops[i];
    if (!blocks.turns(loop, a))
      continue;
    if (!loop.ofPsums || a[loop.dim] == ranges.lo[loop.dim])
      return {};
    Place left = a;
    --left[loop.dim];
    return time.ofDrain(traffic.leavingOf(left));
  }
  return {};
}

} // namespace

ArrayEstimate cost::estimateArray(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target) {
  if (std::any_of(tile.extents.begin(), tile.extents.end(), [](int64_t extent) { return extent <= 0; }))
    return {};
  thread_local std::vector<Window> rows, columns;
  return PassClasses(tile, mapping, target, rows, columns).run();
}
