// What a program asks of a target that no run has to find out: that its operands lie where the target lets
// them lie.
#pragma once

#include "dnnc/Target.h"
#include "runtime/Program/Program.h"

#include <string>
#include <vector>

namespace dnnc::sim {

/// Every instruction that the target cannot execute, with the reason; empty when there is none.
std::vector<std::string> checkLegality(const isa::Program &program, const Target &target);

/// "array queue, instruction 3 (node 'conv1')".
std::string placeOf(const isa::Program &program, int queue, size_t instruction);

} // namespace dnnc::sim
