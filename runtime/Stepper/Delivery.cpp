// Which words a pass needs, and in which PEs.
#include "runtime/Stepper/Machine.h"

#include <algorithm>

namespace dnnc::stepper {

int64_t Machine::ifmapWord(int64_t n, int64_t g, int64_t c, int64_t h, int64_t w) const {
  const Extents &e = tile.extents;
  return (((n * e[G] + g) * e[C] + c) * tile.ifmapRows + h - tile.ifmapRow) * tile.ifmapColumns + w -
         tile.ifmapColumn;
}

int64_t Machine::weightWord(int64_t g, int64_t m, int64_t c, int64_t r, int64_t s) const {
  const Extents &e = tile.extents;
  return (((g * e[M] + m) * e[C] + c) * e[R] + r) * e[S] + s;
}

int64_t Machine::psumWord(int64_t n, int64_t g, int64_t m, int64_t p, int64_t q) const {
  const Extents &e = tile.extents;
  return (((n * e[G] + g) * e[M] + m) * e[P] + p) * e[Q] + q;
}

std::vector<int64_t> Machine::ifmapWords(const Pe &pe, const Block &block) const {
  std::vector<int64_t> words;
  Block part = block.part(pe.position.offset, layout.perPe);
  if (part.empty())
    return words;
  const Extents &at = part.start, &count = part.count;
  std::vector<int64_t> rows =
      coordinates(tile.originH, at[P], count[P], tile.strideH, at[R], count[R], tile.dilationH, tile.ifmapH);
  std::vector<int64_t> columns =
      coordinates(tile.originW, at[Q], count[Q], tile.strideW, at[S], count[S], tile.dilationW, tile.ifmapW);
  for (int64_t n = at[N]; n < at[N] + count[N]; ++n)
    for (int64_t g = at[G]; g < at[G] + count[G]; ++g)
      for (int64_t c = at[C]; c < at[C] + count[C]; ++c)
        for (int64_t h : rows)
          for (int64_t w : columns)
            words.push_back(ifmapWord(n, g, c, h, w));
  return words; // ascending
}

void Machine::requestIfmap(const Pass &pass, const Block &before) {
  const Extents &e = tile.extents;
  const int64_t plane = tile.ifmapRows * tile.ifmapColumns;
  for (size_t i = 0; i < pes.size(); ++i) {
    std::vector<int64_t> words = ifmapWords(pes[i], pass.block);
    if (pass.slides) {
      std::vector<int64_t> kept = ifmapWords(pes[i], before), others;
      std::set_difference(words.begin(), words.end(), kept.begin(), kept.end(), std::back_inserter(others));
      words.swap(others);
    }
    uint32_t order = 0;
    auto request = [&](int64_t word, int64_t bits, int64_t spadWords) {
      requests.push_back({word, static_cast<uint32_t>(i), order++, bits, spadWords});
    };
    // A column holds the PE's channels of one position.
    auto positionOf = [&](int64_t word) { return word / plane / e[C] * plane + word % plane; };
    if (ifmapFormat.hasColumns())
      std::sort(words.begin(), words.end(), [&](int64_t a, int64_t b) {
        return positionOf(a) != positionOf(b) ? positionOf(a) < positionOf(b) : a < b;
      });
    int64_t position = -1;
    for (int64_t word : words) {
      if (ifmapFormat.hasColumns() && positionOf(word) != position) {
        position = positionOf(word);
        int64_t channel = word / plane % e[C], share = channel / layout.perPe[C];
        int64_t column = word + (share - channel) * plane; // one for all channels of the share
        request(static_cast<int64_t>(tile.ifmap.size()) + column, ifmapFormat.columnBits, 0);
      }
      bool zero = isZero(tile.ifmap[static_cast<size_t>(word)]);
      request(word, ifmapFormat.bitsOf(zero), ifmapFormat.wordsOf(zero));
    }
  }
}

void Machine::keepIfmap(Pe &pe, const Pass &pass) {
  std::vector<int64_t> kept;
  if (pass.slides)
    for (int64_t word : ifmapWords(pe, pass.block))
      if (pe.ifmap.holds(word))
        kept.push_back(word);
  pe.ifmap.keep(kept);
}

void Machine::sendIfmap(const Pass &pass, const Block &before) {
  requestIfmap(pass, before);
  if (array.ifmapSpad.address.words > 0)
    work.ifmapAddressWritten += addressesIn(ifmapFormat, tile.ifmap.size());
  sendRequests(ifmapNetwork, pass, ifmapFormat, array.ifmapNoc.multicast, tile.ifmap.size(), work.ifmapFetched);
}

/// Of the requests, those for the address of a column.
int64_t Machine::addressesIn(const Format &format, size_t elements) const {
  if (!format.hasColumns())
    return 0;
  return std::count_if(requests.begin(), requests.end(),
                       [&](const Request &request) { return request.word >= static_cast<int64_t>(elements); });
}

void Machine::requestWeights(uint32_t receiver, const Block &part) {
  const Extents &at = part.start, &count = part.count;
  uint32_t order = 0;
  auto request = [&](int64_t word, int64_t bits, int64_t spadWords) {
    requests.push_back({word, receiver, order++, bits, spadWords});
  };
  auto requestColumn = [&](int64_t g, int64_t c, int64_t r, int64_t s) {
    int64_t padding = weightFormat.compressed ? paddingOf(g, at[M], count[M], c, r, s) : 0;
    if (int64_t bits = weightFormat.columnBits + padding * weightFormat.nonZeroBits; bits > 0)
      request(static_cast<int64_t>(tile.weight.size()) + weightWord(g, at[M] / layout.perPe[M], c, r, s),
              bits, padding * weightFormat.words);
    for (int64_t m = at[M]; m < at[M] + count[M]; ++m) {
      int64_t word = weightWord(g, m, c, r, s);
      bool zero = isZero(tile.weight[static_cast<size_t>(word)]);
      request(word, weightFormat.bitsOf(zero), weightFormat.wordsOf(zero));
    }
  };
  // In the order in which the multipliers use them.
  for (int64_t g = at[G]; g < at[G] + count[G]; ++g)
    if (ifmapFormat.hasColumns()) {
      for (int64_t r = at[R]; r < at[R] + count[R]; ++r)
        for (int64_t s = at[S]; s < at[S] + count[S]; ++s)
          for (int64_t c = at[C]; c < at[C] + count[C]; ++c)
            requestColumn(g, c, r, s);
    } else {
      for (int64_t c = at[C]; c < at[C] + count[C]; ++c)
        for (int64_t r = at[R]; r < at[R] + count[R]; ++r)
          for (int64_t s = at[S]; s < at[S] + count[S]; ++s)
            requestColumn(g, c, r, s);
    }
}

void Machine::sendWeights(const Pass &pass) {
  for (size_t i = 0; i < pes.size(); ++i)
    if (Block part = pass.block.part(pes[i].position.offset, layout.perPe); !part.empty())
      requestWeights(static_cast<uint32_t>(i), part);
  if (array.weightSpad.address.words > 0)
    work.weightAddressWritten += addressesIn(weightFormat, tile.weight.size());
  sendRequests(weightNetwork, pass, weightFormat, array.weightNoc.multicast, tile.weight.size(), work.weightFetched);
}

/// A pass whose masks would make it larger goes without them.
void Machine::sendAsItIs(const Format &format, bool multicast, size_t elements) {
  int64_t masked = 0, raw = 0, word = -1;
  for (const Request &request : requests) {
    if (multicast && request.word == word)
      continue;
    word = request.word;
    masked += request.bits;
    raw += word < static_cast<int64_t>(elements) ? format.rawBits : 0;
  }
  if (raw >= masked)
    return;
  for (Request &request : requests)
    request.bits = request.word < static_cast<int64_t>(elements) ? format.rawBits : 0;
}

void Machine::sendRequests(Network &network, const Pass &pass, const Format &format, bool multicast,
                           size_t elements, int64_t &fetched) {
  std::sort(requests.begin(), requests.end(), [](const Request &a, const Request &b) {
    return a.word != b.word ? a.word < b.word : a.receiver < b.receiver;
  });
  if (format.rawBits > 0)
    sendAsItIs(format, multicast, elements);
  network.clear();
  std::vector<std::pair<uint32_t, Parcel>> parcels; // with the place in which its first receiver uses it
  int64_t word = -1, node = -1;
  int64_t bits = 0, hopBits = 0;
  for (const Request &request : requests) {
    bool another = request.word != word;
    if (another || !multicast) {
      parcels.push_back({request.order,
                         {.pass = pass.number,
                          .word = request.word,
                          .bits = request.bits,
                          .spadWords = request.spadWords,
                          .firstReceiver = network.receivers.size(),
                          .receivers = 0,
                          .hopBits = 0,
                          .after = 0}});
      bits += request.bits;
    }
    auto &[order, parcel] = parcels.back();
    if (another) {
      word = request.word;
      node = -1;
      fetched += word < static_cast<int64_t>(elements);
    }
    if (pes[request.receiver].position.node != node) {
      node = pes[request.receiver].position.node;
      parcel.hopBits += request.bits;
      hopBits += request.bits;
    }
    order = std::min(order, request.order);
    network.receivers.push_back(request.receiver);
    ++parcel.receivers;
  }
  requests.clear();
  if (parcels.empty())
    return;
  // All PEs get on alike.
  std::sort(parcels.begin(), parcels.end(), [](const auto &a, const auto &b) {
    return a.first != b.first ? a.first < b.first : a.second.firstReceiver < b.second.firstReceiver;
  });
  // What a pass gets ends with a whole byte.
  auto toByte = [](int64_t sum) { return (8 - sum % 8) % 8; };
  parcels.back().second.bits += toByte(bits);
  parcels.back().second.hopBits += toByte(hopBits);
  for (const auto &[order, parcel] : parcels)
    network.send(parcel);
}

std::vector<int64_t> Machine::psumsOf(uint32_t chain, const Block &block) const {
  std::vector<int64_t> psums;
  Block part = block.part(pes[chains[chain].front()].position.offset, layout.perPe);
  if (part.empty())
    return psums;
  const Extents &at = part.start, &count = part.count;
  for (int64_t n = at[N]; n < at[N] + count[N]; ++n)
    for (int64_t g = at[G]; g < at[G] + count[G]; ++g)
      for (int64_t m = at[M]; m < at[M] + count[M]; ++m)
        for (int64_t p = at[P]; p < at[P] + count[P]; ++p)
          for (int64_t q = at[Q]; q < at[Q] + count[Q]; ++q)
            psums.push_back(psumWord(n, g, m, p, q));
  return psums;
}

std::vector<std::pair<uint32_t, int64_t>> Machine::psumsOf(const Block &block) const {
  std::vector<std::vector<int64_t>> byChain;
  size_t longest = 0;
  for (uint32_t chain = 0; chain < chains.size(); ++chain) {
    byChain.push_back(psumsOf(chain, block));
    longest = std::max(longest, byChain.back().size());
  }
  std::vector<std::pair<uint32_t, int64_t>> psums;
  for (size_t i = 0; i < longest; ++i)
    for (uint32_t chain = 0; chain < chains.size(); ++chain)
      if (i < byChain[chain].size())
        psums.emplace_back(chain, byChain[chain][i]);
  return psums;
}

void Machine::sendPsums(const Pass &pass) {
  psumNetwork.clear();
  for (auto [chain, psum] : psumsOf(pass.block)) {
    psumNetwork.send({.pass = pass.number,
                      .word = psum,
                      .bits = 8 * psumBytes,
                      .spadWords = 1,
                      .firstReceiver = psumNetwork.receivers.size(),
                      .receivers = 1,
                      .hopBits = 8 * psumBytes,
                      .after = psumsStream ? psumMemory[static_cast<size_t>(psum)].begun - 1 : 0});
    psumNetwork.receivers.push_back(chains[chain].front());
  }
}

} // namespace dnnc::stepper
