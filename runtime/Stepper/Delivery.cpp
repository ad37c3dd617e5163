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
  for (size_t i = 0; i < pes.size(); ++i) {
    std::vector<int64_t> words = ifmapWords(pes[i], pass.block);
    if (pass.slides) {
      std::vector<int64_t> kept = ifmapWords(pes[i], before), others;
      std::set_difference(words.begin(), words.end(), kept.begin(), kept.end(), std::back_inserter(others));
      words.swap(others);
    }
    for (size_t order = 0; order < words.size(); ++order)
      requests.push_back({words[order], static_cast<uint32_t>(i), static_cast<uint32_t>(order)});
  }
}

void Machine::keepIfmap(const Pass &pass) {
  for (Pe &pe : pes) {
    std::vector<int64_t> kept;
    if (pass.slides)
      for (int64_t word : ifmapWords(pe, pass.block))
        if (pe.ifmap.holds(word))
          kept.push_back(word);
    pe.ifmap.keep(kept);
  }
}

void Machine::sendIfmap(const Pass &pass, const Block &before) {
  requestIfmap(pass, before);
  sendRequests(ifmapNetwork, pass, array.ifmapNoc.multicast, ifmapBytes, work.ifmapFetched);
}

void Machine::sendWeights(const Pass &pass) {
  for (size_t i = 0; i < pes.size(); ++i) {
    Block part = pass.block.part(pes[i].position.offset, layout.perPe);
    if (part.empty())
      continue;
    const Extents &at = part.start, &count = part.count;
    uint32_t order = 0;
    for (int64_t g = at[G]; g < at[G] + count[G]; ++g)
      for (int64_t c = at[C]; c < at[C] + count[C]; ++c)
        for (int64_t r = at[R]; r < at[R] + count[R]; ++r)
          for (int64_t s = at[S]; s < at[S] + count[S]; ++s)
            for (int64_t m = at[M]; m < at[M] + count[M]; ++m)
              requests.push_back({weightWord(g, m, c, r, s), static_cast<uint32_t>(i), order++});
  }
  sendRequests(weightNetwork, pass, array.weightNoc.multicast, weightBytes, work.weightFetched);
}

void Machine::sendRequests(Network &network, const Pass &pass, bool multicast, int64_t bytes,
                           int64_t &fetched) {
  std::sort(requests.begin(), requests.end(), [](const Request &a, const Request &b) {
    return a.word != b.word ? a.word < b.word : a.receiver < b.receiver;
  });
  network.clear();
  std::vector<std::pair<uint32_t, Parcel>> parcels; // with the place in which its first receiver uses it
  int64_t word = -1, node = -1;
  for (const Request &request : requests) {
    bool another = request.word != word;
    if (another || !multicast)
      parcels.push_back({request.order,
                         {.pass = pass.number,
                          .word = request.word,
                          .bytes = bytes,
                          .firstReceiver = network.receivers.size(),
                          .receivers = 0,
                          .hops = 0,
                          .after = 0}});
    auto &[order, parcel] = parcels.back();
    if (another) {
      word = request.word;
      node = -1;
      ++fetched;
    }
    if (pes[request.receiver].position.node != node) {
      node = pes[request.receiver].position.node;
      ++parcel.hops;
    }
    order = std::min(order, request.order);
    network.receivers.push_back(request.receiver);
    ++parcel.receivers;
  }
  // All PEs get on alike.
  std::sort(parcels.begin(), parcels.end(), [](const auto &a, const auto &b) {
    return a.first != b.first ? a.first < b.first : a.second.firstReceiver < b.second.firstReceiver;
  });
  for (const auto &[order, parcel] : parcels)
    network.send(parcel);
  requests.clear();
}

std::vector<std::pair<uint32_t, int64_t>> Machine::psumsOf(const Block &block) const {
  std::vector<std::vector<int64_t>> byChain(chains.size());
  size_t longest = 0;
  for (size_t chain = 0; chain < chains.size(); ++chain) {
    Block part = block.part(pes[chains[chain].front()].position.offset, layout.perPe);
    if (part.empty())
      continue;
    const Extents &at = part.start, &count = part.count;
    for (int64_t n = at[N]; n < at[N] + count[N]; ++n)
      for (int64_t g = at[G]; g < at[G] + count[G]; ++g)
        for (int64_t m = at[M]; m < at[M] + count[M]; ++m)
          for (int64_t p = at[P]; p < at[P] + count[P]; ++p)
            for (int64_t q = at[Q]; q < at[Q] + count[Q]; ++q)
              byChain[chain].push_back(psumWord(n, g, m, p, q));
    longest = std::max(longest, byChain[chain].size());
  }
  std::vector<std::pair<uint32_t, int64_t>> psums;
  for (size_t i = 0; i < longest; ++i)
    for (size_t chain = 0; chain < chains.size(); ++chain)
      if (i < byChain[chain].size())
        psums.emplace_back(static_cast<uint32_t>(chain), byChain[chain][i]);
  return psums;
}

void Machine::sendPsums(const Pass &pass) {
  psumNetwork.clear();
  for (auto [chain, psum] : psumsOf(pass.block)) {
    psumNetwork.send({.pass = pass.number,
                      .word = psum,
                      .bytes = psumBytes,
                      .firstReceiver = psumNetwork.receivers.size(),
                      .receivers = 1,
                      .hops = 1,
                      .after = psumsStream ? psumMemory[static_cast<size_t>(psum)].begun - 1 : 0});
    psumNetwork.receivers.push_back(chains[chain].front());
  }
}

} // namespace dnnc::stepper
