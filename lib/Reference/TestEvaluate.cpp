#include "lib/Reference/Passes.h"
#include "lib/Reference/Reference.h"

namespace dnnc::reference {

#define GEN_PASS_DEF_TESTREFERENCEEVALUATE
#include "lib/Reference/Passes.h.inc"

using namespace mlir;

namespace {

struct TestReferenceEvaluate : impl::TestReferenceEvaluateBase<TestReferenceEvaluate> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.getNumArguments() != 0)
        continue;
      FailureOr<SmallVector<Tensor>> results = evaluateFunction(function, {});
      if (failed(results)) {
        signalPassFailure();
        continue;
      }
      llvm::outs() << "@" << function.getName() << "\n";
      for (const Tensor &result : *results)
        print(result);
    }
  }

  /// As the attribute that holds all elements, however many.
  void print(const Tensor &tensor) {
    ElementsAttr attribute = constantAttribute(&getContext(), tensor, "result");
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
      attribute = DenseElementsAttr::getFromRawBuffer(resource.getType(), resource.getData());
    llvm::outs() << attribute << "\n";
  }
};

} // namespace
} // namespace dnnc::reference
