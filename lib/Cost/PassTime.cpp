#include "lib/Cost/PassTime.h"

#include <algorithm>
#include <numeric>

using namespace dnnc;
using namespace dnnc::cost;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

static void addTo(CyclesByTerm &sum, const CyclesByTerm &other, int64_t times) {
  for (size_t term = 0; term < cycleTerms; ++term)
    sum[term] += other[term] * static_cast<double>(times);
}

void Stretch::add(const Stretch &other, int64_t times) {
  addTo(stages, other.stages, times);
  brought.ifmap += other.brought.ifmap * times;
  brought.weight += other.brought.weight * times;
  brought.psum += other.brought.psum * times;
  left.results += other.left.results * times;
  left.psums += other.left.psums * times;
}

PassTime::PassTime(const ArrayTile &tile, const Target &target)
    : target(target), array(target.array),
      streams(array.ifmapSpad.streams || array.weightSpad.streams || array.psumSpad.streams) {
  auto memoryFor = [&](Operand operand) { return static_cast<int>(target.memoryFor(operand).value_or(0)); };
  ifmapMemory = memoryFor(Operand::Ifmap);
  weightMemory = memoryFor(Operand::Weight);
  psumMemory = memoryFor(Operand::Psum);
  outputMemory = memoryFor(Operand::Ofmap);
}

Cycles PassTime::ofDelivery(const Delivery &delivery) const {
  Cycles cycles;
  cycles.atLeast(ceilDiv(delivery.ifmap, array.ifmapNoc.bytesPerCycle), CycleTerm::IfmapNoc);
  cycles.atLeast(ceilDiv(delivery.weight, array.weightNoc.bytesPerCycle), CycleTerm::WeightNoc);
  cycles.atLeast(ceilDiv(delivery.psum, array.psumNoc.bytesPerCycle), CycleTerm::PsumNoc);
  auto port = [&](int index) {
    int64_t bytes = (index == ifmapMemory ? delivery.ifmap : 0) +
                    (index == weightMemory ? delivery.weight : 0) + (index == psumMemory ? delivery.psum : 0);
    if (bytes > 0)
      cycles.atLeast(ceilDiv(bytes, memory(index).readBytesPerCycle), CycleTerm::Memory);
  };
  port(ifmapMemory);
  if (weightMemory != ifmapMemory)
    port(weightMemory);
  if (psumMemory != ifmapMemory && psumMemory != weightMemory)
    port(psumMemory);
  return cycles;
}

int64_t PassTime::ofFill(const Delivery &delivery) const {
  if (!array.fillsInTurn)
    return ofDelivery(delivery).count;
  return ofDelivery({delivery.ifmap, 0, 0}).count + ofDelivery({0, delivery.weight, 0}).count +
         ofDelivery({0, 0, delivery.psum}).count;
}

int64_t PassTime::ofDrain(const Leaving &leaving) const {
  int64_t all = leaving.results + leaving.psums;
  int64_t cycles = ceilDiv(all, array.psumNoc.bytesPerCycle);
  auto port = [&](int index, int64_t bytes) {
    if (bytes > 0)
      cycles = std::max(cycles, ceilDiv(bytes, memory(index).writeBytesPerCycle));
  };
  bool together = psumMemory == outputMemory;
  port(outputMemory, together ? all : leaving.results);
  port(psumMemory, together ? 0 : leaving.psums);
  return cycles;
}

/// A stretch takes its stages, or as long as what streams through it needs.
void PassTime::addStretch(CyclesByTerm &cycles, const Stretch &stretch, int64_t times) const {
  if (streams) {
    double stages = std::accumulate(stretch.stages.begin(), stretch.stages.end(), 0.0);
    Cycles flowing = ofDelivery(stretch.brought);
    flowing.atLeast(ofDrain(stretch.left), CycleTerm::Drain);
    if (auto count = static_cast<double>(flowing.count); count > stages) {
      cycles[static_cast<size_t>(flowing.term)] += count * static_cast<double>(times);
      return;
    }
  }
  addTo(cycles, stretch.stages, times);
}

void PassTime::beginStretch(Flow &flow, int64_t cycles) const {
  if (flow.newStretch) {
    addStretch(flow.whole, flow.tail, 1);
    flow.tail = Stretch();
  }
  flow.newStretch = true;
  flow.whole[static_cast<size_t>(CycleTerm::RampUp)] += static_cast<double>(cycles);
}

void PassTime::append(Flow &flow, const Flow &next, int64_t times) const {
  if (times == 0)
    return;
  flow.open().add(next.head, next.newStretch ? 1 : times);
  if (!next.newStretch)
    return;
  if (flow.newStretch)
    addStretch(flow.whole, flow.tail, 1);
  if (times > 1) {
    Stretch between = next.tail;
    between.add(next.head, 1);
    addStretch(flow.whole, between, times - 1);
  }
  addTo(flow.whole, next.whole, times);
  flow.newStretch = true;
  flow.tail = next.tail;
}

CyclesByTerm PassTime::of(const Flow &flow) const {
  CyclesByTerm cycles = flow.whole;
  addStretch(cycles, flow.head, 1);
  addStretch(cycles, flow.tail, 1);
  return cycles;
}
