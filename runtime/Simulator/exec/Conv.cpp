// isa.conv: one on-chip tile of a convolution or matrix product.
#include "runtime/Simulator/exec/Execute.h"
#include "runtime/Simulator/exec/Tile.h"
#include "runtime/Simulator/kernels/ConvTile.h"
#include "runtime/Simulator/kernels/ZeroMacs.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <fmt/format.h>

namespace dnnc::sim {
namespace {

/// Dimensions of the tile.
enum Dim { N, G, M, C, P, Q, R, S };

bool isByte(ElementType type) { return type == ElementType::I8 || type == ElementType::U8; }

/// Whether an integer type the array takes or gives holds a value.
bool holds(ElementType type, int64_t value) {
  switch (type) {
  case ElementType::I8:
    return value >= -128 && value <= 127;
  case ElementType::U8:
    return value >= 0 && value <= 255;
  case ElementType::I16:
    return value >= -32768 && value <= 32767;
  case ElementType::U16:
    return value >= 0 && value <= 65535;
  default:
    return value >= INT32_MIN && value <= INT32_MAX;
  }
}

void checkTypes(const isa::Conv &conv, Context &context) {
  bool isFloat = conv.ifmapType == ElementType::F32 && conv.weightType == ElementType::F32;
  bool isWide = conv.ifmapType == ElementType::I16 && conv.weightType == ElementType::I16;
  if (!isFloat && !isWide && !(isByte(conv.ifmapType) && isByte(conv.weightType)))
    context.fail(
        fmt::format("have {} times {}; the array multiplies int8 or uint8 by int8 or uint8, int16 by "
                    "int16, and float32 by float32",
                    name(conv.ifmapType), name(conv.weightType)));
  if (isFloat ? conv.ifmapZeroPoint != 0 : !holds(conv.ifmapType, conv.ifmapZeroPoint))
    context.fail(fmt::format("the ifmap's zero point is {}; need a value of {}{}", conv.ifmapZeroPoint,
                             name(conv.ifmapType), isFloat ? ", where it is 0" : ""));
  if (conv.strideH < 1 || conv.strideW < 1 || conv.dilationH < 1 || conv.dilationW < 1)
    context.fail(fmt::format("have strides {} {} and dilations {} {}; need at least 1", conv.strideH,
                             conv.strideW, conv.dilationH, conv.dilationW));
}

void checkOutputPath(const isa::Conv &conv, Context &context) {
  bool toFloat = conv.mode == isa::ConvMode::Float || conv.mode == isa::ConvMode::Dequantize;
  if (conv.mode == isa::ConvMode::Float && conv.ifmapType != ElementType::F32)
    context.fail(
        fmt::format("have output mode float behind {} products; need float32 ones", name(conv.ifmapType)));
  ElementType type = conv.outputType;
  bool isInteger =
      isByte(type) || type == ElementType::I16 || type == ElementType::U16 || type == ElementType::I32;
  if (toFloat ? type != ElementType::F32 : !isInteger)
    context.fail(fmt::format("have output type {} in mode {}; need {}", name(type), isa::nameOf(conv.mode),
                             toFloat ? "float32" : "int8, uint8, int16, uint16 or int32"));
  if (!toFloat && !holds(type, conv.outputZeroPoint))
    context.fail(
        fmt::format("the output's zero point is {}; need a value of {}", conv.outputZeroPoint, name(type)));
  if (conv.hasTable && !isByte(type))
    context.fail(fmt::format("have a table behind results of {}; need int8 or uint8", name(type)));
}

OutputPath outputPath(const isa::Conv &conv) {
  OutputPath path;
  switch (conv.mode) {
  case isa::ConvMode::Float:
    path.mode = OutputMode::Float;
    break;
  case isa::ConvMode::Requantize:
    path.mode = OutputMode::Requantize;
    break;
  case isa::ConvMode::Dequantize:
    path.mode = OutputMode::Dequantize;
    break;
  case isa::ConvMode::DequantizeQuantize:
    path.mode = OutputMode::DequantizeQuantize;
    break;
  }
  path.type = conv.outputType;
  path.zeroPoint = static_cast<int32_t>(conv.outputZeroPoint);
  path.clampLow = static_cast<uint32_t>(conv.clampLow);
  path.clampHigh = static_cast<uint32_t>(conv.clampHigh);
  path.scale = std::bit_cast<float>(static_cast<uint32_t>(conv.outputScale));
  return path;
}

/// The x that are read: those whose row is in [0, ifmap_h) and whose column is in [0, ifmap_w).
void readIfmap(const isa::Conv &conv, const Tile &tile, ConvTile &work, Context &context) {
  Coordinates rows = touched(work.originH, work.p, work.strideH, work.r, work.dilationH, work.ifmapH);
  Coordinates columns = touched(work.originW, work.q, work.strideW, work.s, work.dilationW, work.ifmapW);
  if (rows.count == 0 || columns.count == 0 || work.c == 0)
    return;
  const auto &strides = work.ifmapStrides;
  Box box(bytesOf(work.ifmapType), {{work.n, strides[0]},
                                    {work.g, strides[1]},
                                    {work.c, strides[2]},
                                    {rows.count, rows.step * strides[3]},
                                    {columns.count, columns.step * strides[4]}});
  // In the order N, G, C, H, W; the given address is of coordinate (origin_h, origin_w) of element (0, …, 0).
  Tile region;
  region.rank = 5;
  region.begin = {tile.begin[N], tile.begin[G], tile.begin[C],
                  rows.first - work.originH + tile.begin[P] * work.strideH + tile.begin[R] * work.dilationH,
                  columns.first - work.originW + tile.begin[Q] * work.strideW +
                      tile.begin[S] * work.dilationW};
  int64_t address = region.addressOf(resolveAddress(conv.ifmap, context), strides, context);
  work.ifmap = context.read(conv.ifmapMemory, address, box);
  work.ifmapRow = rows.first;
  work.ifmapColumn = columns.first;
}

/// Reads or writes an operand over some dimensions of the tile.
Tile select(const Tile &tile, std::initializer_list<Dim> dims) {
  Tile selected;
  for (Dim dim : dims) {
    selected.extents[selected.rank] = tile.extents[dim];
    selected.begin[selected.rank] = tile.begin[dim];
    selected.count[selected.rank] = tile.count[dim];
    ++selected.rank;
  }
  return selected;
}

std::array<int64_t, 5> fiveOf(const std::vector<int64_t> &strides) {
  std::array<int64_t, 5> array{};
  std::copy_n(strides.begin(), array.size(), array.begin());
  return array;
}

/// A program for narrower psums than the target's would write one cell over the other.
void checkCells(const Box &box, Context &context) {
  for (int d = 0; d < box.rank; ++d)
    if (int64_t apart = std::abs(box.dims[d].stride); box.dims[d].extent > 1 && apart < box.elementBytes)
      context.fail(fmt::format("psums stand {} bytes apart; the target's psums of {} bits need {}", apart,
                               context.psumBits(), box.elementBytes));
}

void readWeights(const isa::Conv &conv, const Tile &tile, ConvTile &work, Context &context) {
  if (work.c == 0 || work.r == 0 || work.s == 0)
    return;
  Tile weights = select(tile, {G, M, C, R, S});
  int64_t address = weights.addressOf(resolveAddress(conv.weight, context), work.weightStrides, context);
  work.weight =
      context.read(conv.weightMemory, address, weights.box(work.weightStrides, bytesOf(conv.weightType)));
}

/// In each group the channels that results go to are a permutation of the filters: none is missed, none is
/// met twice, none lies outside of the tile.
void checkDisplacements(const ConvTile &work, Context &context) {
  for (int64_t g = 0; g < work.g; ++g) {
    std::vector<int64_t> filterOf(static_cast<size_t>(work.m), -1);
    for (int64_t m = 0; m < work.m; ++m) {
      int64_t displacement = work.param(g, m).displacement, channel = m + displacement;
      if (channel < 0 || channel >= work.m)
        context.fail(fmt::format("the displacement of group {}, filter {} is {}; its channel {} is none of "
                                 "the tile's {}",
                                 g, m, displacement, channel, work.m));
      int64_t &filter = filterOf[static_cast<size_t>(channel)];
      if (filter >= 0)
        context.fail(fmt::format("filters {} and {} of group {} are both displaced to channel {}; each needs "
                                 "one of its own",
                                 filter, m, g, channel));
      filter = m;
    }
  }
}

/// A parameter record stands at param + 16·(g·M_tile + m).
void readParams(const isa::Conv &conv, const Tile &tile, ConvTile &work, Context &context) {
  if (!conv.hasParams)
    return;
  Tile records = select(tile, {G, M});
  std::array<int64_t, 2> strides = {16 * tile.extents[M], 16};
  int64_t address = records.addressOf(resolveAddress(conv.param, context), strides, context);
  work.params = context.read(conv.paramMemory, address, records.box(strides, 16));
  work.paramStrideG = strides[0];
  work.hasDisplacements = conv.hasDisplacements;
  for (int64_t g = 0; g < work.g; ++g)
    for (int64_t m = 0; m < work.m; ++m) {
      int32_t zeroPoint = work.param(g, m).weightZeroPoint;
      if (work.isFloat() ? zeroPoint != 0 : !holds(work.weightType, zeroPoint))
        context.fail(fmt::format("the weight zero point of group {}, channel {} is {}; need a value of {}{}",
                                 g, m, zeroPoint, name(work.weightType),
                                 work.isFloat() ? ", where it is 0" : ""));
    }
  if (work.hasDisplacements)
    checkDisplacements(work, context);
}

} // namespace

void checkDisplacedPlaces(const isa::Conv &conv, int64_t psum, const Box &psums, int64_t output,
                          const Box &results, Context &context) {
  auto cells = psums.range(), written = results.range();
  if (conv.psumMemory != conv.outputMemory || !cells || !written)
    return;
  if (psum + cells->begin < output + written->end && output + written->begin < psum + cells->end)
    context.fail(fmt::format("results are displaced and lie at {} among the psums at {} of the same "
                             "instruction; they need a place of their own",
                             output, psum));
}

/// For each output (n, g, m, p, q) of the tile inside the bounds: acc = Σ over c, r, s inside the bounds of
/// (x − ifmap_zero_point)·(w − weight_zero_point[g, m]). Where x has no coordinate in [0, ifmap_h) × [0,
/// ifmap_w) it is not read, and x − ifmap_zero_point is zero. 8-bit integers accumulate in 32 bits, int16
/// in 64. Products of float32 are rounded, then added in float32 in the order of c, r, s, in groups of
/// floatGroup; a group's sum begins at zero and is then added to acc. A product with a zero that the array
/// skips adds nothing; so it does where both factors are finite anyhow.
void execute(const isa::Conv &conv, Context &context) {
  checkTypes(conv, context);
  checkOutputPath(conv, context);
  Tile tile = clip(conv.extents, conv.offsets, conv.bounds, context);
  if (tile.rank != 8)
    context.fail(fmt::format("the tile has {} dimensions; need 8: N, G, M, C, P, Q, R, S", tile.rank));
  checkStrides("ifmap_strides", conv.ifmapStrides, 5, context);
  checkStrides("weight_strides", conv.weightStrides, 5, context);
  checkStrides("psum_strides", conv.psumStrides, 5, context);
  checkStrides("output_strides", conv.outputStrides, 5, context);

  ConvTile work;
  work.ifmapType = conv.ifmapType, work.weightType = conv.weightType;
  work.n = tile.count[N], work.g = tile.count[G], work.m = tile.count[M], work.c = tile.count[C];
  work.p = tile.count[P], work.q = tile.count[Q], work.r = tile.count[R], work.s = tile.count[S];
  if (work.n == 0 || work.g == 0 || work.m == 0 || work.p == 0 || work.q == 0)
    return;
  int64_t outputs = 1, taps = 1;
  for (Dim dim : {N, G, M, P, Q})
    outputs = saturatedWork(outputs, tile.count[dim]);
  for (Dim dim : {C, R, S})
    taps = saturatedWork(taps, tile.count[dim]);
  context.work(saturatedWork(outputs, taps + (taps == 0)));

  work.strideH = conv.strideH, work.strideW = conv.strideW;
  work.dilationH = conv.dilationH, work.dilationW = conv.dilationW;
  work.ifmapH = conv.ifmapH, work.ifmapW = conv.ifmapW;
  work.ifmapZeroPoint = static_cast<int32_t>(conv.ifmapZeroPoint);
  work.originH =
      resolvePosition(conv.originH, context) + tile.begin[P] * conv.strideH + tile.begin[R] * conv.dilationH;
  work.originW =
      resolvePosition(conv.originW, context) + tile.begin[Q] * conv.strideW + tile.begin[S] * conv.dilationW;
  work.ifmapStrides = fiveOf(conv.ifmapStrides);
  work.weightStrides = fiveOf(conv.weightStrides);
  work.psumStrides = fiveOf(conv.psumStrides);
  work.outputStrides = fiveOf(conv.outputStrides);
  work.path = outputPath(conv);
  work.psumBits = context.psumBits();
  work.psumCellBytes = (work.psumBits + 7) / 8;

  readIfmap(conv, tile, work, context);
  readWeights(conv, tile, work, context);
  readParams(conv, tile, work, context);

  // First: acc starts at the bias, otherwise at the value in the psum memory. Last: the result goes through
  // the output path; otherwise acc is written to the psum memory.
  bool first = tile.beginsDim(C) && tile.beginsDim(R) && tile.beginsDim(S);
  bool last = tile.endsDim(C) && tile.endsDim(R) && tile.endsDim(S);
  Tile results = select(tile, {N, G, M, P, Q});
  int64_t psum = 0;
  Box psums;
  if (!first || !last) {
    psum = results.addressOf(resolveAddress(conv.psum, context), work.psumStrides, context);
    psums = results.box(work.psumStrides, work.psumCellBytes);
    checkCells(psums, context);
    if (!first)
      work.psumIn = context.read(conv.psumMemory, psum, psums);
    if (!last)
      work.psumOut = context.write(conv.psumMemory, psum, psums);
    if (work.psumCellBytes < (work.isWide() ? 8 : 4))
      work.psumExact = context.exactPsums(conv.psumMemory, psum);
  }
  if (last) {
    if (conv.hasTable)
      work.path.table =
          context.read(conv.tableMemory, resolveAddress(conv.table, context), Box(1, {{256, 1}}));
    int64_t output = results.addressOf(resolveAddress(conv.output, context), work.outputStrides, context);
    Box box = results.box(work.outputStrides, bytesOf(conv.outputType));
    if (work.hasDisplacements && !first)
      checkDisplacedPlaces(conv, psum, psums, output, box, context);
    work.output = context.write(conv.outputMemory, output, box);
  }

  if (context.gatesZeros())
    context.countZeroIfmapMacs(countZeroMacs(work));
  SkippedZeros skipped = context.convolving(work);
  if (int64_t overflows = skipped.any() ? convolveSkipping(work, skipped) : convolve(work); overflows > 0)
    context.countPsumOverflows(overflows);
}

} // namespace dnnc::sim
