#include "runtime/Simulator/VectorWork.h"

#include <algorithm>

namespace dnnc::sim {
namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

template <typename Instruction>
int64_t iterations(const Instruction &instruction, const Resolve &resolve, size_t begin, size_t end) {
  int64_t count = 1;
  for (size_t d = begin; d < end; ++d)
    count *= clip(instruction.extents[d], resolve(instruction.offsets[d]), instruction.bounds[d]).count;
  return count;
}

template <typename Instruction> int64_t iterations(const Instruction &instruction, const Resolve &resolve) {
  return iterations(instruction, resolve, 0, instruction.extents.size());
}

bool isSpecial(const isa::LaneStep &step) {
  switch (step.opcode) {
  case isa::LaneOpcode::Exp:
  case isa::LaneOpcode::Log:
  case isa::LaneOpcode::Erf:
  case isa::LaneOpcode::Pow:
  case isa::LaneOpcode::Tanh:
  case isa::LaneOpcode::Sin:
  case isa::LaneOpcode::Cos:
  case isa::LaneOpcode::Div:
  case isa::LaneOpcode::Sqrt:
    return true;
  default:
    return false;
  }
}

bool hasSpecial(const isa::LanesRow &program) {
  return std::any_of(program.steps.begin(), program.steps.end(), isSpecial);
}

int64_t stepsOf(const isa::LanesRow &program) { return static_cast<int64_t>(program.steps.size()); }

const isa::LanesRow &row(const std::vector<isa::LanesRow> &lanes, int64_t index) {
  return lanes.at(static_cast<size_t>(index));
}

} // namespace

Clip clip(int64_t extent, int64_t offset, int64_t bound) {
  // In 128 bits: a damaged program may have any number here.
  __int128 first = std::max<__int128>(0, -static_cast<__int128>(offset));
  __int128 end = std::min<__int128>(extent, static_cast<__int128>(bound) - offset);
  if (end <= first)
    return {};
  return {static_cast<int64_t>(first), static_cast<int64_t>(end - first)};
}

int64_t VectorWork::cycles(const VectorUnit &unit, int64_t portBytes) const {
  auto run = [&](int64_t elements, int64_t steps, bool special) {
    int64_t cyclesEach = std::max<int64_t>(1, ceilDivide(steps, unit.pipelineSteps));
    return ceilDivide(elements, unit.lanes) * (cyclesEach + (special ? unit.specialFunctionCycles : 0));
  };
  int64_t compute = run(elements, steps, special) + run(finishElements, finishSteps, finishSpecial);
  return std::max(compute, ceilDivide(portBytes, unit.portBytesPerCycle));
}

VectorWork workOf(const isa::Map &map, const std::vector<isa::LanesRow> &lanes, const Resolve &resolve) {
  const isa::LanesRow &program = row(lanes, map.program);
  VectorWork work;
  work.elements = iterations(map, resolve);
  work.steps = stepsOf(program);
  work.special = hasSpecial(program);
  return work;
}

VectorWork workOf(const isa::Reduce &reduce, const std::vector<isa::LanesRow> &lanes,
                  const Resolve &resolve) {
  const isa::LanesRow &program = row(lanes, reduce.program), &finish = row(lanes, reduce.finish);
  VectorWork work;
  work.elements = iterations(reduce, resolve);
  work.steps = stepsOf(program) + 1;
  work.special = hasSpecial(program);
  size_t rank = reduce.extents.size(), outer = rank - std::min(rank, static_cast<size_t>(reduce.reduced));
  bool last = true;
  for (size_t d = outer; d < rank; ++d)
    last &= resolve(reduce.offsets[d]) + reduce.extents[d] >= reduce.bounds[d];
  if (last && work.elements > 0) {
    work.finishElements = iterations(reduce, resolve, 0, outer);
    work.finishSteps = stepsOf(finish);
    work.finishSpecial = hasSpecial(finish);
  }
  return work;
}

VectorWork workOf(const isa::Window &window, const std::vector<isa::LanesRow> &lanes,
                  const Resolve &resolve) {
  const isa::LanesRow &program = row(lanes, window.program), &finish = row(lanes, window.finish);
  VectorWork work;
  work.finishElements = iterations(window, resolve);
  work.finishSteps = stepsOf(finish);
  work.finishSpecial = hasSpecial(finish);
  work.elements = work.finishElements;
  for (int64_t size : window.windowSizes)
    work.elements *= size;
  work.steps = stepsOf(program) + 1;
  work.special = hasSpecial(program);
  return work;
}

VectorWork workOf(const isa::Permute &permute, const std::vector<isa::LanesRow> &, const Resolve &resolve) {
  VectorWork work;
  work.elements = iterations(permute, resolve);
  return work;
}

VectorWork workOf(const isa::Gather &gather, const std::vector<isa::LanesRow> &, const Resolve &resolve) {
  VectorWork work;
  work.elements = iterations(gather, resolve);
  return work;
}

} // namespace dnnc::sim
