// One queue's instruction stream with its hardware loops.
#pragma once

#include "runtime/Isa/Isa.h"

#include <cstdint>
#include <span>
#include <vector>

namespace dnnc::sim {

/// Walks the instructions of a queue in execution order. Loops are balanced and nest at most
/// isa::maximalLoopDepth deep (the program's verifier has seen to it; a stream that is not throws Error).
class Stream {
public:
  explicit Stream(const std::vector<isa::Instruction> &instructions);

  bool ended() const { return at == instructions->size(); }
  uint32_t position() const { return static_cast<uint32_t>(at); }
  const isa::Instruction &current() const { return (*instructions)[at]; }
  const isa::Instruction &instruction(uint32_t position) const { return (*instructions)[position]; }
  /// Index of every open loop, outermost first.
  std::span<const int64_t> indices() const { return indexStack; }

  /// Leaves the current instruction; a loop opens, an end of loop repeats or closes.
  void advance();

private:
  const std::vector<isa::Instruction> *instructions;
  std::vector<size_t> partner; // of a loop its end, of an end its loop
  size_t at = 0;
  std::vector<int64_t> indexStack;
};

} // namespace dnnc::sim
