#include "lib/Fuse/Decompose.h"

#include "lib/Fuse/Passes.h"

#include <mlir/Pass/PassManager.h>
#include <mlir/Pass/PassRegistry.h>

using namespace mlir;
using namespace dnnc;

Value fuse::toFloat(OpBuilder &builder, Location location, Value value) {
  if (!dnn::isQuantized(value.getType()))
    return value;
  auto type = dnn::withElementType(cast<RankedTensorType>(value.getType()), builder.getF32Type());
  return dnn::DequantizeOp::create(builder, location, type, value);
}

void fuse::replaceOp(OpBuilder &builder, Operation *op, Value value) {
  Type type = op->getResult(0).getType();
  if (value.getType() != type)
    value = dnn::QuantizeOp::create(builder, op->getLoc(), type, value);
  dnn::moveTensorNames(op, value.getDefiningOp());
  op->getResult(0).replaceAllUsesWith(value);
  op->erase();
}

dnn::ConstantOp fuse::constantLike(OpBuilder &builder, Location location, Value like, float value) {
  SmallVector<int64_t> ones(cast<RankedTensorType>(like.getType()).getRank(), 1);
  return dnn::makeConstant(builder, location, ones, value);
}

void fuse::addDecomposePasses(OpPassManager &functionPasses) {
  functionPasses.addPass(createDecomposePools());
  functionPasses.addPass(createDecomposeNormalizations());
  functionPasses.addPass(createDecomposeConvTranspose());
  functionPasses.addPass(createDecomposeResize());
}

void fuse::registerDecomposePipeline() {
  PassPipelineRegistration<>("decompose", "every dnn op the accelerator has no form of, in primitive ones",
                             [](OpPassManager &module) { addDecomposePasses(module.nest<func::FuncOp>()); });
}
