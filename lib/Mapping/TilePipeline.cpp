#include "lib/Mapping/TilePipeline.h"

#include <algorithm>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

/// Beyond so many instructions the sums alone are close enough.
static constexpr int64_t mostTiles = 4096;
static constexpr double rounding = 1e-6;

std::shared_ptr<const TilePipeline> TilePipeline::make(const Layer &layer, const Extents &tile,
                                                       const std::vector<int> &order, const Target &target) {
  int64_t count = 1;
  for (int dim = 0; dim < loopDims; ++dim)
    count *= cost::ceilDiv(layer.extents[dim], tile[dim]);
  // Without overlap the queues take turns: sums say it all.
  if (count > mostTiles || !target.overlapTransfers)
    return nullptr;
  LayerTiles tiles(layer, tile, order, target);
  // A FIFO frees its room while the array works: no order of whole tiles.
  if (std::any_of(tiles.loads.begin(), tiles.loads.end(), [](const Transfer &load) { return load.stream; }))
    return nullptr;
  auto pipeline = std::make_shared<TilePipeline>();
  double bandwidth = target.dramBytesPerCycle(), latency = static_cast<double>(target.dram.latency);
  std::vector<const Transfer *> operands;
  for (const Transfer &load : tiles.loads) {
    auto behind = std::find_if(operands.begin(), operands.end(),
                               [&](const Transfer *other) { return other->depth > load.depth; });
    operands.insert(behind, &load);
  }
  pipeline->operands = operands.size();
  pipeline->steps.reserve(static_cast<size_t>(count));
  pipeline->loads.reserve(static_cast<size_t>(count) + operands.size());
  std::array<int64_t, loopDims> at{};
  unsigned level = 0; // outermost loop that turned; 0 also for the first tile, where everything is loaded
  bool first = true;
  for (int64_t i = 0; i < count; ++i) {
    Step step{};
    for (size_t operand = 0; operand < operands.size(); ++operand) {
      if (!first && operands[operand]->depth <= level)
        continue;
      Transfer::Moved moved = tiles.move(*operands[operand], at);
      double port =
          static_cast<double>(moved.raw) /
          static_cast<double>(std::max<int64_t>(
              1, target.memories[static_cast<size_t>(operands[operand]->memory)].writeBytesPerCycle));
      // Transfers end at whole cycles.
      double moves = std::ceil(std::max(port, static_cast<double>(moved.dram) / bandwidth) - rounding);
      pipeline->loads.push_back({static_cast<uint16_t>(operand), (moved.dram > 0 ? latency : 0) + moves});
    }
    step.loadsEnd = static_cast<uint32_t>(pipeline->loads.size());
    Extents extent;
    for (int dim = 0; dim < loopDims; ++dim)
      extent[dim] = std::min(tile[dim], layer.extents[dim] - at[dim] * tile[dim]);
    // Few: a tile is cut along a dimension, or it is not.
    auto known = std::find(pipeline->extents.begin(), pipeline->extents.end(), extent);
    step.tileClass = static_cast<uint16_t>(known - pipeline->extents.begin());
    if (known == pipeline->extents.end())
      pipeline->extents.push_back(extent);
    step.begins = at[C] == 0;
    step.ends = at[C] == tiles.trips[C] - 1;
    if (step.ends) {
      Transfer::Moved moved = tiles.move(tiles.output, at);
      step.store = latency + std::ceil(static_cast<double>(moved.dram) / bandwidth - rounding);
    }
    pipeline->steps.push_back(step);
    first = false;
    for (level = static_cast<unsigned>(tiles.loops.size()); level-- > 0;) {
      if (++at[tiles.loops[level].dim] < tiles.loops[level].trips)
        break;
      at[tiles.loops[level].dim] = 0;
    }
  }
  return pipeline;
}

double TilePipeline::cycles(const std::vector<double> &ofClass) const {
  struct Ring {
    double ready = 0, used = 0,
           usedBefore = 0; ///< of the newest tile, and when the two before it were last used
    int64_t tiles = 0;
  };
  std::array<Ring, 4> rings;
  double loadFree = 0, arrayFree = 0, storeFree = 0, storedBefore = 0;
  size_t next = 0;
  for (const Step &step : steps) {
    for (; next < step.loadsEnd; ++next) {
      Ring &ring = rings[loads[next].operand];
      // Room when the tile before the last one is not needed any more.
      loadFree = std::max(loadFree, ring.usedBefore) + loads[next].cycles;
      ring.usedBefore = ring.used;
      ring.ready = loadFree;
    }
    double start = arrayFree;
    for (size_t operand = 0; operand < operands; ++operand)
      start = std::max(start, rings[operand].ready);
    if (step.begins)
      start = std::max(start, storedBefore);
    arrayFree = start + ofClass[step.tileClass];
    for (Ring &ring : rings)
      ring.used = arrayFree;
    if (step.ends) {
      storedBefore = storeFree;
      storeFree = std::max(storeFree, arrayFree) + step.store;
    }
  }
  return std::max(storeFree, arrayFree);
}

double TilePipeline::idleAtEnd(const std::vector<double> &ofClass) const {
  // All loads are done, and all stores but the one of the output tile before.
  double storeBefore = 0;
  size_t outputs = 0;
  for (size_t i = steps.size(); i-- > 0 && outputs < 2;)
    if (steps[i].ends && ++outputs == 2)
      storeBefore = steps[i].store;
  return std::max(0.0, ofClass[steps.back().tileClass] - storeBefore);
}
