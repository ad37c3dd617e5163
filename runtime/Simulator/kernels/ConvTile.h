// One tile of a convolution or matrix product as plain numbers and pointers: what exec/Conv.cpp makes of an
// instruction once it is clipped, resolved and checked.
#pragma once

#include "dnnc/ElementType.h"
#include "runtime/Simulator/kernels/SkippedZeros.h"

#include <array>
#include <cstdint>

namespace dnnc::sim {

enum class OutputMode : uint8_t { Float, Requantize, Dequantize, DequantizeQuantize };

/// What happens to the sums of a tile that completes them.
struct OutputPath {
  OutputMode mode = OutputMode::Float;
  ElementType type = ElementType::F32;
  int32_t zeroPoint = 0;
  /// Bounds of the result: int32 for integer outputs, float32 bits for float32 outputs. NaN takes the lower
  /// bound of an integer and stays NaN in a float.
  uint32_t clampLow = 0, clampHigh = 0;
  float scale = 1;                // of the output, in DequantizeQuantize
  const uint8_t *table = nullptr; // 256 bytes, or none
};

/// One record of the param operand, 16 bytes. The third word is the zero point, or, of a tile with
/// displacements, 16 bits of each.
struct ConvParam {
  uint32_t bias = 0; // int32, whatever the accumulator, or float32 bits
  float multiplier = 1;
  int32_t weightZeroPoint = 0;
  float postBias = 0;
  int32_t displacement = 0; // from the filter to the channel of its results
};

/// Extents are what is left after clipping; every pointer is that of the first element left. Strides are in
/// bytes.
struct ConvTile {
  /// Both 8-bit, both int16, or both float32.
  ElementType ifmapType = ElementType::I8, weightType = ElementType::I8;
  int64_t n = 1, g = 1, m = 1, c = 1, p = 1, q = 1, r = 1, s = 1;
  int64_t strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
  int64_t originH = 0, originW = 0; // ifmap coordinate of (p, r) = (0, 0), of (q, s) = (0, 0); may be padding
  int64_t ifmapH = 1,
          ifmapW = 1; // coordinates [0, ifmapH) × [0, ifmapW) exist, all others hold the zero point
  int32_t ifmapZeroPoint = 0;

  const uint8_t *ifmap = nullptr; // of coordinate (ifmapRow, ifmapColumn)
  int64_t ifmapRow = 0, ifmapColumn = 0;
  std::array<int64_t, 5> ifmapStrides{}; // N, G, C, H, W

  const uint8_t *weight = nullptr;
  std::array<int64_t, 5> weightStrides{}; // G, M, C, R, S

  const uint8_t *params = nullptr; // none: ConvParam's defaults
  int64_t paramStrideG = 0;        // records of a group are 16 bytes apart
  bool hasDisplacements = false;

  const uint8_t *psumIn = nullptr;      // none: sums start at the bias
  uint8_t *psumOut = nullptr;           // none: sums go through the output path
  std::array<int64_t, 5> psumStrides{}; // N, G, M, P, Q
  int64_t psumCellBytes = 4;
  /// The exact values of cells that are narrower than the accumulator, by byte offset as psumIn and psumOut;
  /// none where cells hold it.
  int64_t *psumExact = nullptr;
  uint8_t *output = nullptr;
  std::array<int64_t, 5> outputStrides{}; // N, G, M, P, Q
  OutputPath path;
  int psumBits = 32; // see convolve()

  bool isFloat() const { return ifmapType == ElementType::F32; }
  /// Products of int16, which accumulate in 64 bits; all others do in 32.
  bool isWide() const { return ifmapType == ElementType::I16; }
  ConvParam param(int64_t group, int64_t channel) const;
};

/// Products of float32 are summed in groups of so many, counted in the order c, r, s from the first of the
/// tile; a group's sum, begun at zero, is then added to acc. Rounding errors grow with the group and with the
/// number of groups instead of with the number of products (Higham 1993, The Accuracy of Floating Point
/// Summation).
inline constexpr int64_t floatGroup = 32;

/// Computes the tile. Returns how many finished integer sums do not fit in tile.psumBits bits.
int64_t convolve(const ConvTile &tile);

/// The same in the manual's words, loop by loop: the oracle of convolve(), and its way for tiles of absurd
/// shape.
int64_t convolvePlain(const ConvTile &tile);
/// The same where products with some zeros are left out: they add nothing, be it infinity or NaN that such a
/// zero of float32 meets. Nothing else can tell it from convolve().
int64_t convolveSkipping(const ConvTile &tile, SkippedZeros skipped);

} // namespace dnnc::sim
