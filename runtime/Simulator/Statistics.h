// From what a machine executed to the statistics of the run.
#pragma once

#include "dnnc/Simulate.h"
#include "dnnc/Target.h"
#include "runtime/Program/Program.h"
#include "runtime/Simulator/Machine.h"

namespace dnnc::sim {

/// Plays the machine's jobs in time and sums up, by node and in all.
Statistics collect(const isa::Program &program, const Target &target, const Machine &machine);

} // namespace dnnc::sim
