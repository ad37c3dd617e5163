#include "lib/Cost/PassTraffic.h"

#include "lib/Cost/ExpectedWork.h"
#include "lib/Cost/Rounding.h"
#include "lib/Cost/WeightShares.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

/// Part of a number of bytes or words, in whole ones. What is whole but for rounding is taken as that.
static int64_t part(int64_t whole, double share) {
  return share == 1 ? whole : static_cast<int64_t>(std::ceil(static_cast<double>(whole) * share * (1 - 1e-12)));
}

PassTraffic::PassTraffic(const ArrayTile &tile, const ArrayMapping &mapping, const Target &target, PassBlocks &blocks,
                         ArrayEstimate &estimate)
    : tile(tile), target(target), array(target.array), blocks(blocks), estimate(estimate),
      psumBytes(ceilDiv(array.psumSpad.bits, 8)),
      sent(sentOf(tile, mapping, array)),
      ifmapWords(sent.ifmap.compressed ? spadWords(tile.type, array.ifmapSpad, array.ifmapNoc)
                                       : ceilDiv(bytesOf(tile.type) * 8, array.ifmapSpad.bits)),
      weightWords(sent.weight.compressed ? spadWords(tile.type, array.weightSpad, array.weightNoc)
                                         : ceilDiv(bytesOf(tile.type) * 8, array.weightSpad.bits)),
      lanes(lanesOf(mapping, array)) {
  makeOverlaps();
}

/// A spad takes another pass's words meanwhile when it has a second set, replaces words one by one, or has
/// room for both.
static bool overlaps(const Spad &spad, int64_t words) {
  return spad.doubleBuffered || spad.streams || 2 * words <= spad.words;
}

static bool countsAddresses(const Spad &spad, bool compressed) { return compressed && spad.address.words > 0; }

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
  weightsOverlap = tile.weightShares ? knownWeightsOverlap()
                                     : overlaps(array.weightSpad, weightsInFullestPe(tile, inPe));
  psumsOverlap = overlaps(array.psumSpad, inPe[N] * inPe[G] * inPe[M] * inPe[P] * inPe[Q]);
  // A window slides in a PE that has all outputs and all taps of a pass along the axis.
  for (int axis : {0, 1})
    slides[P + axis] = array.ifmapSpad.slides && levels.pass[P + axis] == levels.unit[P + axis] &&
                       levels.pass[R + axis] == levels.pe[R + axis];
}

/// Where they are compressed, of all PEs in all passes: the mean, and as much more as the largest of so many has.
int64_t PassTraffic::weightsInFullestPe(const ArrayTile &tile, const Extents &inPe) const {
  const int64_t columns = inPe[G] * inPe[C] * inPe[R] * inPe[S], all = columns * inPe[M];
  if (!sent.weight.compressed)
    return all * weightWords;
  int64_t shares = 1;
  for (int dim : {G, M, C, R, S})
    shares *= ceilDiv(tile.extents[dim], inPe[dim]);
  ColumnWork column = columnWork(tile.densities.weight, inPe[M], lanes);
  bool wholeGroups = tile.densities.of > 0 && inPe[C] % tile.densities.of == 0;
  double steps = static_cast<double>(columns) * column.steps,
         more = wholeGroups ? 0 : largestDeviation(shares) * std::sqrt(static_cast<double>(columns) * column.variance);
  double words = std::min(static_cast<double>(columns * ceilDiv(inPe[M], lanes)), steps + more) *
                 static_cast<double>(lanes * weightWords);
  return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(words * (1 - 1e-12))));
}

/// Of weights that are known what the fullest PE of the layer holds counts. Other tiles may have room for two passes where
/// this one has none.
bool PassTraffic::knownWeightsOverlap() const {
  const Spad &spad = array.weightSpad;
  if (overlaps(spad, spad.words))
    return true;
  Extents cut, inPe;
  for (int dim = 0; dim < loopDims; ++dim) {
    cut[dim] = tile.full[dim] > 0 ? tile.full[dim] : tile.extents[dim];
    inPe[dim] = std::min(blocks.levels.pe[dim], cut[dim]);
  }
  return tile.weightShares->fit(cut, inPe, lanes, spad.words / 2);
}

/// Pairs of a tap and an ifmap element under it, one for all filters; those of the padding too where its zeros are multiplied.
int64_t PassTraffic::elementsMet() const {
  const Extents &t = tile.extents;
  return skipsPadding(sent, tile.depthwise, array) ? t[N] * t[G] * t[C] * insidePairs() : estimate.macs / t[M];
}

/// Pairs of a tap and an output of a plane under which there is an element.
int64_t PassTraffic::insidePairs() const {
  const Extents &t = tile.extents;
  auto along = [&](int axis) {
    return pairsInside(tile.origin[axis], t[P + axis], tile.strides[axis], t[R + axis], tile.dilations[axis], tile.ifmap[axis]);
  };
  return along(0) * along(1);
}

/// Of independent multipliers as if no zero were skipped, as of all other counts of MACs. In lockstep of what is
/// left: reads are counted by the column, not by the MAC.
void PassTraffic::countSpadReads() {
  int64_t ofIfmap = estimate.macs, ofWeights = estimate.macs;
  if (array.skipping.macs == Skipping::Macs::Lockstep) {
    const MindedDensities minded(sent.minded, tile.depthwise, array);
    const int64_t filters = tile.extents[M], column = std::min(blocks.levels.pe[M], filters);
    auto elements = static_cast<double>(elementsMet()) * minded.ifmap;
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

/// Of operands that come compressed: the end of a column of the ifmap for each tap and output under which it lies, the start
/// and end of a column of weights for each element that is taken.
void PassTraffic::countAddressReads() {
  const Extents &t = tile.extents;
  auto shares = [&](int dim) { return ceilDiv(t[dim], blocks.levels.pe[dim]); };
  if (countsAddresses(array.ifmapSpad, sent.ifmap.compressed))
    estimate.ifmapAddressRead = t[N] * t[G] * insidePairs() * shares(C) * shares(M);
  if (countsAddresses(array.weightSpad, sent.weight.compressed)) {
    const MindedDensities minded(sent.minded, tile.depthwise, array);
    auto taken = static_cast<double>(elementsMet()) * minded.ifmap;
    estimate.weightAddressRead = 2 * static_cast<int64_t>(std::ceil(taken)) * shares(M);
  }
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
  countAddressReads();
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

void PassTraffic::leaveZerosOut() {
  estimate.ifmapSpadWritten = part(estimate.ifmapSpadWritten, sent.ifmapWords);
  estimate.weightSpadWritten = part(estimate.weightSpadWritten, sent.weightWords);
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
  const Block &filters = blocks.block(M, b[M]), &channels = blocks.block(C, b[C]);
  int64_t planes = blocks.block(N, b[N]).elements * blocks.block(G, b[G]).elements;
  // A column is a PE's channels at one position.
  auto bytesOf = [&](int64_t positions) {
    return sent.ifmap.bytes(positions * channels.elements, positions * channels.pes);
  };
  int64_t once = planes * h.different * w.different, each = planes * filters.pes * h.byPe * w.byPe;
  int64_t fetched = once * channels.elements, byPe = each * channels.elements;
  int64_t bytes = bytesOf(array.ifmapNoc.multicast ? once : each);
  estimate.ifmapFetched += fetched * times;
  estimate.ifmapSpadWritten += byPe * ifmapWords * times;
  if (countsAddresses(array.ifmapSpad, sent.ifmap.compressed))
    estimate.ifmapAddressWritten += each * channels.pes * times;
  estimate.ifmapHops += bytesOf(planes * filters.nodes * h.byNode * w.byNode) * times;
  estimate.ifmapRead += bytes * times;
  return bytes;
}

int64_t PassTraffic::bytesOfWeights(const Place &b, int64_t times) {
  const Block &filters = blocks.block(M, b[M]);
  int64_t taps = 1, pes = 1, nodes = 1;
  for (int dim : {G, C, R, S})
    taps *= blocks.block(dim, b[dim]).elements;
  for (int dim : {N, P, Q}) {
    pes *= blocks.block(dim, b[dim]).pes;
    nodes *= blocks.block(dim, b[dim]).nodes;
  }
  // A column is a PE's filters at one tap.
  auto bytesOf = [&](int64_t copies) {
    return sent.weight.bytes(taps * copies * filters.elements, taps * copies * filters.pes);
  };
  int64_t fetched = taps * filters.elements, bytes = bytesOf(array.weightNoc.multicast ? 1 : pes);
  estimate.weightFetched += fetched * times;
  estimate.weightSpadWritten += fetched * pes * weightWords * times;
  if (countsAddresses(array.weightSpad, sent.weight.compressed))
    estimate.weightAddressWritten += taps * filters.pes * pes * times;
  estimate.weightHops += bytesOf(nodes) * times;
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
