#include "lib/Cost/SentShare.h"

#include "lib/Cost/Rounding.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

using namespace dnnc;
using namespace dnnc::cost;

double cost::storedShare(double density, int64_t filters, int64_t lanes) {
  if (lanes <= 1)
    return density;
  auto all = static_cast<double>(filters);
  double some = 1 - std::pow(1 - density, all);
  return std::min(1.0, density + some * static_cast<double>(lanes - 1) / 2 / all);
}

ColumnWork cost::columnWork(double density, int64_t filters, int64_t lanes) {
  auto all = static_cast<double>(filters);
  if (filters == 0 || density >= 1)
    return {filters == 0 ? 0.0 : 1.0, static_cast<double>(ceilDiv(filters, lanes))};
  // How likely the weights, drawn one by one, leave which rest beyond whole steps.
  std::vector<double> rest(static_cast<size_t>(lanes), 0.0);
  rest[0] = 1;
  for (int64_t weight = 0; lanes > 1 && weight < filters; ++weight) {
    double before = rest.back();
    for (double &share : rest)
      before = std::exchange(share, share * (1 - density) + before * density);
  }
  double idle = 0; // multipliers, in the last step
  for (size_t i = 1; i < rest.size(); ++i)
    idle += rest[i] * static_cast<double>(rest.size() - i);
  return {1 - std::pow(1 - density, all), (all * density + idle) / static_cast<double>(lanes)};
}

int64_t cost::lanesOf(const ArrayMapping &mapping, const Array &array) {
  int64_t lanes = 1;
  if (array.skipping.macs == Skipping::Macs::Lockstep)
    for (auto [dim, factor] : mapping.macs)
      lanes *= dim == M ? factor : 1;
  return lanes;
}

namespace {
struct Share {
  bool compressed = false;
  double bytes = 1;
};

Share shareOf(NocFormat format, double stored, int64_t bits, int64_t addressBits, int64_t column) {
  constexpr double countBits = 4;
  auto all = static_cast<double>(bits);
  double sent = all;
  if (format == NocFormat::Csc)
    sent = stored * (all + countBits) + static_cast<double>(addressBits) / static_cast<double>(column);
  else if (format == NocFormat::Bitmask)
    sent = stored * all + 1;
  return sent < all ? Share{true, sent / all} : Share{};
}
} // namespace

Sent cost::sentOf(const Densities &densities, ElementType type, int64_t channelsInPe, int64_t filtersInPe, int64_t lanes,
                  const Array &array) {
  constexpr int64_t ifmapAddress = 4, weightAddress = 7;
  int64_t bits = bytesOf(type) * 8;
  Sent sent;
  sent.minded = densities;
  double stored = storedShare(densities.weight, filtersInPe, lanes);
  Share ifmap = shareOf(array.ifmapNoc.format, densities.ifmap, bits, ifmapAddress, channelsInPe);
  Share weight = shareOf(array.weightNoc.format, stored, bits, weightAddress, filtersInPe);
  sent.ifmapCompressed = ifmap.compressed, sent.weightCompressed = weight.compressed;
  sent.ifmapBytes = ifmap.bytes, sent.weightBytes = weight.bytes;
  sent.ifmapWords = ifmap.compressed ? densities.ifmap : 1;
  sent.weightWords = weight.compressed ? stored : 1;
  if (array.ifmapNoc.format != NocFormat::Dense && !ifmap.compressed)
    sent.minded.ifmap = 1;
  if (array.weightNoc.format != NocFormat::Dense && !weight.compressed)
    sent.minded.weight = 1;
  return sent;
}

Sent cost::sentOf(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array) {
  Extents inPe = shapeOf(mapping).spad;
  for (auto [dim, factor] : mapping.macs)
    inPe[dim] *= factor;
  auto in = [&](int dim) { return std::min(inPe[dim], tile.full[dim] > 0 ? tile.full[dim] : tile.extents[dim]); };
  return sentOf(tile.densities, tile.type, in(C), in(M), lanesOf(mapping, array), array);
}

Sent cost::leastSent(const Densities &densities, ElementType type, const Extents &layer, const Array &array) {
  Sent sent = sentOf(densities, type, layer[C], layer[M], 1, array);
  sent.minded = densities;
  return sent;
}
