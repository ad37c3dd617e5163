// When the loads, array instructions and stores of a layer's tiles happen.
#pragma once

#include "lib/Cost/LayerTiles.h"

#include <functional>

namespace dnnc::cost {

/// Array cycles of every class of tiles.
class TileCycles {
public:
  explicit TileCycles(const LayerTiles &tiles);
  /// Calls visit(class of each dimension, where its cycles go).
  template <typename Visit> void forEachClass(Visit visit);
  double at(const std::array<int64_t, loopDims> &tile) const;

private:
  const LayerTiles &tiles;
  std::vector<double> cycles; // mixed radix over the classes
};

template <typename Visit> void TileCycles::forEachClass(Visit visit) {
  std::array<size_t, loopDims> choice{};
  for (double &cyclesOfClass : cycles) {
    std::array<const TileClass *, loopDims> at;
    for (int dim = 0; dim < loopDims; ++dim)
      at[dim] = &tiles.classes[dim][choice[dim]];
    visit(static_cast<const std::array<const TileClass *, loopDims> &>(at), cyclesOfClass);
    for (int dim = loopDims; dim-- > 0;) {
      if (++choice[dim] < tiles.classes[dim].size())
        break;
      choice[dim] = 0;
    }
  }
}

/// Cycles from the first load to the last store. The three queues are played from tile to tile only until a
/// loop's iterations repeat; the rest of them, as far as tiles are alike, take as long each.
double timelineCycles(const LayerTiles &tiles, const TileCycles &cycles);

} // namespace dnnc::cost
