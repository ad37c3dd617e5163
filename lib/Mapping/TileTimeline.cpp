#include "lib/Mapping/TileTimeline.h"

#include <algorithm>
#include <bit>
#include <cmath>

using namespace dnnc;
using namespace dnnc::mapping;
using namespace dnnc::cost;

/// Tiles of an envelope that are played at most: some tens of milliseconds.
static constexpr double mostPlayed = 400'000;

size_t TileTimeline::Hash::operator()(const ArrayCycles &cycles) const {
  uint64_t hash = 0;
  for (double count : cycles)
    hash = (hash ^ std::bit_cast<uint64_t>(count)) * 0x9e3779b97f4a7c15, hash ^= hash >> 32;
  return hash;
}

TileTimeline::TileTimeline(const Layer &layer, const Extents &tile, const std::vector<int> &order,
                           const Target &target)
    : target(target), tiles(layer, tile, order, target), table(tiles) {
  table.forEachClass([&](const std::array<const TileClass *, loopDims> &at, double &) {
    Extents sizes;
    double count = 1;
    for (int dim = 0; dim < loopDims; ++dim) {
      sizes[dim] = at[dim]->extent;
      count *= static_cast<double>(at[dim]->times);
    }
    byTimes.push_back(members.size());
    members.push_back(at);
    extents.push_back(sizes);
    times.push_back(count);
  });
  std::stable_sort(byTimes.begin(), byTimes.end(), [&](size_t a, size_t b) { return times[a] > times[b]; });
  main = byTimes.front();
  // While a stream larger than its FIFO passes by, the last instruction holds it up, and with it stores. And
  // instructions that end no output tile are shorter than a layer of their own.
  bool streams =
      std::any_of(tiles.loads.begin(), tiles.loads.end(), [](const Transfer &load) { return load.stream; });
  uniform = !streams && tiles.trips[C] == 1 &&
            (extents.size() == 1 || (extents.size() == 2 && isLast(1 - main)));
  now.resize(extents.size());
}

/// Whether the only instruction of the class is the last one of all.
bool TileTimeline::isLast(size_t index) const {
  for (int dim = 0; dim < loopDims; ++dim)
    if (members[index][dim]->times > 1 || members[index][dim]->index != tiles.trips[dim] - 1)
      return false;
  return true;
}

double TileTimeline::cycles(const ArrayCycles &ofClass) {
  auto [answer, isNew] = answers.try_emplace(ofClass);
  if (!isNew)
    return answer->second;
  size_t next = 0;
  table.forEachClass([&](const auto &, double &ofOne) { ofOne = ofClass[next++]; });
  ++played;
  return answer->second = timelineCycles(tiles, table);
}

Layer TileTimeline::commonLayer() const {
  Layer layer = tiles.layer;
  layer.extents = extents[main];
  for (int axis : {0, 1}) {
    layer.pads[axis] = -members[main][P + axis]->origin;
    layer.ifmap[axis] = members[main][P + axis]->limit;
  }
  return layer;
}

int64_t TileTimeline::Envelope::most(double cycles) const {
  for (size_t i = exact.size(); i-- > 0;)
    if (exact[i] <= cycles)
      return begin + static_cast<int64_t>(i);
  return -1;
}

const TileTimeline::Envelope *TileTimeline::envelope(const ArrayCycles &floors, double others, double most) {
  if (known || !uniform)
    return known ? &*known : nullptr;
  double commons = times[main], rest = others;
  for (size_t i = 0; i < floors.size(); ++i)
    rest += i == main ? 0 : floors[i];
  // With more cycles the sum of all alone is too much.
  auto begin = static_cast<int64_t>(floors[main]);
  double room = std::floor((most - rest) / commons);
  if (!((room - static_cast<double>(begin)) * instructions() < mostPlayed))
    return nullptr;
  known.emplace();
  known->begin = begin;
  known->beyond = std::floor(most) + 1;
  auto count = static_cast<size_t>(std::max<int64_t>(0, static_cast<int64_t>(room) + 1 - begin));
  known->exact.resize(count), known->least.resize(count);
  ArrayCycles ofClass = floors;
  double least = known->beyond;
  for (size_t i = count; i-- > 0;) {
    ofClass[main] = static_cast<double>(begin + static_cast<int64_t>(i));
    known->exact[i] = cycles(ofClass);
    known->least[i] = least = std::min(least, known->exact[i]);
  }
  return &*known;
}
