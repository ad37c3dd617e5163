// Lays out the operands of a convolution in words: see ConvPlan.h.
#include "runtime/Simulator/kernels/Bytes.h"
#include "runtime/Simulator/kernels/ConvPlan.h"
#include "runtime/Simulator/kernels/MultiplyBlock.h"
#include "runtime/Simulator/kernels/Multiversion.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace dnnc::sim {
namespace {

[[gnu::always_inline]] inline uint32_t pairOf(int32_t low, int32_t high) {
  return uint32_t(uint16_t(low)) | uint32_t(high) << 16;
}

/// count words from two rows of bytes, `step` apart; the second row may be missing.
template <typename T>
[[gnu::always_inline]] inline void packPairs(const uint8_t *low, const uint8_t *high, int64_t step,
                                             int64_t count, int32_t zeroPoint, uint32_t *words) {
  const T *x = reinterpret_cast<const T *>(low), *y = reinterpret_cast<const T *>(high);
  if (!y) {
    for (int64_t i = 0; i < count; ++i)
      words[i] = uint16_t(x[i * step] - zeroPoint);
  } else if (step == 1) {
    for (int64_t i = 0; i < count; ++i)
      words[i] = pairOf(x[i] - zeroPoint, y[i] - zeroPoint);
  } else if (step == 2) {
    for (int64_t i = 0; i < count; ++i)
      words[i] = pairOf(x[2 * i] - zeroPoint, y[2 * i] - zeroPoint);
  } else {
    for (int64_t i = 0; i < count; ++i)
      words[i] = pairOf(x[i * step] - zeroPoint, y[i * step] - zeroPoint);
  }
}

DNNC_MULTIVERSION void packSigned(const uint8_t *low, const uint8_t *high, int64_t step, int64_t count,
                                  int32_t zeroPoint, uint32_t *words) {
  packPairs<int8_t>(low, high, step, count, zeroPoint, words);
}
DNNC_MULTIVERSION void packUnsigned(const uint8_t *low, const uint8_t *high, int64_t step, int64_t count,
                                    int32_t zeroPoint, uint32_t *words) {
  packPairs<uint8_t>(low, high, step, count, zeroPoint, words);
}

/// int16 minus an int16 has 17 bits: float32 holds it.
DNNC_MULTIVERSION void packWide(const uint8_t *from, int64_t step, int64_t count, int32_t zeroPoint,
                                uint32_t *words) {
  if (step == 2) {
    for (int64_t i = 0; i < count; ++i)
      words[i] = std::bit_cast<uint32_t>(float(loadAs<int16_t>(from + 2 * i) - zeroPoint));
    return;
  }
  for (int64_t i = 0; i < count; ++i)
    words[i] = std::bit_cast<uint32_t>(float(loadAs<int16_t>(from + i * step) - zeroPoint));
}

void packFloats(const uint8_t *from, int64_t step, int64_t count, uint32_t *words) {
  if (step == 4) {
    std::memcpy(words, from, 4 * count);
    return;
  }
  for (int64_t i = 0; i < count; ++i)
    words[i] = loadAs<uint32_t>(from + i * step);
}

} // namespace

void packIfmap(const ConvTile &tile, const ConvPlan &plan, const ConvPlan::Chunk &chunk, int64_t g,
               uint32_t *words) {
  const auto &strides = tile.ifmapStrides;
  int64_t rowStep = strides[3] * tile.strideH, acrossStep = strides[4] * tile.strideW;
  // From one plane row to the next the ifmap goes on as the words do: a run of rows is one row.
  bool rowsJoin = rowStep == acrossStep * plan.planeColumns;

  auto packRun = [&](const uint8_t *low, const uint8_t *high, int64_t count, uint32_t *to) {
    if (tile.isFloat())
      packFloats(low, acrossStep, count, to);
    else if (tile.isWide())
      packWide(low, acrossStep, count, tile.ifmapZeroPoint, to);
    else if (tile.ifmapType == ElementType::I8)
      packSigned(low, high, acrossStep, count, tile.ifmapZeroPoint, to);
    else
      packUnsigned(low, high, acrossStep, count, tile.ifmapZeroPoint, to);
  };

  for (int64_t c = 0; c < plan.channelWords; ++c) {
    int64_t channel = plan.channelsOfWord * c;
    bool pair = plan.channelsOfWord == 2 && channel + 1 < tile.c;
    for (size_t rowPhase = 0; rowPhase < plan.rows.phases.size(); ++rowPhase)
      for (size_t columnPhase = 0; columnPhase < plan.columns.phases.size();
           ++columnPhase, words += chunk.planeWords) {
        const auto &rowRuns = chunk.rowRuns[rowPhase], &columnRuns = plan.columnRuns[columnPhase];
        int64_t covered = 0, across = 0;
        for (AxisPlan::Run run : rowRuns)
          covered += run.end - run.begin;
        for (AxisPlan::Run run : columnRuns)
          across += run.end - run.begin;
        if (covered != chunk.planeRows || across != plan.planeColumns)
          std::memset(words, 0, 4 * chunk.planeWords);
        if (covered == 0 || across == 0)
          continue;
        bool join = rowsJoin && across == plan.planeColumns && columnRuns.size() == 1;

        for (int64_t n = 0; n < chunk.nCount; ++n) {
          const uint8_t *image =
              tile.ifmap + (chunk.n + n) * strides[0] + g * strides[1] + channel * strides[2];
          for (AxisPlan::Run rows : rowRuns)
            for (int64_t row = rows.begin; row < rows.end; row += join ? rows.end - rows.begin : 1)
              for (AxisPlan::Run run : columnRuns) {
                int64_t h = tile.originH + (chunk.p + row) * tile.strideH + plan.rows.phases[rowPhase];
                int64_t w = tile.originW + run.begin * tile.strideW + plan.columns.phases[columnPhase];
                const uint8_t *from =
                    image + (h - tile.ifmapRow) * strides[3] + (w - tile.ifmapColumn) * strides[4];
                int64_t count = join ? (rows.end - rows.begin) * plan.planeColumns : run.end - run.begin;
                packRun(from, pair ? from + strides[2] : nullptr, count,
                        words + (n * chunk.planeRows + row) * plan.planeColumns + run.begin);
              }
        }
      }
  }
  // The last block of columns may look past the last plane.
  std::memset(words, 0, 4 * columnStep);
}

namespace {

/// Taps outside, rows inside: reads a stream per row, writes one.
template <int rows, typename Word, typename Pack>
[[gnu::always_inline]] inline void packRows(const std::vector<int64_t> &offsets, int64_t begin, int64_t end,
                                            Word *words, Pack pack) {
  for (int64_t tap = begin; tap < end; ++tap)
    for (int row = 0; row < rows; ++row)
      words[tap * rows + row] = pack(row, offsets[tap]);
}

template <typename Word, typename Pack>
[[gnu::always_inline]] inline void packRows(int rows, const std::vector<int64_t> &offsets, int64_t begin,
                                            int64_t end, Word *words, Pack pack) {
  switch (rows) {
  case 8:
    return packRows<8>(offsets, begin, end, words, pack);
  case 4:
    return packRows<4>(offsets, begin, end, words, pack);
  case 2:
    return packRows<2>(offsets, begin, end, words, pack);
  default:
    return packRows<1>(offsets, begin, end, words, pack);
  }
}

template <typename T>
void packBytes(const uint8_t *const *from, const int32_t *zeroPoints, int rows, const ConvTile &tile,
               const ConvPlan &plan, uint32_t *words) {
  // A last channel without a partner.
  int64_t paired = plan.taps - (tile.c % 2) * tile.r * tile.s;
  int64_t partner = tile.weightStrides[2];
  auto at = [&](int row, int64_t byte) { return int32_t(loadAs<T>(from[row] + byte)) - zeroPoints[row]; };
  packRows(rows, plan.weightOffsets, 0, paired, words,
           [&](int row, int64_t byte) { return pairOf(at(row, byte), at(row, byte + partner)); });
  packRows(rows, plan.weightOffsets, paired, plan.taps, words,
           [&](int row, int64_t byte) { return pairOf(at(row, byte), 0); });
}

/// Where the rows' first weights are, and what is subtracted from them.
struct WeightRows {
  WeightRows(const ConvTile &tile, int64_t g, int64_t m, int rows) {
    for (int row = 0; row < rows; ++row) {
      from[row] = tile.weight + g * tile.weightStrides[0] + (m + row) * tile.weightStrides[1];
      zeroPoints[row] = tile.param(g, m + row).weightZeroPoint;
    }
  }
  const uint8_t *from[maxBlockRows];
  int32_t zeroPoints[maxBlockRows];
};

} // namespace

void packWeights(const ConvTile &tile, const ConvPlan &plan, int64_t g, int64_t m, int rows,
                 uint32_t *words) {
  WeightRows weights(tile, g, m, rows);
  if (tile.isFloat())
    packRows(rows, plan.weightOffsets, 0, plan.taps, words,
             [&](int row, int64_t byte) { return loadAs<uint32_t>(weights.from[row] + byte); });
  else if (tile.weightType == ElementType::I8)
    packBytes<int8_t>(weights.from, weights.zeroPoints, rows, tile, plan, words);
  else
    packBytes<uint8_t>(weights.from, weights.zeroPoints, rows, tile, plan, words);
}

void packWideWeights(const ConvTile &tile, const ConvPlan &plan, int64_t g, int64_t m, int rows,
                     double *words) {
  WeightRows weights(tile, g, m, rows);
  packRows(rows, plan.weightOffsets, 0, plan.taps, words, [&](int row, int64_t byte) {
    return double(loadAs<int16_t>(weights.from[row] + byte) - weights.zeroPoints[row]);
  });
}

} // namespace dnnc::sim
