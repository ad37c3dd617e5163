#include "lib/Cost/PassTime.h"

#include "lib/Cost/Rounding.h"

#include <algorithm>

using namespace dnnc;
using namespace dnnc::cost;

PassTime::PassTime(const Target &target) : target(target), array(target.array) {
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
      cycles.atLeast(ceilDiv(bytes, memory(index).readBytesPerCycle), CycleTerm::ReadPort);
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

Cycles PassTime::ofDrain(const Leaving &leaving) const {
  int64_t all = leaving.results + leaving.psums;
  Cycles cycles{ceilDiv(all, array.psumNoc.bytesPerCycle), CycleTerm::Drain};
  auto port = [&](int index, int64_t bytes) {
    if (bytes > 0)
      cycles.atLeast(ceilDiv(bytes, memory(index).writeBytesPerCycle), CycleTerm::WritePort);
  };
  bool together = psumMemory == outputMemory;
  port(outputMemory, together ? all : leaving.results);
  port(psumMemory, together ? 0 : leaving.psums);
  return cycles;
}
