// Products of a convolution with a zero of the ifmap, which a target may gate.
#pragma once

#include "runtime/Simulator/kernels/ConvTile.h"

namespace dnnc::sim {

/// MACs of the tile whose ifmap element is the ifmap's zero point; those whose element has no coordinate in
/// the ifmap (padding) are among them.
int64_t countZeroMacs(const ConvTile &tile);

} // namespace dnnc::sim
