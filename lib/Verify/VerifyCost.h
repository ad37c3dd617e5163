// Holds the compiler's estimate against the simulator: every layer alone on the machine, with dense inputs.
#pragma once

#include "lib/Pipeline/Pipeline.h"

namespace dnnc::verify {

/// One figure of a layer, estimated and executed.
struct CostFigure {
  std::string name;
  int64_t estimated, executed;
};

/// A term of the energy in pJ: the estimate's counts over the executed cycles against the executed one.
struct EnergyFigure {
  std::string name;
  double estimated, executed;
  bool good;
};

struct CostFinding {
  std::vector<int64_t> nodes; ///< layers that are alike are run once
  std::string op, onnx, dataflow;
  double estimatedCycles = 0;
  int64_t executedCycles = 0;
  std::vector<CostFigure> counts; ///< all that are compared
  size_t differing = 0;           ///< counts that are not equal, and energies that are not
  std::vector<EnergyFigure> energies;
  double cyclesError() const {
    return executedCycles > 0 ? estimatedCycles / static_cast<double>(executedCycles) - 1 : 0;
  }
  bool good = true;
};

/// Largest relative difference of the cycles that passes; of an energy, which only rounding tells apart.
inline constexpr double cyclesBar = 0.03, energyBar = 1e-9;

/// Decides every layer of `network` (at the dnn stage, which is lowered) as a compilation does, then compiles
/// and runs each group of one convolution or matrix product alone, on the target with feature maps raw in
/// DRAM, and compares. Emits an error where a layer does not compile.
mlir::FailureOr<std::vector<CostFinding>> compareCost(mlir::ModuleOp network,
                                                      const pipeline::CompileOptions &options, uint64_t seed);

} // namespace dnnc::verify
