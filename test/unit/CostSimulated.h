// An array instruction of the estimate in the words of the simulator: they share no code.
#pragma once

#include "runtime/Simulator/ArrayWalk.h"
#include "test/unit/CostRandom.h"

namespace dnnc::cost {

inline sim::Mapping simulated(const ArrayMapping &mapping) {
  auto list = [](const Factors &factors) {
    std::vector<sim::Factor> result;
    for (auto [dim, count] : factors)
      result.push_back({dim, count});
    return result;
  };
  return {list(mapping.passes), list(mapping.clusterRows), list(mapping.clusterColumns),
          list(mapping.peRows), list(mapping.peColumns),   list(mapping.macs),
          list(mapping.spad)};
}

inline sim::ArrayTile simulated(const ArrayTile &tile, const Target &target) {
  sim::ArrayTile result;
  result.extents = tile.extents;
  result.strideH = tile.strides[0], result.strideW = tile.strides[1];
  result.dilationH = tile.dilations[0], result.dilationW = tile.dilations[1];
  result.originH = tile.origin[0], result.originW = tile.origin[1];
  result.ifmapH = tile.ifmap[0], result.ifmapW = tile.ifmap[1];
  result.first = tile.first, result.last = tile.last;
  result.hasParams = tile.hasParams, result.hasTable = tile.hasTable;
  result.ifmapType = result.weightType = tile.type;
  result.outputType = tile.outputBytes == 4   ? ElementType::F32
                      : tile.outputBytes == 2 ? ElementType::I16
                                              : ElementType::I8;
  auto memory = [&](Operand operand) { return static_cast<int>(*target.memoryFor(operand)); };
  result.ifmapMemory = memory(Operand::Ifmap);
  result.weightMemory = memory(Operand::Weight);
  result.paramMemory = result.tableMemory = memory(Operand::Param);
  result.psumMemory = memory(Operand::Psum);
  result.outputMemory = memory(Operand::Ofmap);
  return result;
}

} // namespace dnnc::cost
