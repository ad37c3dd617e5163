#include "lib/Cost/ExpectedWork.h"

#include "lib/Cost/SentShare.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::cost;

double cost::effectualShare(const Densities &densities, const Extents &layer, const Array &array) {
  MindedDensities minded(densities, isDepthwise(layer), array);
  return minded.ifmap * minded.weight;
}

int64_t cost::effectualMacs(int64_t macs, const Densities &densities, const Extents &layer, const Array &array) {
  return std::llround(static_cast<double>(macs) * effectualShare(densities, layer, array));
}

double cost::expectedWork(const Extents &spad, int64_t spatial, int64_t lanes, const Extents &tile,
                          const std::array<int64_t, 2> &strides, const Densities &densities, bool depthwise,
                          const Array &array) {
  if (!array.skipping.any() || densities.dense())
    return 1;
  MindedDensities minded(densities, depthwise, array);
  auto of = [&](int dim) { return static_cast<double>(std::min(spad[dim], tile[dim])); };
  auto window = [&](int axis) {
    return (of(P + axis) - 1) * static_cast<double>(std::min<int64_t>(strides[axis], tile[R + axis])) + of(R + axis);
  };
  double weights = of(G) * of(M) * of(C) * of(R) * of(S);
  double elements = of(N) * of(G) * of(C) * window(0) * window(1);
  bool wholeGroups = densities.of > 0 && std::min(spad[C], tile[C]) % densities.of == 0;
  bool lockstep = array.skipping.macs == Skipping::Macs::Lockstep;
  double least = minded.ifmap * minded.weight;
  if (lockstep && lanes > 1) {
    minded.weight = storedShare(minded.weight, std::min(spad[M], tile[M]) * lanes, lanes);
    weights *= static_cast<double>(lanes);
  }
  if (minded.ifmap <= 0 || minded.weight <= 0)
    return std::max(least, 0.0);
  double variance = (wholeGroups ? 0 : (1 - minded.weight) / (minded.weight * weights)) +
                    (1 - minded.ifmap) / (minded.ifmap * elements);
  double many = std::sqrt(2 * std::log(static_cast<double>(std::max<int64_t>(spatial, 1))));
  return std::clamp(minded.ifmap * minded.weight * (1 + many * std::sqrt(variance)), least, 1.0);
}

double cost::expectedWork(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array) {
  MappingShape shape = shapeOf(mapping);
  int64_t spatial = 1, lanes = 1;
  for (int64_t factor : shape.spatial)
    spatial = std::min<int64_t>(spatial * factor, int64_t(1) << 40);
  for (auto [dim, factor] : mapping.macs)
    lanes *= factor;
  return expectedWork(shape.spad, spatial, lanes, tile.extents, tile.strides, sentOf(tile, mapping, array).minded,
                      tile.depthwise,
                      array);
}
