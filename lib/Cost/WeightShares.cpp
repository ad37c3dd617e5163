#include "lib/Cost/WeightShares.h"

#include "lib/Cost/Rounding.h"
#include "lib/Cost/SentShare.h"

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;

/// FNV-1a.
static uint64_t mixed(uint64_t hash, uint64_t value) { return (hash ^ value) * 0x100000001b3; }
static constexpr uint64_t hashBasis = 0xcbf29ce484222325;

bool cost::weightSharesMatter(const Extents &layer, ElementType type, const Densities &densities, const Array &array) {
  const Spad &spad = array.weightSpad;
  if (!leastSent(densities, type, layer, array).weight.compressed)
    return false;
  // A PE has a psum for each filter and an ifmap element for each (g, c, r, s) at least.
  int64_t columns = array.ifmapSpad.words / spadWords(type, array.ifmapSpad, array.ifmapNoc);
  int64_t most = std::min(array.psumSpad.words, layer[M]) * std::min(columns, layer[G] * layer[C] * layer[R] * layer[S]);
  int64_t sets = spad.doubleBuffered || spad.streams ? 1 : 2;
  return most * spadWords(type, spad, array.weightNoc) * sets > spad.words;
}

size_t WeightShares::Hash::operator()(const Key &key) const {
  uint64_t hash = hashBasis;
  for (int64_t value : key)
    hash = mixed(hash, static_cast<uint64_t>(value)), hash ^= hash >> 29;
  return hash;
}

WeightShares::WeightShares(const Extents &layer, ElementType type, const Array &array, std::span<const uint8_t> present)
    : layer(layer), lockstep(array.skipping.macs == Skipping::Macs::Lockstep), hash(hashBasis) {
  constexpr int64_t countBits = 4, addressBits = 7; // JETCAS 2019, section III-B
  format.bits = format.nonZeroBits = bytesOf(type) * 8;
  if (array.weightNoc.format == NocFormat::Csc)
    format.nonZeroBits += countBits, format.columnBits = addressBits;
  else
    format.elementBits = 1;
  format.storedWords = spadWords(type, array.weightSpad, array.weightNoc);
  format.rawWords = ceilDiv(format.bits, array.weightSpad.bits);

  auto inFilter = static_cast<size_t>(layer[C] * layer[R] * layer[S]), filters = static_cast<size_t>(layer[M]);
  sums.resize(static_cast<size_t>(layer[G]) * (filters + 1) * inFilter);
  const uint8_t *next = present.data();
  uint8_t *sum = sums.data();
  for (int64_t g = 0; g < layer[G]; ++g, sum += inFilter)
    for (size_t m = 0; m < filters; ++m, sum += inFilter)
      for (size_t i = 0; i < inFilter; ++i, ++next) {
        sum[inFilter + i] = static_cast<uint8_t>(sum[i] + *next);
        nonZeros += *next;
        hash = mixed(hash, *next);
      }
}

/// Of one group, what is stored of the share that begins at `at`.
int64_t WeightShares::storedIn(int64_t g, const Extents &at, const Extents &share, int64_t lanes) const {
  constexpr int64_t exact = 255;
  const int64_t inChannel = layer[R] * layer[S], inFilter = layer[C] * inChannel;
  const uint8_t *group = &sums[static_cast<size_t>(g * (layer[M] + 1) * inFilter)];
  const int64_t end = at[M] + share[M];
  int64_t stored = 0;
  auto run = [&](int64_t first, int64_t count) {
    for (int64_t column = first; column < first + count; ++column) {
      int64_t found = 0;
      for (int64_t m = at[M]; m < end; m += exact) {
        const uint8_t *low = group + m * inFilter, *high = group + std::min(m + exact, end) * inFilter;
        found += static_cast<uint8_t>(high[column] - low[column]);
      }
      stored += lockstep ? roundUp(found, lanes) : found;
    }
  };
  bool wholeChannels = share[R] == layer[R] && share[S] == layer[S];
  if (wholeChannels)
    run(at[C] * inChannel, share[C] * inChannel);
  else
    for (int64_t c = at[C]; c < at[C] + share[C]; ++c)
      for (int64_t r = at[R]; r < at[R] + share[R]; ++r)
        run(c * inChannel + r * layer[S] + at[S], share[S]);
  return stored;
}

int64_t WeightShares::wordsOfTile(const Extents &start, const Extents &tile, const Extents &inPe, int64_t lanes,
                                  int64_t enough) const {
  static constexpr std::array<int, 5> dims = {G, M, C, R, S};
  int64_t elements = 1, rawShare = format.rawWords, stored = 0, fullest = 0;
  Extents end = start;
  for (int dim : dims) {
    int64_t extent = std::min(tile[dim], layer[dim] - start[dim]);
    end[dim] += extent;
    elements *= extent;
    rawShare *= std::min(inPe[dim], extent);
  }
  bool rawTooLarge = rawShare > enough;
  Extents at = start, share = start;
  // False once the tile fits neither compressed nor raw: nobody asks by how much.
  auto visit = [&](auto &&self, size_t depth) -> bool {
    if (depth == dims.size()) {
      int64_t inShare = 0;
      for (int64_t g = 0; g < share[G]; ++g)
        inShare += storedIn(at[G] + g, at, share, lanes);
      stored += inShare;
      fullest = std::max(fullest, inShare * format.storedWords);
      return !(rawTooLarge && fullest > enough);
    }
    int dim = dims[depth];
    for (at[dim] = start[dim]; at[dim] < end[dim]; at[dim] += inPe[dim]) {
      share[dim] = std::min(inPe[dim], end[dim] - at[dim]);
      if (!self(self, depth + 1))
        return false;
    }
    return true;
  };
  if (!visit(visit, 0))
    return enough + 1;
  int64_t columns = elements / (end[M] - start[M]) * ceilDiv(end[M] - start[M], inPe[M]);
  int64_t bits = format.nonZeroBits * stored + format.columnBits * columns + format.elementBits * elements;
  bool compressed = ceilDiv(bits, 8) < elements * format.bits / 8;
  return compressed ? std::max<int64_t>(1, fullest) : rawShare;
}

int64_t WeightShares::wordsOver(const Extents &tile, const Extents &inPe, int64_t lanes, int64_t enough) const {
  int64_t most = 0;
  Extents at{};
  for (at[G] = 0; at[G] < layer[G]; at[G] += tile[G])
    for (at[M] = 0; at[M] < layer[M]; at[M] += tile[M])
      for (at[C] = 0; at[C] < layer[C] && most <= enough; at[C] += tile[C])
        most = std::max(most, wordsOfTile(at, tile, inPe, lanes, enough));
  return most;
}

int64_t WeightShares::words(const Extents &tile, const Extents &inPe, int64_t lanes) const {
  return wordsOver(tile, inPe, lanes, std::numeric_limits<int64_t>::max() - 1);
}

bool WeightShares::fit(const Extents &tile, const Extents &inPe, int64_t lanes, int64_t room) const {
  if (leastWords(tile, inPe) > static_cast<double>(room))
    return false;
  auto [entry, isNew] = known.try_emplace({tile[G], tile[M], tile[C], inPe[G], inPe[M], inPe[C], inPe[R], inPe[S], lanes, room});
  if (isNew)
    entry->second = wordsOver(tile, inPe, lanes, room) <= room;
  return entry->second;
}

double WeightShares::leastWords(const Extents &tile, const Extents &inPe) const {
  double shares = 1;
  for (int dim : {G, M, C, R, S})
    shares *= static_cast<double>(ceilDiv(layer[dim], tile[dim]) * ceilDiv(tile[dim], inPe[dim]));
  return static_cast<double>(nonZeros * std::min(format.storedWords, format.rawWords)) / shares;
}
