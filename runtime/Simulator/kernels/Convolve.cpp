// The fast convolution: lay out weights and ifmap in words, multiply blocks of channels × pixels, write each
// channel.
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/ConvPlan.h"
#include "runtime/Simulator/kernels/MultiplyBlock.h"
#include "runtime/Simulator/kernels/MultiplyWide.h"
#include "runtime/Simulator/kernels/OutputRow.h"
#include "runtime/Simulator/kernels/PsumCell.h"

#include <algorithm>
#include <bit>
#include <type_traits>

namespace dnnc::sim {
namespace {

/// Words that outlive a tile, so that small tiles do not pay for memory.
struct Scratch {
  std::vector<uint32_t> weights, ifmap, sums, results;
  std::vector<double> wideWeights;
  std::vector<int64_t> wideSums;
  template <typename Word> static Word *of(std::vector<Word> &words, int64_t count) {
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

/// What differs between 32-bit accumulators (8-bit operands and float32) and 64-bit ones (int16).
template <bool isWide> class Convolution {
  using Sum = std::conditional_t<isWide, int64_t, uint32_t>;
  using Weight = std::conditional_t<isWide, double, uint32_t>;

public:
  Convolution(const ConvTile &tile, const ConvPlan &plan) : tile(tile), plan(plan) {}

  int64_t run() {
    static thread_local Scratch scratch;
    if constexpr (isWide) {
      weights = Scratch::of(scratch.wideWeights, plan.taps * tile.m);
      sums = Scratch::of(scratch.wideSums, plan.mostColumns * maxBlockRows);
      floats = Scratch::of(scratch.sums, plan.mostColumns);
    } else {
      weights = Scratch::of(scratch.weights, plan.taps * tile.m);
      sums = Scratch::of(scratch.sums, plan.mostColumns * maxBlockRows);
    }
    ifmap = Scratch::of(scratch.ifmap, plan.mostIfmapWords);
    results = reinterpret_cast<uint8_t *>(Scratch::of(scratch.results, plan.mostColumns));
    for (int64_t g = 0; g < tile.g; ++g) {
      for (int64_t m = 0; m < tile.m; m += rowsAt(m))
        if constexpr (isWide)
          packWideWeights(tile, plan, g, m, rowsAt(m), weights + plan.taps * m);
        else
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
      Sum *sum = sums + row * chunk.columns;
      if (tile.psumIn) {
        std::fill_n(sum, chunk.columns, Sum(0));
        readPsums(psum, start(chunk, tile.psumStrides, g, m + row), sum);
      } else {
        std::fill_n(sum, chunk.columns, static_cast<Sum>(static_cast<int32_t>(tile.param(g, m + row).bias)));
      }
    }
    multiplyBlock(chunk, m, rows);
    for (int row = 0; row < rows; ++row) {
      const Sum *sum = sums + row * chunk.columns;
      if (!tile.isFloat() && tile.psumBits < int(8 * sizeof(Sum)))
        countOverflows(psum, sum);
      if (tile.psumOut) {
        writePsums(psum, start(chunk, tile.psumStrides, g, m + row), sum);
        continue;
      }
      const ConvParam param = tile.param(g, m + row);
      finish(param, sum, chunk.columns);
      viewOf(chunk, tile.outputStrides, bytesOf(tile.path.type))
          .write(tile.output + start(chunk, tile.outputStrides, g, m + row + param.displacement), results);
    }
  }

  void multiplyBlock(const ConvPlan::Chunk &chunk, int64_t m, int rows) {
    if constexpr (isWide)
      multiplyWide({.weights = weights + plan.taps * m,
                    .ifmap = reinterpret_cast<const float *>(ifmap),
                    .offsets = chunk.offsets.data(),
                    .taps = plan.taps,
                    .accumulators = sums,
                    .accumulatorStride = chunk.columns,
                    .columns = chunk.columns,
                    .rows = rows});
    else
      multiply({.weights = weights + plan.taps * m,
                .ifmap = ifmap,
                .offsets = chunk.offsets.data(),
                .taps = plan.taps,
                .accumulators = sums,
                .accumulatorStride = chunk.columns,
                .columns = chunk.columns,
                .rows = rows,
                .isFloat = tile.isFloat()});
  }

  /// Whether cells are what sums are.
  bool hasPlainCells() const { return !isWide && tile.psumCellBytes == 4 && !tile.psumExact; }

  void readPsums(const ChannelView &view, int64_t begin, Sum *sum) const {
    if constexpr (!isWide)
      if (hasPlainCells())
        return view.read(tile.psumIn + begin, sum);
    view.forEachRun([&](int64_t offset, int64_t column, int64_t count) {
      for (int64_t q = 0; q < count; ++q)
        sum[column + q] = static_cast<Sum>(readPsum(tile, begin + offset + q * view.strideQ));
    });
  }

  void writePsums(const ChannelView &view, int64_t begin, const Sum *sum) const {
    if (hasPlainCells())
      return view.write(tile.psumOut + begin, reinterpret_cast<const uint8_t *>(sum));
    view.forEachRun([&](int64_t offset, int64_t column, int64_t count) {
      for (int64_t q = 0; q < count; ++q)
        writePsum(tile, begin + offset + q * view.strideQ, valueOf(sum[column + q]));
    });
  }

  static int64_t valueOf(int64_t sum) { return sum; }
  static int64_t valueOf(uint32_t sum) { return static_cast<int32_t>(sum); }

  void finish(const ConvParam &param, const Sum *sum, int64_t columns) {
    if constexpr (isWide) {
      // The output path begins with the accumulator in float32, rounded once.
      for (int64_t i = 0; i < columns; ++i)
        floats[i] = std::bit_cast<uint32_t>(static_cast<float>(sum[i]));
      finishRow(tile.path, param, true, floats, columns, results);
    } else {
      finishRow(tile.path, param, tile.isFloat(), sum, columns, results);
    }
  }

  void countOverflows(const ChannelView &view, const Sum *sum) {
    int64_t limit = int64_t(1) << (tile.psumBits - 1);
    view.forEachRun([&](int64_t, int64_t column, int64_t count) {
      for (int64_t i = column; i < column + count; ++i)
        overflows += valueOf(sum[i]) < -limit || valueOf(sum[i]) >= limit;
    });
  }

  const ConvTile &tile;
  const ConvPlan &plan;
  Weight *weights = nullptr;
  Sum *sums = nullptr;
  uint32_t *ifmap = nullptr;
  uint32_t *floats = nullptr; // sums of 64 bits on their way out
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
  if (!plan.feasible)
    return convolvePlain(tile);
  return tile.isWide() ? Convolution<true>(tile, plan).run() : Convolution<false>(tile, plan).run();
}

} // namespace dnnc::sim
