// The machine's off-chip memory: the program's constants, which nothing writes, then the activations.
#pragma once

#include "runtime/Simulator/Machine.h"

#include <cstdlib>

namespace dnnc::sim {

struct Machine::Dram {
  Dram(const isa::Program &program, const Target &target);

  bool isConstant(int64_t address) const { return address < constantsBytes; }
  int64_t bytes() const { return constantsBytes + activationBytes; }

  int64_t constantsBytes;
  int64_t activationBytes;
  std::span<const uint8_t> constants;
  struct Free {
    void operator()(uint8_t *bytes) const { std::free(bytes); }
  };
  std::unique_ptr<uint8_t[], Free> activations; // pages cost nothing until touched
  Shadow shadow;                                // of the activations
};

} // namespace dnnc::sim
