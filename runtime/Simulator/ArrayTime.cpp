#include "runtime/Simulator/ArrayTime.h"

#include <algorithm>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

} // namespace

void Stretch::add(const Stretch &other, int64_t times) {
  stages += times * other.stages;
  brought.ifmap += times * other.brought.ifmap;
  brought.weight += times * other.brought.weight;
  brought.psum += times * other.brought.psum;
  left.results += times * other.left.results;
  left.psums += times * other.left.psums;
}

int64_t ArrayTime::ofDelivery(const Delivery &delivery) const {
  const Array &array = target.array;
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

int64_t ArrayTime::of(const Stretch &stretch) const {
  return std::max({stretch.stages, ofDelivery(stretch.brought), ofDrain(stretch.left)});
}

void ArrayTime::append(Flow &flow, const Flow &next, int64_t times) const {
  if (!next.newStretch) {
    flow.open().add(next.head, times);
    return;
  }
  flow.open().add(next.head, 1);
  Stretch between = next.tail;
  between.add(next.head, 1);
  int64_t whole = times * next.whole + (times - 1) * of(between);
  if (flow.newStretch)
    whole += of(flow.tail);
  flow.newStretch = true;
  flow.whole += whole;
  flow.tail = next.tail;
}

} // namespace dnnc::sim
