#include "runtime/Simulator/SparseSizes.h"

#include <algorithm>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t bytesOfBits(int64_t bits) { return ceilDivide(bits, 8); }

} // namespace

/// Eyeriss v2: 8-bit values with 4-bit counts (JETCAS 2019, section III-B).
SparseSizes::Format SparseSizes::formatOf(NocFormat format, ElementType type, const Spad &spad,
                                          int64_t addressBits) {
  constexpr int64_t countBits = 4;
  int64_t bits = bytesOf(type) * 8;
  Format made;
  if (format == NocFormat::Csc) {
    made.nonZeroBits = bits + countBits;
    made.columnBits = addressBits;
  } else if (format == NocFormat::Bitmask) {
    made.nonZeroBits = bits;
    made.elementBits = 1;
    made.rawBits = bits;
  }
  made.words = ceilDivide(std::max(bits, made.nonZeroBits), spad.bits);
  return made;
}

SparseSizes::SparseSizes(const SparseOperands &operands, const Mapping &mapping, const ArrayTile &tile,
                         const Target &target)
    : operands(operands), levels(mapping), nodeSize(target.clusters() > 1 ? levels.inCluster : levels.inPe),
      ifmapMulticast(target.array.ifmapNoc.multicast), weightMulticast(target.array.weightNoc.multicast),
      ifmapBytes(bytesOf(tile.ifmapType)), weightBytes(bytesOf(tile.weightType)),
      ifmapFormat(formatOf(target.array.ifmapNoc.format, tile.ifmapType, target.array.ifmapSpad, 4)),
      weightFormat(formatOf(target.array.weightNoc.format, tile.weightType, target.array.weightSpad, 7)),
      together(target.array.skipping.macs == Skipping::Macs::Lockstep ? levels.inPe[M] / levels.inUnit[M]
                                                                      : 1) {
  const Extents &e = operands.extents;
  const Density &density = operands.density;
  if (target.array.ifmapNoc.format != NocFormat::Dense) {
    int64_t columns =
        e[N] * e[G] * operands.rows.count() * operands.columns.count() * ceilDivide(e[C], levels.inPe[C]);
    int64_t bits = ifmapFormat.bits(density.ifmapNonZeros, columns, density.ifmapElements);
    ifmapFormat.compressed = bytesOfBits(bits) < density.ifmapElements * ifmapBytes;
  }
  if (target.array.weightNoc.format != NocFormat::Dense) {
    indexWeights();
    int64_t columns = e[G] * e[C] * e[R] * e[S] * ceilDivide(e[M], levels.inPe[M]);
    int64_t bits = weightFormat.bits(pairs({}, e), columns, density.weightElements);
    weightFormat.compressed = bytesOfBits(bits) < density.weightElements * weightBytes;
  }
  if (ifmapFormat.compressed)
    indexIfmap();
  else
    ifmapFormat.words = wordsOf(tile.ifmapType, target.array.ifmapSpad);
  if (!weightFormat.compressed) {
    weightFormat.words = wordsOf(tile.weightType, target.array.weightSpad);
    return;
  }
  fullest = 1; // without any non-zero too: 0 says that weights are not compressed
  Extents at{};
  auto visit = [&](auto &&self, size_t depth) -> void {
    constexpr std::array<Dim, 5> dims = {G, M, C, R, S};
    if (depth == dims.size()) {
      Extents share = e;
      for (Dim d : dims)
        share[d] = std::min(levels.inPe[d], e[d] - at[d]);
      fullest = std::max(fullest, pairs(at, share) * weightFormat.words);
      return;
    }
    Dim d = dims[depth];
    for (at[d] = 0; at[d] < e[d]; at[d] += levels.inPe[d])
      self(self, depth + 1);
  };
  visit(visit, 0);
}

void SparseSizes::indexIfmap() {
  const Extents &e = operands.extents;
  auto rows = static_cast<size_t>(operands.rows.count()),
       columns = static_cast<size_t>(operands.columns.count());
  auto planes = static_cast<size_t>(e[N] * e[G]), channels = static_cast<size_t>(e[C]);
  size_t inRow = columns + 1, inPlane = (rows + 1) * inRow;
  ifmapSums.resize(boundedCounts("its ifmap's network", {e[N], e[G], e[C] + 1, operands.rows.count() + 1,
                                                         operands.columns.count() + 1}));
  const uint8_t *present = operands.ifmap.data();
  for (size_t plane = 0; plane < planes; ++plane)
    for (size_t c = 0; c < channels; ++c) {
      const int32_t *before = &ifmapSums[(plane * (channels + 1) + c) * inPlane];
      int32_t *sums = &ifmapSums[(plane * (channels + 1) + c + 1) * inPlane];
      for (size_t h = 0; h < rows; ++h) {
        int32_t inThisRow = 0;
        for (size_t w = 0; w < columns; ++w) {
          inThisRow += *present++;
          // Of this channel alone: what the row above has, and this row; then with the channels before.
          size_t at = (h + 1) * inRow + w + 1, above = at - inRow;
          sums[at] = sums[above] - before[above] + inThisRow + before[at];
        }
      }
    }
}

/// Weights as they are stored: where multipliers go in lockstep, the non-zeros of a column by as many as they
/// are.
void SparseSizes::indexWeights() {
  const Extents &e = operands.extents;
  int64_t share = std::min(levels.inPe[M], e[M]), shares = ceilDivide(e[M], share), inChannel = e[R] * e[S];
  weightSums.resize(boundedCounts("its weights' network", {e[G], shares, e[R], e[S], e[C] + 1}));
  // Each column may take `together` for its last non-zero: sums have to fit as well.
  boundedCounts("its weights' network", {together, e[C]});
  int32_t *sums = weightSums.data();
  const uint8_t *present = operands.weight.data();
  std::vector<int32_t> nonZeros(static_cast<size_t>(e[C] * inChannel));
  for (int64_t g = 0; g < e[G]; ++g)
    for (int64_t first = 0; first < e[M]; first += share) {
      std::fill(nonZeros.begin(), nonZeros.end(), 0);
      for (int64_t m = first; m < std::min(e[M], first + share); ++m)
        for (int32_t &sum : nonZeros)
          sum += *present++;
      for (int64_t rs = 0; rs < inChannel; ++rs, ++sums)
        for (int64_t c = 0; c < e[C]; ++c, ++sums) {
          int64_t found = nonZeros[static_cast<size_t>(c * inChannel + rs)];
          sums[1] =
              sums[0] + static_cast<int32_t>(together > 1 ? together * ceilDivide(found, together) : found);
        }
    }
}

SparseSizes::Runs SparseSizes::runsOf(const TileAxis &axis, int64_t output, int64_t outputs, int64_t tap,
                                      int64_t taps, int64_t before) const {
  std::vector<int32_t> found, known;
  auto collect = [&](std::vector<int32_t> &list, int64_t from, int64_t to) {
    for (int64_t j = tap; j < tap + taps; ++j)
      for (int64_t i = from; i < to; ++i)
        if (int32_t at = axis.at(i, j); at != TileAxis::padding)
          list.push_back(at);
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  collect(found, output, output + outputs);
  collect(known, output - before, output);
  Runs runs;
  for (int32_t at : found) {
    if (std::binary_search(known.begin(), known.end(), at))
      continue;
    if (runs.empty() || runs.back().second != at)
      runs.emplace_back(at, at);
    ++runs.back().second;
  }
  return runs;
}

size_t SparseSizes::Hash::operator()(const WindowsKey &key) const {
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a over words
  for (int64_t value : key) {
    hash = (hash ^ static_cast<uint64_t>(value)) * 0x100000001b3;
    hash ^= hash >> 29;
  }
  return static_cast<size_t>(hash);
}

const SparseSizes::Windows &SparseSizes::windowsOf(int axis, const Extents &start, const Extents &extent,
                                                   const Extents &part, int64_t before) const {
  Dim outer = axis == 0 ? P : Q, inner = axis == 0 ? R : S;
  auto [found, isNew] = known.try_emplace(
      {axis, start[outer], extent[outer], part[outer], start[inner], extent[inner], part[inner], before});
  Windows &windows = found->second;
  if (!isNew)
    return windows;
  for (int64_t i = 0; i < extent[outer]; i += part[outer])
    for (int64_t j = 0; j < extent[inner]; j += part[inner]) {
      Runs runs = runsOf(axis == 0 ? operands.rows : operands.columns, start[outer] + i,
                         std::min(part[outer], extent[outer] - i), start[inner] + j,
                         std::min(part[inner], extent[inner] - j), before);
      for (auto [first, last] : runs)
        windows.coordinates += last - first;
      windows.runs.insert(windows.runs.end(), runs.begin(), runs.end());
    }
  return windows;
}

int64_t SparseSizes::nonZeros(const Extents &start, const Extents &extent, const Windows &rows,
                              const Windows &columns) const {
  const Extents &e = operands.extents;
  int64_t inRow = operands.columns.count() + 1, inPlane = (operands.rows.count() + 1) * inRow;
  int64_t sum = 0;
  for (int64_t n = start[N]; n < start[N] + extent[N]; ++n)
    for (int64_t g = start[G]; g < start[G] + extent[G]; ++g) {
      const int32_t *low =
          &ifmapSums[static_cast<size_t>(((n * e[G] + g) * (e[C] + 1) + start[C]) * inPlane)];
      const int32_t *high = low + extent[C] * inPlane;
      auto corner = [&](int64_t h, int64_t w) { return high[h * inRow + w] - low[h * inRow + w]; };
      for (auto [top, bottom] : rows.runs)
        for (auto [left, right] : columns.runs)
          sum += corner(bottom, right) - corner(top, right) - corner(bottom, left) + corner(top, left);
    }
  return sum;
}

int64_t SparseSizes::pairs(const Extents &start, const Extents &extent) const {
  const Extents &e = operands.extents;
  int64_t share = std::min(levels.inPe[M], e[M]), shares = ceilDivide(e[M], share), inChannel = e[R] * e[S];
  int64_t sum = 0;
  for (int64_t g = start[G]; g < start[G] + extent[G]; ++g)
    for (int64_t m = start[M] / share; m * share < start[M] + extent[M]; ++m)
      for (int64_t r = start[R]; r < start[R] + extent[R]; ++r)
        for (int64_t s = start[S]; s < start[S] + extent[S]; ++s) {
          const int32_t *sums =
              &weightSums[static_cast<size_t>(((g * shares + m) * inChannel + r * e[S] + s) * (e[C] + 1))];
          sum += sums[start[C] + extent[C]] - sums[start[C]];
        }
  return sum;
}

Sent SparseSizes::ifmap(const Extents &start, const Extents &extent, const Spread &spread, int slides) const {
  struct Amount {
    int64_t nonZeros, bits, raw, columns;
  };
  auto amountOf = [&](const Extents &part) {
    const Windows &rows = windowsOf(0, start, extent, part, slides == P ? levels.inPass[P] : 0);
    const Windows &columns = windowsOf(1, start, extent, part, slides == Q ? levels.inPass[Q] : 0);
    int64_t positions = extent[N] * extent[G] * rows.coordinates * columns.coordinates;
    Amount amount;
    amount.nonZeros = nonZeros(start, extent, rows, columns);
    amount.columns = positions * spread.pes[C];
    amount.bits = ifmapFormat.bits(amount.nonZeros, amount.columns, positions * extent[C]);
    amount.raw = positions * extent[C] * ifmapFormat.rawBits;
    return amount;
  };
  Amount byPe = amountOf(levels.inPe), once = ifmapMulticast ? amountOf(levels.inPass) : byPe,
         byNode = amountOf(nodeSize);
  int64_t copies = spread.pes[M];
  bool asItIs = ifmapFormat.rawBits > 0 && once.raw < once.bits;
  Sent sent;
  sent.bytes = bytesOfBits((asItIs ? once.raw : once.bits) * (ifmapMulticast ? 1 : copies));
  sent.hops = bytesOfBits((asItIs ? byNode.raw : byNode.bits) * spread.nodes[M]);
  sent.spadWords = byPe.nonZeros * copies * ifmapFormat.words;
  sent.columns = byPe.columns * copies;
  return sent;
}

Sent SparseSizes::weights(const Extents &start, const Extents &extent, const Spread &spread) const {
  int64_t stored = pairs(start, extent), columns = extent[G] * extent[C] * extent[R] * extent[S];
  int64_t bits = weightFormat.bits(stored, columns * spread.pes[M], columns * extent[M]);
  if (weightFormat.rawBits > 0)
    bits = std::min(bits, columns * extent[M] * weightFormat.rawBits);
  int64_t copies = spread.pes[N] * spread.pes[P] * spread.pes[Q];
  Sent sent;
  sent.bytes = bytesOfBits(weightMulticast ? bits : bits * copies);
  sent.hops = bytesOfBits(bits * spread.nodes[N] * spread.nodes[P] * spread.nodes[Q]);
  sent.spadWords = stored * copies * weightFormat.words;
  sent.columns = columns * spread.pes[M] * copies;
  return sent;
}

} // namespace dnnc::sim
