#include "runtime/Simulator/Stream.h"

#include <fmt/format.h>

namespace dnnc::sim {

Stream::Stream(const std::vector<isa::Instruction> &instructions)
    : instructions(&instructions), partner(instructions.size(), 0) {
  std::vector<size_t> open;
  for (size_t i = 0; i < instructions.size(); ++i) {
    if (std::holds_alternative<isa::Loop>(instructions[i])) {
      if (open.size() == static_cast<size_t>(isa::maximalLoopDepth))
        throw Error(fmt::format("instruction {}: loops nest {} deep; at most {} do", i, open.size() + 1,
                                isa::maximalLoopDepth));
      open.push_back(i);
    } else if (std::holds_alternative<isa::EndLoop>(instructions[i])) {
      if (open.empty())
        throw Error(fmt::format("instruction {}: end_loop without a loop", i));
      partner[i] = open.back();
      partner[open.back()] = i;
      open.pop_back();
    }
  }
  if (!open.empty())
    throw Error(fmt::format("instruction {}: loop without an end_loop", open.back()));
}

void Stream::advance() {
  const isa::Instruction &instruction = current();
  if (const auto *loop = std::get_if<isa::Loop>(&instruction)) {
    if (loop->count < 1) {
      at = partner[at] + 1;
      return;
    }
    indexStack.push_back(0);
  } else if (std::holds_alternative<isa::EndLoop>(instruction)) {
    size_t start = partner[at];
    if (++indexStack.back() < std::get<isa::Loop>((*instructions)[start]).count) {
      at = start + 1;
      return;
    }
    indexStack.pop_back();
  }
  ++at;
}

} // namespace dnnc::sim
