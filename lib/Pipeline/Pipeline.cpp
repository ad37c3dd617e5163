#include "lib/Pipeline/Pipeline.h"

#include "lib/Density/Passes.h"
#include "lib/Encode/Encode.h"
#include "lib/Encode/Passes.h"
#include "lib/Fuse/Passes.h"
#include "lib/Mapping/Passes.h"
#include "lib/Quantize/Passes.h"
#include "lib/Reference/Passes.h"
#include "lib/Report/Passes.h"
#include "lib/Schedule/Passes.h"
#include "lib/Strategy/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::pipeline;

void pipeline::addQuantizePasses(PassManager &manager, const CompileOptions &options) {
  manager.addPass(reference::createFoldConstants());
  manager.addNestedPass<func::FuncOp>(quantize::createQuantizeFoldQdq());
  if (!options.observe.empty()) {
    fuse::ObserveOptions observe;
    observe.nodes.assign(options.observe.begin(), options.observe.end());
    manager.addNestedPass<func::FuncOp>(fuse::createObserve(observe));
  }
  // What stays float loses its last quantized constants.
  reference::FoldConstantsOptions everything;
  everything.dequantize = true;
  manager.addPass(reference::createFoldConstants(everything));
}

void pipeline::addDensityPasses(PassManager &manager, const CompileOptions &options) {
  if (!options.calibration.empty())
    manager.addNestedPass<func::FuncOp>(density::createApplyCalibration({options.calibration}));
  if (!options.density.empty())
    manager.addNestedPass<func::FuncOp>(density::createApplyDensity({options.density}));
}

void pipeline::addDecisionPasses(PassManager &manager, const CompileOptions &options) {
  addDensityPasses(manager, options);
  if (!options.strategy.empty())
    manager.addNestedPass<func::FuncOp>(strategy::createApplyStrategy({options.strategy, options.target}));
  mapping::ChooseMappingOptions choose;
  choose.target = options.target;
  choose.dataflow = options.dataflow;
  choose.objective = options.objective;
  choose.jobs = options.jobs;
  choose.searchBudget = options.searchBudget;
  choose.searchEffort = options.searchEffort;
  choose.mappingCache = options.mappingCache;
  manager.addNestedPass<func::FuncOp>(mapping::createChooseMapping(choose));
  manager.addNestedPass<func::FuncOp>(mapping::createDistributeWeights({options.target}));
  manager.addNestedPass<func::FuncOp>(schedule::createChooseStorage({options.target}));
  if (!options.saveStrategy.empty())
    manager.addNestedPass<func::FuncOp>(
        strategy::createSaveStrategy({options.saveStrategy, options.target}));
  if (!options.report.empty())
    manager.addNestedPass<func::FuncOp>(report::createReportDecisions({options.report, options.target}));
}

void pipeline::addPasses(PassManager &manager, Stage from, Stage to, const CompileOptions &options) {
  if (from <= Stage::Dnn && to > Stage::Dnn) {
    addQuantizePasses(manager, options);
    // Fuse: ops of the accelerator, and which of them run as one group.
    manager.addNestedPass<func::FuncOp>(fuse::createFuseBatchNorm());
    fuse::addDecomposePasses(manager.nest<func::FuncOp>());
    reference::FoldConstantsOptions everything;
    everything.dequantize = true;
    manager.addPass(reference::createFoldConstants(everything));
    manager.addPass(createCanonicalizerPass());
    manager.addNestedPass<func::FuncOp>(fuse::createFuseOutputPath());
    manager.addNestedPass<func::FuncOp>(mapping::createFormGroups());
  }
  if (from <= Stage::Acc && to > Stage::Acc) {
    // Map: decide, then apply.
    addDecisionPasses(manager, options);
    manager.addNestedPass<func::FuncOp>(schedule::createTilesToTasks({options.target}));
  }
  if (from <= Stage::Tasks && to > Stage::Tasks) {
    // Schedule: places, then order.
    manager.addNestedPass<func::FuncOp>(schedule::createPlaceTensors());
    manager.addNestedPass<func::FuncOp>(schedule::createAllocateBuffers({options.target}));
    manager.addNestedPass<func::FuncOp>(schedule::createInsertTokens());
  }
  if (from <= Stage::Ordered && to > Stage::Ordered)
    manager.addPass(encode::createTasksToIsa({options.target}));
}

Stage pipeline::stageOf(ModuleOp module) {
  Stage stage = Stage::Dnn;
  module.walk([&](Operation *op) {
    if (llvm::isa_and_present<isa::IsaDialect>(op->getDialect()))
      stage = Stage::Isa;
    else if (llvm::isa<acc::TokenOp>(op))
      stage = std::max(stage, Stage::Ordered);
    else if (llvm::isa<acc::NestOp>(op))
      stage = std::max(stage, Stage::Tasks);
    else if (llvm::isa_and_present<acc::AccDialect>(op->getDialect()))
      stage = std::max(stage, Stage::Acc);
  });
  return stage;
}

LogicalResult pipeline::lower(ModuleOp module, Stage to, const CompileOptions &options) {
  PassManager manager(module.getContext());
  addPasses(manager, stageOf(module), to, options);
  return manager.run(module);
}

FailureOr<dnnc::isa::Program> pipeline::compile(ModuleOp module, const CompileOptions &options) {
  if (failed(lower(module, Stage::Isa, options)))
    return failure();
  return encode::encode(module);
}

void pipeline::registerEverything(DialectRegistry &registry) {
  registry.insert<func::FuncDialect, quant::QuantDialect, arith::ArithDialect, math::MathDialect,
                  dnn::DnnDialect, acc::AccDialect, isa::IsaDialect>();
}

void pipeline::registerPasses() {
  registerTransformsPasses();
  reference::registerReferencePasses();
  fuse::registerDecomposePipeline();
  quantize::registerQuantizePasses();
  fuse::registerFusePasses();
  density::registerDensityPasses();
  mapping::registerMappingPasses();
  strategy::registerStrategyPasses();
  schedule::registerSchedulePasses();
  report::registerReportPasses();
  encode::registerEncodePasses();
}
