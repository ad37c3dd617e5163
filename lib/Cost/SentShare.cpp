#include "lib/Cost/SentShare.h"

#include "lib/Cost/Rounding.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace dnnc;
using namespace dnnc::cost;

double cost::storedShare(double density, const Columns &columns, int64_t lanes) {
  if (lanes <= 1)
    return density;
  double steps = static_cast<double>(columns.filters / columns.filtersInPe) *
                     columnWork(density, columns.filtersInPe, lanes).steps +
                 columnWork(density, columns.filters % columns.filtersInPe, lanes).steps;
  return steps * static_cast<double>(lanes) / static_cast<double>(columns.filters);
}

ColumnWork cost::columnWork(double density, int64_t filters, int64_t lanes) {
  auto all = static_cast<double>(filters);
  if (filters == 0 || density >= 1)
    return {filters == 0 ? 0.0 : 1.0, static_cast<double>(ceilDiv(filters, lanes))};
  if (lanes == 1)
    return {1 - std::pow(1 - density, all), all * density, all * density * (1 - density)};
  // How likely so many of the weights are not zero, drawn one by one.
  std::vector<double> likely(static_cast<size_t>(filters) + 1, 0.0);
  likely[0] = 1;
  for (size_t drawn = 0; drawn < static_cast<size_t>(filters); ++drawn)
    for (size_t found = drawn + 1; found-- > 0;) {
      likely[found + 1] += likely[found] * density;
      likely[found] *= 1 - density;
    }
  ColumnWork work{1 - likely[0], 0};
  double squares = 0;
  for (int64_t found = 1; found <= filters; ++found) {
    auto steps = static_cast<double>(ceilDiv(found, lanes));
    work.steps += likely[static_cast<size_t>(found)] * steps;
    squares += likely[static_cast<size_t>(found)] * steps * steps;
  }
  work.variance = std::max(0.0, squares - work.steps * work.steps);
  return work;
}

int64_t cost::lanesOf(const ArrayMapping &mapping, const Array &array) {
  int64_t lanes = 1;
  if (array.skipping.macs == Skipping::Macs::Lockstep)
    for (auto [dim, factor] : mapping.macs)
      lanes *= dim == M ? factor : 1;
  return lanes;
}

int64_t SentForm::bytes(int64_t elements, int64_t columns) const {
  double bits = static_cast<double>(elements) * bitsOfElement + static_cast<double>(columns) * bitsOfColumn;
  return static_cast<int64_t>(std::ceil(bits / 8 * (1 - 1e-12)));
}

namespace {
struct Form {
  SentForm form;
  double bytes = 1; ///< as a share of those of all elements
};

Form formOf(NocFormat format, double stored, int64_t bits, int64_t addressBits, int64_t extent, int64_t column) {
  constexpr double countBits = 4;
  auto all = static_cast<double>(bits);
  SentForm form{true, all, 0};
  if (format == NocFormat::Csc)
    form = {true, stored * (all + countBits), static_cast<double>(addressBits)};
  else if (format == NocFormat::Bitmask)
    form.bitsOfElement = stored * all + 1;
  double columns = static_cast<double>(ceilDiv(extent, column)) / static_cast<double>(extent),
         sent = form.bitsOfElement + form.bitsOfColumn * columns;
  return sent < all ? Form{form, sent / all} : Form{{false, all, 0}};
}
} // namespace

Sent cost::sentOf(const Densities &densities, ElementType type, const Columns &columns, int64_t lanes,
                  const Array &array) {
  constexpr int64_t ifmapAddress = 4, weightAddress = 7;
  int64_t bits = bytesOf(type) * 8;
  Sent sent;
  sent.minded = densities;
  double stored = storedShare(densities.weight, columns, lanes);
  Form ifmap = formOf(array.ifmapNoc.format, densities.ifmap, bits, ifmapAddress, columns.channels,
                        columns.channelsInPe);
  Form weight = formOf(array.weightNoc.format, stored, bits, weightAddress, columns.filters, columns.filtersInPe);
  sent.ifmap = ifmap.form, sent.weight = weight.form;
  sent.ifmapBytes = ifmap.bytes, sent.weightBytes = weight.bytes;
  sent.ifmapWords = sent.ifmap.compressed ? densities.ifmap : 1;
  sent.weightWords = sent.weight.compressed ? stored : 1;
  sent.ifmapZerosKnown = array.ifmapNoc.format == NocFormat::Dense || sent.ifmap.compressed;
  if (!sent.ifmapZerosKnown)
    sent.minded.ifmap = 1;
  if (array.weightNoc.format != NocFormat::Dense && !sent.weight.compressed)
    sent.minded.weight = 1;
  return sent;
}

Sent cost::sentOf(const ArrayTile &tile, const ArrayMapping &mapping, const Array &array) {
  Extents inPe = shapeOf(mapping).spad;
  for (auto [dim, factor] : mapping.macs)
    inPe[dim] *= factor;
  auto all = [&](int dim) { return tile.full[dim] > 0 ? tile.full[dim] : tile.extents[dim]; };
  return sentOf(tile.densities, tile.type,
                {all(C), std::min(inPe[C], all(C)), all(M), std::min(inPe[M], all(M))}, lanesOf(mapping, array), array);
}

Sent cost::leastSent(const Densities &densities, ElementType type, const Extents &layer, const Array &array) {
  return sentOf(densities, type, {layer[C], layer[C], layer[M], layer[M]}, 1, array);
}

bool cost::skipsPadding(const Sent &sent, bool depthwise, const Array &array) {
  return array.skipping.ifmap && (!depthwise || array.skipping.depthwise.ifmap) && sent.ifmapZerosKnown;
}
