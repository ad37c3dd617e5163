// How the fast convolution lays out its operands in words (MultiplyBlock.h), so that every convolution,
// whatever its stride and dilation, becomes a sum of shifted rows: out[column] += weight[tap] ·
// words[offset[tap] + column].
//
// A plane holds one pair of channels (one channel in float32, and in int16, whose words are float32 too), one
// row phase and one column phase: the rows whose coordinate is origin + r·dilation modulo the stride, for one
// of the distinct (r·dilation mod stride). In its plane, output row p meets filter row r at plane row p +
// r·dilation / stride. Output pixel (n, p, q) of a chunk stands at column (n·planeRows + p)·planeColumns + q;
// the columns between rows are computed and thrown away.
#pragma once

#include "runtime/Simulator/kernels/ConvTile.h"

#include <vector>

namespace dnnc::sim {

/// One spatial axis of the plan.
struct AxisPlan {
  AxisPlan(int64_t taps, int64_t stride, int64_t dilation);
  std::vector<int64_t> phases;  // the distinct (tap·dilation mod stride)
  std::vector<int64_t> phaseOf; // by tap: index into phases
  std::vector<int64_t> shiftOf; // by tap: tap·dilation / stride
  int64_t largestShift = 0;
  int64_t stride;

  /// A run of plane positions [begin, end) that outputs [first, first + count) use and whose coordinates
  /// exist.
  struct Run {
    int64_t begin, end;
  };
  /// The runs of each phase. Coordinate of position i: origin + (first + i)·stride + phase.
  std::vector<std::vector<Run>> runs(int64_t first, int64_t count, int64_t origin, int64_t bound) const;
};

struct ConvPlan {
  explicit ConvPlan(const ConvTile &tile);

  /// A part of the outputs whose ifmap words are laid out at once.
  struct Chunk {
    int64_t n = 0, nCount = 0, p = 0, pCount = 0;
    int64_t planeRows = 0; // of one image
    int64_t planeWords = 0;
    int64_t columns = 0; // to compute, padded to columnStep
    std::vector<std::vector<AxisPlan::Run>> rowRuns;
    std::vector<int32_t> offsets; // by tap: channel pair, r, s
  };

  bool feasible = true; // false: the shape asks for more words than is reasonable
  AxisPlan rows, columns;
  int64_t channelsOfWord = 1; // 2 of 8 bits
  int64_t channelWords = 0;
  int64_t taps = 0;
  int64_t planeColumns = 0;
  std::vector<std::vector<AxisPlan::Run>> columnRuns;
  std::vector<int64_t> weightOffsets; // by tap: bytes from a row's first weight to the tap's (first) one
  std::vector<Chunk> chunks;
  int64_t mostIfmapWords = 0, mostColumns = 0;

private:
  Chunk makeChunk(const ConvTile &tile, int64_t n, int64_t nCount, int64_t p, int64_t pCount) const;
};

/// Lays out group g of the chunk's ifmap, zero point subtracted, zeros where no coordinate exists.
void packIfmap(const ConvTile &tile, const ConvPlan &plan, const ConvPlan::Chunk &chunk, int64_t g,
               uint32_t *words);

/// Lays out rows [m, m + rows) of group g's weights as [taps][rows], weight zero point subtracted.
void packWeights(const ConvTile &tile, const ConvPlan &plan, int64_t g, int64_t m, int rows, uint32_t *words);
/// The same for int16.
void packWideWeights(const ConvTile &tile, const ConvPlan &plan, int64_t g, int64_t m, int rows,
                     double *words);

} // namespace dnnc::sim
