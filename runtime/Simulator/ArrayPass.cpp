#include "runtime/Simulator/ArrayPass.h"

#include "runtime/Simulator/SparseSizes.h"

#include <algorithm>
#include <cmath>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// A spad takes another pass's words meanwhile when it has a second set, replaces them one by one, or has
/// room for both.
bool overlaps(const Spad &spad, int64_t words) {
  return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
}

} // namespace

ArrayPass::ArrayPass(const Mapping &mapping, const ArrayTile &tile, const Target &target,
                     const SparseSizes *sizes)
    : levels(mapping), rows{P, R, tile.originH, tile.strideH, tile.dilationH, tile.ifmapH},
      columns{Q, S, tile.originW, tile.strideW, tile.dilationW, tile.ifmapW}, time(tile, target), tile(tile),
      target(target), sizes(sizes), nodeSize(target.clusters() > 1 ? levels.inCluster : levels.inPe),
      ifmapOverlaps(overlaps(target.array.ifmapSpad, spadWords(mapping, tile, target).ifmap)),
      weightOverlaps(overlaps(target.array.weightSpad, spadWords(mapping, tile, target).weight)),
      psumOverlaps(overlaps(target.array.psumSpad, spadWords(mapping, tile, target).psum)) {}

bool ArrayPass::maySlide(int dim) const {
  int taps = dim == P ? R : S;
  return target.array.ifmapSpad.slides && (dim == P || dim == Q) &&
         levels.inPass[dim] == levels.inUnit[dim] && levels.inPass[taps] == levels.inPe[taps];
}

int64_t ArrayPass::deliverIfmap(const PassPlace &place, const Spread &spread, int slides,
                                ArrayWork &work) const {
  const Array &array = target.array;
  auto windowOf = [&](const IfmapAxis &axis) {
    int64_t before = slides == axis.outer ? levels.inPass[axis.outer] : 0;
    return axis.window(place.start, place.extent, nodeSize, levels.inPe, before);
  };
  Window h = windowOf(rows), w = windowOf(columns);
  int64_t planes = place.extent[N] * place.extent[G] * place.extent[C];
  int64_t fetched = planes * h.different * w.different;
  int64_t byPe = planes * spread.pes[M] * h.byPe * w.byPe;
  work.ifmapFetched += fetched;
  if (sizes && sizes->ifmapCompressed()) {
    Sent sent = sizes->ifmap(place.start, place.extent, spread, slides);
    work.ifmapSpadWritten += sent.spadWords;
    work.ifmapAddressWritten += array.ifmapSpad.address.words > 0 ? sent.columns : 0;
    work.ifmapHops += sent.hops;
    work.ifmapRead += sent.bytes;
    return sent.bytes;
  }
  int64_t bytes = bytesOf(tile.ifmapType), words = wordsOf(tile.ifmapType, array.ifmapSpad);
  int64_t sent = (array.ifmapNoc.multicast ? fetched : byPe) * bytes;
  work.ifmapSpadWritten += byPe * words;
  work.ifmapHops += planes * spread.nodes[M] * h.byNode * w.byNode * bytes;
  work.ifmapRead += sent;
  return sent;
}

int64_t ArrayPass::deliverWeights(const PassPlace &place, const Spread &spread, ArrayWork &work) const {
  const Array &array = target.array;
  int64_t fetched = 1;
  for (Dim d : {G, M, C, R, S})
    fetched *= place.extent[d];
  work.weightFetched += fetched;
  if (sizes && sizes->weightCompressed()) {
    Sent sent = sizes->weights(place.start, place.extent, spread);
    work.weightSpadWritten += sent.spadWords;
    work.weightAddressWritten += array.weightSpad.address.words > 0 ? sent.columns : 0;
    work.weightHops += sent.hops;
    work.weightRead += sent.bytes;
    return sent.bytes;
  }
  int64_t byPe = fetched * spread.pes[N] * spread.pes[P] * spread.pes[Q];
  int64_t bytes = bytesOf(tile.weightType), words = wordsOf(tile.weightType, array.weightSpad);
  int64_t sent = (array.weightNoc.multicast ? fetched : byPe) * bytes;
  work.weightSpadWritten += byPe * words;
  work.weightHops += fetched * spread.nodes[N] * spread.nodes[P] * spread.nodes[Q] * bytes;
  work.weightRead += sent;
  return sent;
}

int64_t ArrayPass::allSteps(const Extents &extent) const {
  bool lockstep = target.array.skipping.macs == Skipping::Macs::Lockstep;
  int64_t steps = 1;
  for (int d = 0; d < dimCount; ++d)
    steps *= d == M && lockstep
                 ? ceilDivide(std::min(levels.inPe[M], extent[M]), levels.inPe[M] / levels.inUnit[M])
                 : std::min(levels.inUnit[d], extent[d]);
  return steps;
}

/// Words that the PEs read of both operands when they do all MACs of a pass.
void ArrayPass::addSpadReads(const Extents &extent, int64_t macs, ArrayWork &work) const {
  const Array &array = target.array;
  int64_t ofIfmap = macs, ofWeights = macs;
  if (array.skipping.macs == Skipping::Macs::Lockstep) {
    // An ifmap element waits in its PE for all steps of a column; a step reads a weight for every multiplier.
    const int64_t elements = macs / extent[M], column = levels.inPe[M], whole = extent[M] / column;
    auto steps = [&](int64_t weights) { return ceilDivide(weights, column / levels.inUnit[M]); };
    ofIfmap = elements * ceilDivide(extent[M], column);
    ofWeights = elements * (whole * steps(column) + steps(extent[M] % column)) * array.macsPerPe;
  }
  work.ifmapSpadRead += ofIfmap * wordsOf(tile.ifmapType, array.ifmapSpad);
  work.weightSpadRead += ofWeights * wordsOf(tile.weightType, array.weightSpad);
}

int64_t ArrayPass::computeCycles(int64_t steps) const {
  return static_cast<int64_t>(
      std::ceil(static_cast<double>(steps) / target.array.macRate.at(tile.ifmapType) * (1 - 1e-12)));
}

void ArrayPass::enter(const PassPlace &place, const PassChange &change, PassState &state, ArrayWork &work,
                      Flow &flow) const {
  int64_t computedBefore = state.computeCycles;
  PassSteps steps = enter(place, change, state, work);
  if (!steps.isFirst)
    time.addStage(flow.head, std::max(computedBefore, steps.beside), steps.stepwise, steps.standing);
  // At a border the words of the pass are there before it, its psums come once it has begun.
  time.addStreams(flow.head, steps.streamed);
  flow.newStretch = steps.newStretch;
  flow.whole = steps.fill;
  time.addStreams(flow.open(), steps.psums);
  if (steps.left)
    time.addLeaving(flow.open(), *steps.left);
}

PassSteps ArrayPass::enter(const PassPlace &place, const PassChange &change, PassState &state,
                           ArrayWork &work) const {
  const Extents &x = place.extent;
  Spread spread;
  int64_t macs = 1, active = 1;
  for (int d = 0; d < dimCount; ++d) {
    spread.pes[d] = ceilDivide(x[d], levels.inPe[d]);
    spread.nodes[d] = ceilDivide(x[d], nodeSize[d]);
    macs *= x[d];
    active *= spread.pes[d];
  }
  ++work.passes;
  work.activePes = std::max(work.activePes, active);
  work.macs += macs;
  addSpadReads(x, macs, work);
  work.psumSpadRead += macs;
  work.psumSpadWritten += macs;

  // An operand that cannot come beside the pass before makes all of them wait for its end.
  const Array &array = target.array;
  Delivery delivery;
  bool rampUp = change.isFirst;
  if (change.any({N, G, C, P, Q, R, S})) {
    delivery.ifmap = deliverIfmap(place, spread, change.slides, work);
    rampUp |= delivery.ifmap > 0 && !ifmapOverlaps;
  }
  if (change.any({G, M, C, R, S})) {
    delivery.weight = deliverWeights(place, spread, work);
    rampUp |= !weightOverlaps;
  }
  const PassState before = state;
  std::optional<Leaving> left;
  // What streams back was written before its stretch began.
  bool psumsReturn = false;
  if (change.any({N, G, M, P, Q})) {
    if (!change.isFirst)
      left = leave(before, work);
    state.residentPsums = x[N] * x[G] * x[M] * x[P] * x[Q];
    state.residentChain = 0;
    bool begun = place.start[C] != 0 || place.start[R] != 0 || place.start[S] != 0;
    psumsReturn = begun && array.psumSpad.streams;
    if (begun || !tile.first || array.psumsStartInMemory) {
      delivery.psum = state.residentPsums * psumBytes(target);
      work.psumRead += delivery.psum;
      work.psumHops += delivery.psum;
      work.psumSpadWritten += state.residentPsums;
      rampUp |= !psumOverlaps;
    }
  }
  state.residentChain = std::max(state.residentChain, spread.pes[C] * spread.pes[R] * spread.pes[S] - 1);
  state.residentDone = true;
  for (Dim d : {C, R, S})
    state.residentDone &= place.start[d] + x[d] >= tile.extents[d];

  PassSteps steps;
  steps.isFirst = change.isFirst;
  Delivery stepwise;
  (array.ifmapSpad.streams && !rampUp ? steps.streamed : stepwise).ifmap = delivery.ifmap;
  (array.weightSpad.streams && !rampUp ? steps.streamed : stepwise).weight = delivery.weight;
  (array.psumSpad.streams ? steps.psums : stepwise).psum = delivery.psum;

  if (!change.isFirst) {
    steps.beside = std::max(rampUp ? 0 : time.ofDelivery(stepwise), before.drainCycles);
    if (!rampUp)
      steps.stepwise = stepwise;
    if (left && !psumOverlaps)
      steps.standing = drainCycles(before, *left);
    state.drainCycles = left && psumOverlaps && !array.psumSpad.streams ? time.ofDrain(*left) : 0;
  }
  steps.newStretch = rampUp || psumsReturn;
  if (rampUp) {
    steps.fill = time.ofFill(stepwise);
    if (change.isFirst)
      steps.fill = std::max(steps.fill, paramCycles(work));
  }
  if (left && array.psumSpad.streams)
    steps.left = left;
  state.computeCycles = computeCycles(allSteps(x));
  return steps;
}

void ArrayPass::finish(const PassState &state, ArrayWork &work, Flow &flow) const {
  time.addStage(flow.open(), std::max(state.computeCycles, state.drainCycles), {}, 0);
  Leaving last = leave(state, work);
  work.cycles = time.of(flow) + drainCycles(state, last);
}

/// The resident psums leave their spads: through the output path when they are complete, else to the psum
/// memory.
Leaving ArrayPass::leave(const PassState &state, ArrayWork &work) const {
  Leaving leaving;
  work.psumSpadRead += state.residentPsums * (state.residentChain + 1);
  if (state.residentDone && tile.last)
    leaving.results = state.residentPsums * bytesOf(tile.outputType);
  else
    leaving.psums = state.residentPsums * psumBytes(target);
  work.outputWritten += leaving.results;
  work.psumWritten += leaving.psums;
  work.psumHops +=
      state.residentPsums * psumBytes(target) * state.residentChain + leaving.results + leaving.psums;
  return leaving;
}

int64_t ArrayPass::drainCycles(const PassState &state, const Leaving &leaving) const {
  return target.array.pipelineDepth + state.residentChain + time.ofDrain(leaving);
}

int64_t ArrayPass::paramCycles(ArrayWork &work) const {
  int64_t cycles = 0;
  if (tile.hasParams) {
    work.paramRead = tile.extents[G] * tile.extents[M] * 16; // bytes of a record
    cycles = ceilDivide(work.paramRead, memory(tile.paramMemory).readBytesPerCycle);
  }
  if (tile.hasTable) {
    work.tableRead = 256 * bytesOf(tile.outputType);
    cycles = std::max(cycles, ceilDivide(work.tableRead, memory(tile.tableMemory).readBytesPerCycle));
  }
  return target.array.unlimitedDelivery ? 0 : cycles;
}

int64_t psumBytes(const Target &target) { return ceilDivide(target.array.psumSpad.bits, 8); }

} // namespace dnnc::sim
