// The array's output path over a row of sums of one output channel.
#pragma once

#include "runtime/Simulator/kernels/ConvTile.h"

namespace dnnc::sim {

/// Converts `count` sums (int32, or float32 bits) to `results`, elements of path.type side by side.
void finishRow(const OutputPath &path, const ConvParam &param, bool isFloat, const uint32_t *sums,
               int64_t count, uint8_t *results);

} // namespace dnnc::sim
