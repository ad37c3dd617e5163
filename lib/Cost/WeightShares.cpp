#include "lib/Cost/WeightShares.h"

#include "lib/Cost/Rounding.h"
#include "lib/Cost/SentShare.h"

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;

/// FNV-1a.
static uint64_t mixed(uint64_t hash, uint64_t value) { return (hash ^ value) * 0x100000001b3; }
static constexpr uint64_t hashBasis = 0xcbf29ce484222325;

bool cost::weightSharesMatter(const Extents &layer, ElementType type, const Densities &densities,
                              const Array &array) {
  const Spad &spad = array.weightSpad;
  if (!leastSent(densities, type, layer, array).weight.compressed)
    return false;
  // A PE has a psum for each filter and an ifmap element for each (g, c, r, s) at least.
  int64_t columns = array.ifmapSpad.words / spadWords(type, array.ifmapSpad, array.ifmapNoc);
  int64_t most =
      std::min(array.psumSpad.words, layer[M]) * std::min(columns, layer[G] * layer[C] * layer[R] * layer[S]);
  int64_t sets = spad.doubleBuffered || spad.streams ? 1 : 2;
  return most * spadWords(type, spad, array.weightNoc) * sets > spad.words;
}

size_t WeightShares::Hash::operator()(const Key &key) const {
  uint64_t hash = hashBasis;
  for (int64_t value : key)
    hash = mixed(hash, static_cast<uint64_t>(value)), hash ^= hash >> 29;
  return hash;
}

WeightShares::WeightShares(const Extents &layer, ElementType type, const Array &array,
                           std::span<const uint8_t> present)
    : layer(layer), lockstep(array.skipping.macs == Skipping::Macs::Lockstep), hash(hashBasis) {
  constexpr int64_t countBits = 4, addressBits = 7; // JETCAS 2019, section III-B
  format.bits = format.nonZeroBits = bytesOf(type) * 8;
  if (array.weightNoc.format == NocFormat::Csc)
    format.nonZeroBits += countBits, format.columnBits = addressBits;
  else
    format.elementBits = 1;
  format.storedWords = spadWords(type, array.weightSpad, array.weightNoc);
  format.rawWords = ceilDiv(format.bits, array.weightSpad.bits);

  auto inFilter = static_cast<size_t>(layer[C] * layer[R] * layer[S]),
       filters = static_cast<size_t>(layer[M]);
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

/// Adds to each column of a group what is stored of so many of its filters.
void WeightShares::addColumns(int64_t g, int64_t m, int64_t filters, int64_t lanes,
                              std::vector<uint32_t> &columns) const {
  constexpr int64_t exact = 255;
  const size_t inFilter = columns.size();
  auto rowOf = [&](int64_t filter) {
    return &sums[static_cast<size_t>(g * (layer[M] + 1) + filter) * inFilter];
  };
  const auto step = static_cast<uint32_t>(lockstep ? lanes : 1);
  if (filters <= exact && (step & (step - 1)) == 0) { // the common case, without a division
    const uint8_t *low = rowOf(m), *high = rowOf(m + filters);
    for (size_t i = 0; i < inFilter; ++i)
      columns[i] += (static_cast<uint8_t>(high[i] - low[i]) + step - 1) & ~(step - 1);
    return;
  }
  std::vector<uint32_t> found(inFilter);
  for (int64_t end = m + filters; m < end; m += exact) {
    const uint8_t *low = rowOf(m), *high = rowOf(std::min(m + exact, end));
    for (size_t i = 0; i < inFilter; ++i)
      found[i] += static_cast<uint8_t>(high[i] - low[i]);
  }
  for (size_t i = 0; i < inFilter; ++i)
    columns[i] += (found[i] + step - 1) / step * step;
}

template <typename Share, typename Tile>
void WeightShares::visitShares(const Extents &tile, const Extents &inPe, int64_t lanes, Share share,
                               Tile tileEnds) const {
  const int64_t inChannel = layer[R] * layer[S];
  auto end = [](int64_t from, int64_t step, int64_t last) { return std::min(from + step, last); };
  std::vector<uint32_t> columns;
  // By block of G and M, since the columns of a block serve all blocks of the rest: those of a tile of G and
  // M are kept.
  std::vector<std::vector<uint32_t>> blocks;
  for (int64_t g = 0; g < layer[G]; g += tile[G])
    for (int64_t m = 0; m < layer[M]; m += tile[M]) {
      const int64_t lastG = end(g, tile[G], layer[G]), lastM = end(m, tile[M], layer[M]);
      blocks.clear();
      for (int64_t first = g; first < lastG; first += inPe[G])
        for (int64_t filter = m; filter < lastM; filter += inPe[M]) {
          columns.assign(static_cast<size_t>(layer[C] * inChannel), 0);
          for (int64_t group = first; group < end(first, inPe[G], lastG); ++group)
            addColumns(group, filter, end(filter, inPe[M], lastM) - filter, lanes, columns);
          blocks.push_back(columns);
        }
      for (int64_t c = 0; c < layer[C]; c += tile[C]) {
        const int64_t lastC = end(c, tile[C], layer[C]);
        for (const std::vector<uint32_t> &block : blocks)
          for (int64_t channel = c; channel < lastC; channel += inPe[C])
            for (int64_t r = 0; r < layer[R]; r += inPe[R])
              for (int64_t s = 0; s < layer[S]; s += inPe[S]) {
                int64_t stored = 0;
                auto add = [&](int64_t from, int64_t to) {
                  for (int64_t i = from; i < to; ++i)
                    stored += block[static_cast<size_t>(i)];
                };
                const int64_t lastChannel = end(channel, inPe[C], lastC);
                if (inPe[R] >= layer[R] && inPe[S] >= layer[S])
                  add(channel * inChannel, lastChannel * inChannel);
                else
                  for (int64_t i = channel; i < lastChannel; ++i)
                    for (int64_t row = r; row < end(r, inPe[R], layer[R]); ++row)
                      add(i * inChannel + row * layer[S] + s,
                          i * inChannel + row * layer[S] + end(s, inPe[S], layer[S]));
                share(stored);
              }
        Extents size{};
        size[G] = lastG - g, size[M] = lastM - m, size[C] = lastC - c, size[R] = layer[R], size[S] = layer[S];
        tileEnds(size);
      }
    }
}

int64_t WeightShares::fullestStored(const Extents &tile, const Extents &inPe, int64_t lanes) const {
  // Of a tile of whole shares it does not matter where it ends (fit() asks for no others).
  Extents cut = tile;
  for (int dim : {G, M, C})
    if (tile[dim] % inPe[dim] == 0 || tile[dim] >= layer[dim])
      cut[dim] = layer[dim];
  auto [entry, isNew] =
      knownStored.try_emplace({cut[G], cut[M], cut[C], inPe[G], inPe[M], inPe[C], inPe[R], inPe[S], lanes});
  if (isNew) {
    int64_t fullest = 0;
    visitShares(
        cut, inPe, lanes, [&](int64_t stored) { fullest = std::max(fullest, stored); },
        [](const Extents &) {});
    entry->second = fullest;
  }
  return entry->second;
}

/// Whether every tile is smaller compressed, if each of its shares has so much.
bool WeightShares::allCompressed(const Extents &tile, const Extents &inPe, int64_t stored) const {
  auto sizes = [&](int dim) {
    return std::array{std::min(tile[dim], layer[dim]), (layer[dim] - 1) % tile[dim] + 1};
  };
  for (int64_t g : sizes(G))
    for (int64_t m : sizes(M))
      for (int64_t c : sizes(C)) {
        int64_t columns = g * c * layer[R] * layer[S] * ceilDiv(m, inPe[M]),
                elements = g * m * c * layer[R] * layer[S];
        int64_t shares = ceilDiv(g, inPe[G]) * ceilDiv(m, inPe[M]) * ceilDiv(c, inPe[C]) *
                         ceilDiv(layer[R], inPe[R]) * ceilDiv(layer[S], inPe[S]);
        if (!format.compresses(stored * shares, columns, elements))
          return false;
      }
  return true;
}

int64_t WeightShares::wordsOfTiles(const Extents &tile, const Extents &inPe, int64_t lanes) const {
  auto [entry, isNew] =
      knownWords.try_emplace({tile[G], tile[M], tile[C], inPe[G], inPe[M], inPe[C], inPe[R], inPe[S], lanes});
  if (!isNew)
    return entry->second;
  int64_t most = 0, fullest = 0, all = 0;
  auto share = [&](int64_t stored) { fullest = std::max(fullest, stored), all += stored; };
  auto tileEnds = [&](const Extents &size) {
    int64_t columns = size[G] * size[C] * size[R] * size[S] * ceilDiv(size[M], inPe[M]), elements = 1,
            raw = 1;
    for (int dim : {G, M, C, R, S})
      elements *= size[dim], raw *= std::min(inPe[dim], size[dim]);
    bool compressed = format.compresses(all, columns, elements);
    most = std::max(most,
                    compressed ? std::max<int64_t>(1, fullest * format.storedWords) : raw * format.rawWords);
    fullest = all = 0;
  };
  visitShares(tile, inPe, lanes, share, tileEnds);
  return entry->second = most;
}

int64_t WeightShares::words(const Extents &tile, const Extents &inPe, int64_t lanes) const {
  int64_t stored = fullestStored(tile, inPe, lanes);
  return allCompressed(tile, inPe, stored) ? std::max<int64_t>(1, stored * format.storedWords)
                                           : wordsOfTiles(tile, inPe, lanes);
}

bool WeightShares::fit(const Extents &tile, const Extents &inPe, int64_t lanes, int64_t room) const {
  int64_t all = inPe[G] * (lockstep ? roundUp(inPe[M], lanes) : inPe[M]) * inPe[C] * inPe[R] * inPe[S];
  if (all * std::max(format.storedWords, format.rawWords) <= room)
    return true;
  for (int dim : {G, M, C})
    if (tile[dim] % inPe[dim] != 0 && tile[dim] < layer[dim])
      return false;
  return leastWords(tile, inPe) <= static_cast<double>(room) && words(tile, inPe, lanes) <= room;
}

double WeightShares::leastWords(const Extents &tile, const Extents &inPe) const {
  double shares = 1;
  for (int dim : {G, M, C, R, S})
    shares *= static_cast<double>(ceilDiv(layer[dim], tile[dim]) * ceilDiv(tile[dim], inPe[dim]));
  return static_cast<double>(nonZeros * std::min(format.storedWords, format.rawWords)) / shares;
}
