#include "lib/Cost/ArrayCost.h"

#include <algorithm>
#include <numeric>

using namespace dnnc;
using namespace dnnc::cost;

int64_t cost::windowSpan(int64_t outputs, int64_t stride, int64_t filter, int64_t dilation) {
  return (outputs - 1) * stride + (filter - 1) * dilation + 1;
}

/// How many i in [0, count) put first + i · step into [0, limit).
static int64_t inside(int64_t first, int64_t count, int64_t step, int64_t limit) {
  int64_t low = first >= 0 ? 0 : (step - 1 - first) / step;
  int64_t high = first >= limit ? 0 : (limit - first + step - 1) / step; // past the last
  return std::max<int64_t>(0, std::min(high, count) - low);
}

int64_t cost::differentCoordinates(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop,
                                   int64_t limit) {
  if (count <= 0 || taps <= 0)
    return 0;
  int64_t last = origin + (count - 1) * step + (taps - 1) * hop;
  // Neighbouring taps that close the gaps between outputs, or the other way round, cover all of a range.
  if ((hop == 1 && step <= taps) || (step == 1 && hop <= count))
    return std::max<int64_t>(0, std::min(last + 1, limit) - std::max<int64_t>(origin, 0));
  if (taps == 1 || count == 1)
    return taps == 1 ? inside(origin, count, step, limit) : inside(origin, taps, hop, limit);
  // (i, j) and (i + hop/g, j − step/g) meet in one coordinate; of all that meet, the one of smallest i
  // counts.
  int64_t common = std::gcd(step, hop), ahead = hop / common, behind = step / common;
  if (origin >= 0 && last < limit)
    return count * taps - std::max<int64_t>(0, count - ahead) * std::max<int64_t>(0, taps - behind);
  int64_t total = 0;
  for (int64_t tap = 0; tap < taps; ++tap)
    total += inside(origin + tap * hop, tap + behind < taps ? std::min(count, ahead) : count, step, limit);
  return total;
}

int64_t cost::pairsInside(int64_t origin, int64_t count, int64_t step, int64_t taps, int64_t hop, int64_t limit) {
  int64_t pairs = 0;
  for (int64_t tap = 0; tap < taps; ++tap)
    pairs += inside(origin + tap * hop, count, step, limit);
  return pairs;
}
