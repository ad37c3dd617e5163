#include "lib/Cost/PassStreams.h"

#include <algorithm>
#include <numeric>

using namespace dnnc;
using namespace dnnc::cost;

PassStreams::PassStreams(const Target &target, int64_t parts) : leave(target.array.psumSpad.streams), ticks(parts) {
  const Array &array = target.array;
  if (!array.ifmapSpad.streams && !array.weightSpad.streams && !leave)
    return;
  // Bytes a cycle until toTicks().
  makeIncoming(target);
  if (leave) {
    auto port = [&](Operand operand) {
      return target.memories[target.memoryFor(operand).value_or(0)].writeBytesPerCycle;
    };
    results = std::min(array.psumNoc.bytesPerCycle, port(Operand::Ofmap));
    psums = std::min(array.psumNoc.bytesPerCycle, port(Operand::Psum));
    narrowPort = std::max(results, psums) < array.psumNoc.bytesPerCycle;
  }
  toTicks();
}

void PassStreams::makeIncoming(const Target &target) {
  const Array &array = target.array;
  struct Way {
    bool streams;
    size_t memory;
    int64_t network;
    CycleTerm term;
    int64_t Incoming::*bytes;
  };
  auto way = [&](const Spad &spad, Operand operand, const NocPort &network, CycleTerm term,
                 int64_t Incoming::*bytes) {
    return Way{spad.streams, target.memoryFor(operand).value_or(0), network.bytesPerCycle, term, bytes};
  };
  const std::array<Way, 3> ways = {
      way(array.ifmapSpad, Operand::Ifmap, array.ifmapNoc, CycleTerm::IfmapNoc, &Incoming::ifmap),
      way(array.weightSpad, Operand::Weight, array.weightNoc, CycleTerm::WeightNoc, &Incoming::weight),
      way(array.psumSpad, Operand::Psum, array.psumNoc, CycleTerm::PsumNoc, &Incoming::psum)};
  for (size_t i = 0; i < ways.size(); ++i) {
    int64_t port = target.memories[ways[i].memory].readBytesPerCycle, networks = 0;
    Incoming through{CycleTerm::ReadPort, 0, 0, 0};
    bool streams = false, known = false;
    for (size_t j = 0; j < ways.size(); ++j)
      if (ways[j].memory == ways[i].memory) {
        networks += ways[j].network;
        through.*ways[j].bytes = port;
        streams |= ways[j].streams;
        known |= j < i;
      }
    // A port that all its networks together do not outrun is never the slowest; nor is a network before a
    // port that is slower.
    bool slowPort = port < networks;
    if (slowPort && streams && !known)
      incoming[incomings++] = through;
    if (ways[i].streams && (!slowPort || ways[i].network < port)) {
      Incoming network{ways[i].term, 0, 0, 0};
      network.*ways[i].bytes = ways[i].network;
      incoming[incomings++] = network;
    }
  }
}

/// From bytes a cycle to ticks a byte.
void PassStreams::toTicks() {
  // Beyond any machine's rates a tick is not exact: sums of ticks have to fit in 64 bits.
  constexpr int64_t most = int64_t(1) << 26;
  std::array<int64_t *, 3 * mostIncoming + 2> rates;
  size_t count = 0;
  for (Incoming &way : std::span(incoming.data(), incomings))
    for (int64_t *rate : {&way.ifmap, &way.weight, &way.psum})
      rates[count++] = rate;
  rates[count++] = &results;
  rates[count++] = &psums;
  for (int64_t *rate : std::span(rates.data(), count))
    if (*rate > 0)
      ticks = std::min(most, std::lcm(ticks, *rate));
  for (int64_t *rate : std::span(rates.data(), count))
    if (*rate > 0)
      *rate = ticks / *rate + (ticks % *rate > 0);
}
