// Holds a program's tensors against the reference, node by node.
#pragma once

#include "dnnc/Simulate.h"
#include "runtime/Program/Program.h"

#include "mlir/IR/BuiltinOps.h"

namespace dnnc::verify {

/// How one tensor of the run compares with the reference's, which was fed with the run's own inputs of that op.
struct Finding {
  int64_t node;      ///< id of the program's node
  std::string op;    ///< the dnn op
  std::string onnx;  ///< its ONNX nodes
  std::string tensor;
  int64_t elements = 0;
  int64_t differing = 0;   ///< integers: elements that are not equal
  int64_t oneStepOff = 0;  ///< of those, by one step behind an op that is float by nature
  double largest = 0;      ///< floats: largest difference over the tensor's largest magnitude
  bool good = true;
};

/// Largest difference of float32 tensors over their largest magnitude that passes (hardware.md, Numerics).
inline constexpr double floatBar = 2e-5;

/// Evaluates every op of `network` (as addQuantizePasses leaves it) on the run's tensors and compares, in the order of the
/// network. Emits an error where the reference fails.
mlir::FailureOr<std::vector<Finding>> compare(mlir::ModuleOp network, const isa::Program &program, const Simulation &run);

} // namespace dnnc::verify
