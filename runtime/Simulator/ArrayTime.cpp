#include "runtime/Simulator/ArrayTime.h"

#include <algorithm>
#include <numeric>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace

ArrayTime::ArrayTime(const ArrayTile &tile, const Target &target) : tile(tile), target(target) {
  const Array &array = target.array;
  bool ifmapStreams = array.ifmapSpad.streams, weightStreams = array.weightSpad.streams,
       psumsStream = array.psumSpad.streams;
  streams = ifmapStreams || weightStreams || psumsStream;
  auto in = [&](const NocPort &noc, int from) {
    return Rate{std::min(noc.bytesPerCycle, memory(from).readBytesPerCycle)};
  };
  auto out = [&](int to) {
    return Rate{std::min(array.psumNoc.bytesPerCycle, memory(to).writeBytesPerCycle)};
  };
  ifmap = in(array.ifmapNoc, tile.ifmapMemory);
  weight = in(array.weightNoc, tile.weightMemory);
  psum = in(array.psumNoc, tile.psumMemory);
  results = out(tile.outputMemory);
  spilled = out(tile.psumMemory);

  std::vector<Rate> rates;
  if (ifmapStreams)
    rates.push_back(ifmap);
  if (weightStreams)
    rates.push_back(weight);
  if (psumsStream)
    rates.insert(rates.end(), {psum, results, spilled});
  auto share = [&](int one, bool oneStreams, int other, bool otherStreams) {
    if (one == other && (oneStreams || otherStreams))
      sharedMemory = one;
  };
  share(tile.ifmapMemory, ifmapStreams, tile.weightMemory, weightStreams);
  share(tile.ifmapMemory, ifmapStreams, tile.psumMemory, psumsStream);
  share(tile.weightMemory, weightStreams, tile.psumMemory, psumsStream);
  if (sharedMemory >= 0) {
    sharedPort = {memory(sharedMemory).readBytesPerCycle};
    rates.push_back(sharedPort);
  }

  // Fractions of cycles add up exactly, unless the rates have next to nothing in common.
  constexpr int64_t finest = 1 << 24;
  for (Rate rate : rates)
    unit = std::min(std::lcm(unit, rate.bytesPerCycle), finest);
}

int64_t ArrayTime::ofDelivery(const Delivery &delivery) const {
  const Array &array = target.array;
  if (array.unlimitedDelivery)
    return 0;
  int64_t cycles = std::max({ceilDivide(delivery.ifmap, array.ifmapNoc.bytesPerCycle),
                             ceilDivide(delivery.weight, array.weightNoc.bytesPerCycle),
                             ceilDivide(delivery.psum, array.psumNoc.bytesPerCycle)});
  std::array<std::pair<int, int64_t>, 3> reads = {{{tile.ifmapMemory, delivery.ifmap},
                                                   {tile.weightMemory, delivery.weight},
                                                   {tile.psumMemory, delivery.psum}}};
  for (const auto &[source, own] : reads) {
    if (own == 0)
      continue;
    int64_t bytes = 0;
    for (const auto &[other, otherBytes] : reads)
      bytes += other == source ? otherBytes : 0;
    cycles = std::max(cycles, ceilDivide(bytes, memory(source).readBytesPerCycle));
  }
  return cycles;
}

int64_t ArrayTime::ofFill(const Delivery &delivery) const {
  if (!target.array.fillsInTurn)
    return ofDelivery(delivery);
  return ofDelivery({.weight = delivery.weight}) + ofDelivery({.ifmap = delivery.ifmap}) +
         ofDelivery({.psum = delivery.psum});
}

int64_t ArrayTime::ofDrain(const Leaving &leaving) const {
  if (target.array.unlimitedDelivery)
    return 0;
  int64_t cycles = ceilDivide(leaving.results + leaving.psums, target.array.psumNoc.bytesPerCycle);
  bool oneMemory = tile.outputMemory == tile.psumMemory;
  if (leaving.results > 0)
    cycles = std::max(cycles, ceilDivide(leaving.results + (oneMemory ? leaving.psums : 0),
                                         memory(tile.outputMemory).writeBytesPerCycle));
  if (leaving.psums > 0)
    cycles = std::max(cycles, ceilDivide(leaving.psums + (oneMemory ? leaving.results : 0),
                                         memory(tile.psumMemory).writeBytesPerCycle));
  return cycles;
}

int64_t ArrayTime::work(int64_t bytes, Rate rate) const {
  if (target.array.unlimitedDelivery)
    return 0;
  if (unit % rate.bytesPerCycle == 0)
    return bytes * (unit / rate.bytesPerCycle);
  return static_cast<int64_t>((static_cast<__int128>(bytes) * unit + rate.bytesPerCycle - 1) /
                              rate.bytesPerCycle);
}

int64_t ArrayTime::cycles(const Stretch &stretch) const { return ceilDivide(stretch.end(), unit); }

void ArrayTime::addStage(Clocks &clocks, int64_t cycles, const Delivery &stepwise, int64_t standing) const {
  if (streams && sharedMemory >= 0 && stepwise.any()) {
    int64_t bytes = (tile.ifmapMemory == sharedMemory ? stepwise.ifmap : 0) +
                    (tile.weightMemory == sharedMemory ? stepwise.weight : 0) +
                    (tile.psumMemory == sharedMemory ? stepwise.psum : 0);
    clocks.bring(Incoming::SharedPort, work(bytes, sharedPort));
  }
  clocks.compute(cycles * unit);
  clocks.stand(standing * unit);
}

void ArrayTime::addStreams(Clocks &clocks, const Delivery &streamed) const {
  int64_t shared = 0;
  auto bring = [&](Incoming clock, int64_t bytes, Rate rate, int from) {
    clocks.bring(clock, work(bytes, rate));
    shared += from == sharedMemory ? bytes : 0;
  };
  bring(Incoming::Ifmap, streamed.ifmap, ifmap, tile.ifmapMemory);
  bring(Incoming::Weight, streamed.weight, weight, tile.weightMemory);
  bring(Incoming::Psum, streamed.psum, psum, tile.psumMemory);
  if (shared > 0)
    clocks.bring(Incoming::SharedPort, work(shared, sharedPort));
}

void ArrayTime::addLeaving(Clocks &clocks, const Leaving &left) const {
  clocks.leave(work(left.results, results) + work(left.psums, spilled));
}

void ArrayTime::add(Stretch &stretch, const Stretch &next, int64_t times) const {
  if (streams)
    stretch.append(next, times);
  else
    stretch.appendStages(next, times);
}

void ArrayTime::append(Flow &flow, const Flow &next, int64_t times) const {
  add(flow.open(), next.head, next.newStretch ? 1 : times);
  if (!next.newStretch)
    return;
  Stretch between = next.tail;
  add(between, next.head, 1);
  int64_t whole = times * next.whole + (times - 1) * cycles(between);
  if (flow.newStretch)
    whole += cycles(flow.tail);
  flow.newStretch = true;
  flow.whole += whole;
  flow.tail = next.tail;
}

} // namespace dnnc::sim
