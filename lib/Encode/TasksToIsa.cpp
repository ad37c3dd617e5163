#include "dialects/Isa/IsaConversion.h"
#include "lib/Encode/LowerTasks.h"
#include "lib/Encode/Passes.h"

#include "dnnc/Error.h"
#include "dnnc/Target.h"

namespace dnnc::encode {
#define GEN_PASS_DEF_TASKSTOISA
#include "lib/Encode/Passes.h.inc"
} // namespace dnnc::encode

using namespace mlir;

namespace {
struct TasksToIsaPass : dnnc::encode::impl::TasksToIsaBase<TasksToIsaPass> {
  using TasksToIsaBase::TasksToIsaBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
    if (functions.size() != 1) {
      module.emitError("has ") << functions.size() << " functions; a program is made of one";
      return signalPassFailure();
    }
    dnnc::Target machine;
    try {
      machine = dnnc::Target::load(target);
    } catch (const dnnc::Error &error) {
      module.emitError(error.what());
      return signalPassFailure();
    }
    FailureOr<dnnc::isa::Program> program = dnnc::encode::lowerTasks(functions[0], machine);
    if (failed(program))
      return signalPassFailure();
    OpBuilder builder(functions[0]);
    dnnc::isa::create(builder, functions[0].getLoc(), *program);
    functions[0].erase();
  }
};
} // namespace
