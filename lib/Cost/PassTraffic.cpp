#include "lib/Cost/PassTraffic.h"

#include "lib/Cost/ExpectedWork.h"
#include "lib/Cost/Rounding.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

/// Part of a number of bytes or words, in whole ones.
static int64_t part(int64_t whole, double share) {
  return share == 1 ? whole : static_cast<int64_t>(std::ceil(static_cast<double>(whole) * share));
}

PassTraffic::PassTraffic(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target, PassBlocks &blocks,
                         ArrayEstimate &estimate)
    : tile(tile), target(target), array(target.array), blocks(blocks), estimate(estimate),
      elementBytes(bytesOf(tile.type)), psumBytes(ceilDiv(array.psumSpad.bits, 8)),
      sent(sentOf(tile, mapping, array)),
      ifmapWords(sent.ifmapCompressed ? spadWords(tile.type, array.ifmapSpad, array.ifmapNoc)
                                      : ceilDiv(elementBytes * 8, array.ifmapSpad.bits)),
      weightWords(sent.weightCompressed ? spadWords(tile.type, array.weightSpad, array.weightNoc)
                                        : ceilDiv(elementBytes * 8, array.weightSpad.bits)),
      lanes(lanesOf(mapping, array)) {
  makeOverlaps();
}

/// A spad takes another pass's words meanwhile when it has a second set, replaces words one by one, or has
/// room for both.
static bool overlaps(const Spad &spad, int64_t words) {
  return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
}

/// What a PE holds of each operand decides, for all passes alike, whether the next pass's comes while one
/// computes.
void PassTraffic::makeOverlaps() {
  const PassLevels &levels = blocks.levels;
  Extents inPe;
  for (int dim = 0; dim < loopDims; ++dim)
    inPe[dim] = std::min(levels.pe[dim], tile.extents[dim]);
  auto window = [&](int axis) {
    constexpr int64_t anywhere = int64_t(1) << 62;
    return differentCoordinates(0, inPe[P + axis], tile.strides[axis], inPe[R + axis], tile.dilations[axis],
                                anywhere);
  };
  // Room for the ifmap as it is and compressed: which of them comes is known with the data.
  ifmapOverlaps = overlaps(array.ifmapSpad, inPe[N] * inPe[G] * inPe[C] * window(0) * window(1) *
                                                cost::spadWords(tile.type, array.ifmapSpad, array.ifmapNoc));
  weightsOverlap = overlaps(array.weightSpad, inPe[G] * inPe[M] * inPe[C] * inPe[R] * inPe[S] * weightWords);
  psumsOverlap = overlaps(array.psumSpad, inPe[N] * inPe[G] * inPe[M] * inPe[P] * inPe[Q]);
  // A window slides in a PE that has all outputs and all taps of a pass along the axis.
  for (int axis : {0, 1})
    slides[P + axis] = array.ifmapSpad.slides && levels.pass[P + axis] == levels.unit[P + axis] &&
                       levels.pass[R + axis] == levels.pe[R + axis];
}

/// Of independent multipliers as if no zero were skipped, as of all other counts of MACs. In lockstep of what is
/// left: reads are counted by the column, not by the MAC.
void PassTraffic::countSpadReads() {
  int64_t ofIfmap = estimate.macs, ofWeights = estimate.macs;
  if (array.skipping.macs == Skipping::Macs::Lockstep) {
    const MindedDensities minded(sent.minded, tile.depthwise, array);
    const int64_t filters = tile.extents[M], column = std::min(blocks.levels.pe[M], filters);
    auto elements = static_cast<double>(estimate.macs / filters) * minded.ifmap;
    auto whole = static_cast<double>(filters / column);
    ColumnWork each = columnWork(minded.weight, column, lanes),
               last = columnWork(minded.weight, filters % column, lanes);
    ofIfmap = static_cast<int64_t>(std::ceil(elements * (whole * each.some + last.some)));
    ofWeights = static_cast<int64_t>(
        std::ceil(elements * (whole * each.steps + last.steps) * static_cast<double>(array.macsPerPe)));
  }
  estimate.ifmapSpadRead = ofIfmap * ifmapWords;
  estimate.weightSpadRead = ofWeights * weightWords;
}

int64_t PassTraffic::countTile() {
  const Extents &t = tile.extents;
  estimate.passes = estimate.macs = estimate.activePes = 1;
  for (int dim = 0; dim < loopDims; ++dim) {
    estimate.passes *= blocks.count[dim];
    estimate.macs *= t[dim];
    estimate.activePes *= blocks.block(dim, 0).pes;
  }
  estimate.ifmapDifferent =
      t[N] * t[G] * t[C] * blocks.rows.differentInTile() * blocks.columns.differentInTile();
  estimate.weightDifferent = t[G] * t[M] * t[C] * t[R] * t[S];
  countSpadReads();
  estimate.psumSpadRead = estimate.psumSpadWritten = estimate.macs;
  if (tile.hasParams)
    estimate.paramRead = t[G] * t[M] * paramRecordBytes;
  if (tile.hasTable)
    estimate.tableRead = tableEntries * tile.outputBytes;
  int64_t most = std::max(estimate.paramRead, estimate.tableRead);
  return most == 0
             ? 0
             : ceilDiv(most,
                       target.memories[target.memoryFor(Operand::Param).value_or(0)].readBytesPerCycle);
}

bool PassTraffic::deliver(const Place &b, unsigned changed, int64_t times, Delivery &delivery) {
  bool overlapped = true;
  if (changed & ifmapDims) {
    delivery.ifmap = bytesOfIfmap(b, changed, times);
    overlapped &= ifmapOverlaps || delivery.ifmap == 0; // a window of padding alone has nothing to wait for
  }
  if (changed & weightDims) {
    delivery.weight = bytesOfWeights(b, times);
    overlapped &= weightsOverlap;
  }
  if ((changed & psumDims) && (PassBlocks::begun(b) || !tile.first || array.psumsStartInMemory)) {
    delivery.psum = bytesOfPsums(b, times);
    overlapped &= psumsOverlap;
  }
  return overlapped;
}

int64_t PassTraffic::bytesOfIfmap(const Place &b, unsigned changed, int64_t times) {
  bool slidesRows = changed == 1u << P && slides[P], slidesColumns = changed == 1u << Q && slides[Q];
  const Window &h = slidesRows ? blocks.rows.afterPrevious(b[P], b[R]) : blocks.rows.at(b[P], b[R]);
  const Window &w = slidesColumns ? blocks.columns.afterPrevious(b[Q], b[S]) : blocks.columns.at(b[Q], b[S]);
  const Block &filters = blocks.block(M, b[M]);
  int64_t planes =
      blocks.block(N, b[N]).elements * blocks.block(G, b[G]).elements * blocks.block(C, b[C]).elements;
  int64_t fetched = planes * h.different * w.different;
  int64_t byPe = planes * filters.pes * h.byPe * w.byPe;
  int64_t bytes = part((array.ifmapNoc.multicast ? fetched : byPe) * elementBytes, sent.ifmapBytes);
  estimate.ifmapFetched += fetched * times;
  estimate.ifmapSpadWritten += part(byPe * ifmapWords, sent.ifmapWords) * times;
  estimate.ifmapHops += part(planes * filters.nodes * h.byNode * w.byNode * elementBytes, sent.ifmapBytes) * times;
  estimate.ifmapRead += bytes * times;
  return bytes;
}

int64_t PassTraffic::bytesOfWeights(const Place &b, int64_t times) {
  int64_t fetched = 1, pes = 1, nodes = 1;
  for (int dim : {G, M, C, R, S})
    fetched *= blocks.block(dim, b[dim]).elements;
  for (int dim : {N, P, Q}) {
    pes *= blocks.block(dim, b[dim]).pes;
    nodes *= blocks.block(dim, b[dim]).nodes;
  }
  int64_t bytes = part((array.weightNoc.multicast ? fetched : fetched * pes) * elementBytes, sent.weightBytes);
  estimate.weightFetched += fetched * times;
  estimate.weightSpadWritten += part(fetched * pes * weightWords, sent.weightWords) * times;
  estimate.weightHops += part(fetched * nodes * elementBytes, sent.weightBytes) * times;
  estimate.weightRead += bytes * times;
  return bytes;
}

int64_t PassTraffic::bytesOfPsums(const Place &b, int64_t times) {
  int64_t psums = blocks.psumsOf(b), bytes = psums * psumBytes;
  estimate.psumRead += bytes * times;
  estimate.psumHops += bytes * times;
  estimate.psumSpadWritten += psums * times;
  return bytes;
}

Leaving PassTraffic::leavingOf(const Place &a) const {
  int64_t psums = blocks.psumsOf(a);
  return tile.last && blocks.complete(a) ? Leaving{psums * tile.outputBytes, 0} : Leaving{0, psums * psumBytes};
}

Leaving PassTraffic::leave(const Place &a, int64_t times) {
  int64_t psums = blocks.psumsOf(a), chain = blocks.chainOf(a);
  Leaving leaving = leavingOf(a);
  estimate.outputWritten += leaving.results * times;
  estimate.psumWritten += leaving.psums * times;
  estimate.psumSpadRead += psums * (chain + 1) * times;
  estimate.psumHops += (psums * psumBytes * chain + leaving.results + leaving.psums) * times;
  return leaving;
}
