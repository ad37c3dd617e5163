#include "runtime/Simulator/kernels/ConvPlan.h"

#include "runtime/Simulator/kernels/MultiplyBlock.h"

#include <algorithm>
#include <initializer_list>

namespace dnnc::sim {
namespace {

/// Words of a chunk's ifmap that still sit in a second-level cache, its columns likewise (times a block's
/// rows).
constexpr int64_t chunkWords = 1 << 18, chunkColumns = 1 << 12;
/// No sane tile needs more words than this; the plain loops need none.
constexpr int64_t mostWords = 1 << 26, mostTaps = 1 << 12;

int64_t ceilTo(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

bool productExceeds(std::initializer_list<int64_t> factors, int64_t limit) {
  __int128 product = 1;
  for (int64_t factor : factors) {
    product *= factor;
    if (product > limit)
      return true;
  }
  return false;
}

} // namespace

AxisPlan::AxisPlan(int64_t taps, int64_t stride, int64_t dilation) : stride(stride) {
  for (int64_t tap = 0; tap < taps; ++tap) {
    int64_t phase = tap * dilation % stride;
    auto known = std::find(phases.begin(), phases.end(), phase);
    phaseOf.push_back(known - phases.begin());
    if (known == phases.end())
      phases.push_back(phase);
    shiftOf.push_back(tap * dilation / stride);
    largestShift = std::max(largestShift, shiftOf.back());
  }
}

std::vector<std::vector<AxisPlan::Run>> AxisPlan::runs(int64_t first, int64_t count, int64_t origin,
                                                       int64_t bound) const {
  std::vector<std::vector<Run>> result(phases.size());
  for (size_t tap = 0; tap < phaseOf.size(); ++tap) {
    // Coordinate of position i is start + i·stride; it exists for i in [lowest, highest).
    int64_t start = origin + first * stride + phases[phaseOf[tap]];
    int64_t lowest = start >= 0 ? 0 : (-start + stride - 1) / stride;
    int64_t highest = bound > start ? (bound - start + stride - 1) / stride : 0;
    Run run{std::max(shiftOf[tap], lowest), std::min(shiftOf[tap] + count, highest)};
    if (run.begin >= run.end)
      continue;
    // Shifts grow with the tap, so a run can only extend the last one or begin behind it.
    auto &runs = result[phaseOf[tap]];
    if (!runs.empty() && run.begin <= runs.back().end)
      runs.back().end = std::max(runs.back().end, run.end);
    else
      runs.push_back(run);
  }
  return result;
}

ConvPlan::ConvPlan(const ConvTile &tile)
    : rows(std::min(tile.r, mostTaps), tile.strideH, tile.dilationH),
      columns(std::min(tile.s, mostTaps), tile.strideW, tile.dilationW) {
  channelsOfWord = tile.isFloat() || tile.isWide() ? 1 : 2;
  channelWords = (tile.c + channelsOfWord - 1) / channelsOfWord;
  planeColumns = tile.q + columns.largestShift;
  int64_t phases = int64_t(rows.phases.size() * columns.phases.size());
  if (tile.r > mostTaps || tile.s > mostTaps ||
      productExceeds({channelWords, tile.r, tile.s, tile.m + maxBlockRows}, mostWords) ||
      productExceeds({channelWords, phases, 1 + rows.largestShift, planeColumns}, mostWords)) {
    feasible = false;
    return;
  }
  taps = channelWords * tile.r * tile.s;
  weightOffsets.reserve(taps);
  const auto &strides = tile.weightStrides;
  for (int64_t c = 0; c < tile.c; c += channelsOfWord)
    for (int64_t r = 0; r < tile.r; ++r)
      for (int64_t s = 0; s < tile.s; ++s)
        weightOffsets.push_back(c * strides[2] + r * strides[3] + s * strides[4]);
  columnRuns = columns.runs(0, tile.q, tile.originW, tile.ifmapW);

  int64_t rowLimit = std::min(chunkWords / (channelWords * phases * planeColumns) - rows.largestShift,
                              chunkColumns / planeColumns);
  int64_t pCount = std::clamp<int64_t>(rowLimit, 1, tile.p);
  int64_t nCount = 1;
  if (pCount == tile.p)
    nCount = std::clamp<int64_t>(rowLimit / (tile.p + rows.largestShift), 1, tile.n);
  int64_t chunkCount = ((tile.n - 1) / nCount + 1) * ((tile.p - 1) / pCount + 1);
  if (productExceeds({chunkCount, taps + 1}, mostWords)) {
    feasible = false;
    return;
  }
  for (int64_t n = 0; n < tile.n; n += nCount)
    for (int64_t p = 0; p < tile.p; p += pCount) {
      chunks.push_back(makeChunk(tile, n, std::min(nCount, tile.n - n), p, std::min(pCount, tile.p - p)));
      const Chunk &chunk = chunks.back();
      mostIfmapWords = std::max(mostIfmapWords, channelWords * phases * chunk.planeWords + columnStep);
      mostColumns = std::max(mostColumns, chunk.columns);
    }
}

ConvPlan::Chunk ConvPlan::makeChunk(const ConvTile &tile, int64_t n, int64_t nCount, int64_t p,
                                    int64_t pCount) const {
  Chunk chunk;
  chunk.n = n, chunk.nCount = nCount, chunk.p = p, chunk.pCount = pCount;
  chunk.planeRows = pCount + rows.largestShift;
  chunk.planeWords = nCount * chunk.planeRows * planeColumns;
  chunk.columns = ceilTo(((nCount - 1) * chunk.planeRows + pCount - 1) * planeColumns + tile.q, columnStep);
  chunk.rowRuns = rows.runs(p, pCount, tile.originH, tile.ifmapH);
  chunk.offsets.reserve(taps);
  for (int64_t c = 0; c < channelWords; ++c)
    for (int64_t r = 0; r < tile.r; ++r)
      for (int64_t s = 0; s < tile.s; ++s) {
        int64_t plane = (c * int64_t(rows.phases.size()) + rows.phaseOf[r]) * int64_t(columns.phases.size()) +
                        columns.phaseOf[s];
        chunk.offsets.push_back(static_cast<int32_t>(plane * chunk.planeWords +
                                                     rows.shiftOf[r] * planeColumns + columns.shiftOf[s]));
      }
  return chunk;
}

} // namespace dnnc::sim
