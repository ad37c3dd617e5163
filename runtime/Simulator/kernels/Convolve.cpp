// The fast convolution: lay out weights and ifmap in words, multiply blocks of channels × pixels, write each
// channel.
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/ConvPlan.h"
#include "runtime/Simulator/kernels/MultiplyBlock.h"
#include "runtime/Simulator/kernels/OutputRow.h"

#include <algorithm>

namespace dnnc::sim {
namespace {

/// Words that outlive a tile, so that small tiles do not pay for memory.
struct Scratch {
  std::vector<uint32_t> weights, ifmap, sums, results;
  static uint32_t *of(std::vector<uint32_t> &words, int64_t count) {
    if (int64_t(words.size()) < count)
      words.resize(count);
    return words.data();
  }
};

/// The elements (n, p, q) of one output channel in a chunk, as they stand in memory and in a row of columns.
struct ChannelView {
  int64_t images, rows, columns;    // of the chunk
  int64_t imageColumns, rowColumns; // columns between images, between rows
  int64_t strideN, strideP, strideQ;
  int64_t elementBytes;

  /// move(memory offset, column, count) for each run of columns that is contiguous in memory and in columns.
  template <typename Move> void forEachRun(Move move) const {
    bool rowsJoin = rowColumns == columns && strideP == columns * strideQ;
    for (int64_t n = 0; n < images; ++n)
      for (int64_t p = 0; p < rows; p += rowsJoin ? rows : 1)
        move(n * strideN + p * strideP, n * imageColumns + p * rowColumns,
             rowsJoin ? rows * columns : columns);
  }

  void write(uint8_t *memory, const uint8_t *row) const {
    forEachRun([&](int64_t offset, int64_t column, int64_t count) {
      const uint8_t *from = row + column * elementBytes;
      uint8_t *to = memory + offset;
      if (strideQ == elementBytes)
        std::memcpy(to, from, count * elementBytes);
      else
        for (int64_t q = 0; q < count; ++q)
          std::memcpy(to + q * strideQ, from + q * elementBytes, elementBytes);
    });
  }

  void read(const uint8_t *memory, uint32_t *row) const {
    forEachRun([&](int64_t offset, int64_t column, int64_t count) {
      const uint8_t *from = memory + offset;
      if (strideQ == 4)
        std::memcpy(row + column, from, count * 4);
      else
        for (int64_t q = 0; q < count; ++q)
          row[column + q] = loadAs<uint32_t>(from + q * strideQ);
    });
  }
};

class Convolution {
public:
  Convolution(const ConvTile &tile, const ConvPlan &plan) : tile(tile), plan(plan) {}

  int64_t run() {
    static thread_local Scratch scratch;
    weights = Scratch::of(scratch.weights, plan.taps * tile.m);
    ifmap = Scratch::of(scratch.ifmap, plan.mostIfmapWords);
    sums = Scratch::of(scratch.sums, plan.mostColumns * maxBlockRows);
    results = reinterpret_cast<uint8_t *>(Scratch::of(scratch.results, plan.mostColumns));
    for (int64_t g = 0; g < tile.g; ++g) {
      for (int64_t m = 0; m < tile.m; m += rowsAt(m))
        packWeights(tile, plan, g, m, rowsAt(m), weights + plan.taps * m);
      for (const ConvPlan::Chunk &chunk : plan.chunks) {
        packIfmap(tile, plan, chunk, g, ifmap);
        for (int64_t m = 0; m < tile.m; m += rowsAt(m))
          runBlock(chunk, g, m, rowsAt(m));
      }
    }
    return overflows;
  }

private:
  /// Rows of the block that begins at channel m.
  int rowsAt(int64_t m) const {
    int64_t left = tile.m - m;
    return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
  }

  ChannelView viewOf(const ConvPlan::Chunk &chunk, const std::array<int64_t, 5> &strides,
                     int64_t bytes) const {
    return {chunk.nCount,
            chunk.pCount,
            tile.q,
            chunk.planeRows * plan.planeColumns,
            plan.planeColumns,
            strides[0],
            strides[3],
            strides[4],
            bytes};
  }

  /// Byte offset of the chunk's first element of channel (g, m).
  static int64_t start(const ConvPlan::Chunk &chunk, const std::array<int64_t, 5> &strides, int64_t g,
                       int64_t m) {
    return chunk.n * strides[0] + g * strides[1] + m * strides[2] + chunk.p * strides[3];
  }

  void runBlock(const ConvPlan::Chunk &chunk, int64_t g, int64_t m, int rows) {
    ChannelView psum = viewOf(chunk, tile.psumStrides, 4);
    for (int row = 0; row < rows; ++row) {
      uint32_t *sum = sums + row * chunk.columns;
      if (tile.psumIn) {
        std::fill_n(sum, chunk.columns, 0u);
        psum.read(tile.psumIn + start(chunk, tile.psumStrides, g, m + row), sum);
      } else {
        std::fill_n(sum, chunk.columns, tile.param(g, m + row).bias);
      }
    }
    multiply({.weights = weights + plan.taps * m,
              .ifmap = ifmap,
              .offsets = chunk.offsets.data(),
              .taps = plan.taps,
              .accumulators = sums,
              .accumulatorStride = chunk.columns,
              .columns = chunk.columns,
              .rows = rows,
              .isFloat = tile.isFloat()});
    for (int row = 0; row < rows; ++row) {
      const uint32_t *sum = sums + row * chunk.columns;
      if (!tile.isFloat() && tile.psumBits < 32)
        countOverflows(psum, sum);
      if (tile.psumOut) {
        psum.write(tile.psumOut + start(chunk, tile.psumStrides, g, m + row),
                   reinterpret_cast<const uint8_t *>(sum));
        continue;
      }
      finishRow(tile.path, tile.param(g, m + row), tile.isFloat(), sum, chunk.columns, results);
      viewOf(chunk, tile.outputStrides, bytesOf(tile.path.type))
          .write(tile.output + start(chunk, tile.outputStrides, g, m + row), results);
    }
  }

  void countOverflows(const ChannelView &view, const uint32_t *sum) {
    int64_t limit = int64_t(1) << (tile.psumBits - 1);
    view.forEachRun([&](int64_t, int64_t column, int64_t count) {
      for (int64_t i = column; i < column + count; ++i)
        overflows += int32_t(sum[i]) < -limit || int32_t(sum[i]) >= limit;
    });
  }

  const ConvTile &tile;
  const ConvPlan &plan;
  uint32_t *weights = nullptr, *ifmap = nullptr, *sums = nullptr;
  uint8_t *results = nullptr;
  int64_t overflows = 0;
};

} // namespace

int64_t convolve(const ConvTile &tile) {
  if (std::min({tile.n, tile.g, tile.m, tile.p, tile.q}) <= 0)
    return 0;
  // Nothing to sum over: sums pass from the bias or the psum memory to their end.
  if (std::min({tile.c, tile.r, tile.s}) <= 0)
    return convolvePlain(tile);
  ConvPlan plan(tile);
  return plan.feasible ? Convolution(tile, plan).run() : convolvePlain(tile);
}

} // namespace dnnc::sim
