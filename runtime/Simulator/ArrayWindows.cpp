#include "runtime/Simulator/ArrayWindows.h"

#include <algorithm>

namespace dnnc::sim {

int64_t differentCoordinates(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop,
                             int64_t limit) {
  if (count <= 0 || taps <= 0)
    return 0;
  int64_t low = origin, high = origin + (count - 1) * step + (taps - 1) * hop; // both included
  // Rows of one stride overlap or touch when a step is at most the span of the taps: then what they cover is
  // a range. So do taps one dilation apart when there are outputs in between.
  if ((hop == 1 && step <= taps) || (step == 1 && hop <= count))
    return std::max<int64_t>(0, std::min(high, limit - 1) - std::max<int64_t>(low, 0) + 1);
  auto multiples = [&](int64_t first, int64_t length, int64_t distance) { // of a single row of coordinates
    int64_t begin = first >= 0 ? 0 : (-first + distance - 1) / distance;
    int64_t end = first >= limit ? 0 : std::min(length, (limit - 1 - first) / distance + 1);
    return std::max<int64_t>(0, end - begin);
  };
  if (taps == 1)
    return multiples(origin, count, step);
  if (count == 1)
    return multiples(origin, taps, hop);
  std::vector<int64_t> coordinates;
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < taps; ++j)
      if (int64_t at = origin + i * step + j * hop; at >= 0 && at < limit)
        coordinates.push_back(at);
  std::sort(coordinates.begin(), coordinates.end());
  return std::unique(coordinates.begin(), coordinates.end()) - coordinates.begin();
}

int64_t IfmapAxis::coordinates(int64_t corner, int64_t count, int64_t taps, int64_t before) const {
  int64_t all = differentCoordinates(corner - before * step, before + count, step, taps, hop, limit);
  return before == 0 ? all
                     : all - differentCoordinates(corner - before * step, before, step, taps, hop, limit);
}

Window IfmapAxis::window(const Extents &start, const Extents &extent, const Extents &node, const Extents &pe,
                         int64_t before) const {
  int64_t corner = origin + start[outer] * step + start[inner] * hop;
  auto sum = [&](int64_t countPart, int64_t tapsPart) {
    int64_t total = 0;
    for (int64_t i = 0; i < extent[outer]; i += countPart)
      for (int64_t j = 0; j < extent[inner]; j += tapsPart)
        total += coordinates(corner + i * step + j * hop, std::min(countPart, extent[outer] - i),
                             std::min(tapsPart, extent[inner] - j), before);
    return total;
  };
  return {coordinates(corner, extent[outer], extent[inner], before), sum(node[outer], node[inner]),
          sum(pe[outer], pe[inner])};
}

int64_t IfmapAxis::different(const Extents &extent) const {
  return differentCoordinates(origin, extent[outer], step, extent[inner], hop, limit);
}

bool IfmapAxis::reachesOut(const Extents &start, const Extents &extent) const {
  int64_t low = origin + start[outer] * step + start[inner] * hop;
  return low < 0 || low + (extent[outer] - 1) * step + (extent[inner] - 1) * hop >= limit;
}

} // namespace dnnc::sim
