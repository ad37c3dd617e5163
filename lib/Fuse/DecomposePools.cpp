#include "lib/Fuse/Decompose.h"
#include "lib/Fuse/Passes.h"

namespace dnnc::fuse {
#define GEN_PASS_DEF_DECOMPOSEPOOLS
#include "lib/Fuse/Passes.h.inc"
} // namespace dnnc::fuse

using namespace mlir;
using namespace dnnc;

namespace {

// The window covers the whole unpadded input, and there is one.
template <typename Pool> bool isGlobal(Pool pool) {
  auto x = cast<RankedTensorType>(pool.getX().getType()).getShape();
  auto y = cast<RankedTensorType>(pool.getY().getType()).getShape();
  for (int i = 0; i < 2; ++i) {
    bool dense = pool.getDilations()[i] == 1 || pool.getKernel()[i] == 1;
    if (y[2 + i] != 1 || pool.getKernel()[i] != x[2 + i] || !dense)
      return false;
  }
  return llvm::all_of(pool.getPads(), [](int64_t pad) { return pad == 0; });
}

struct DecomposePoolsPass : fuse::impl::DecomposePoolsBase<DecomposePoolsPass> {
  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      auto average = dyn_cast<dnn::AvgPoolOp>(op);
      auto maximum = dyn_cast<dnn::MaxPoolOp>(op);
      if ((!average || !isGlobal(average)) && (!maximum || !isGlobal(maximum)))
        return;
      OpBuilder builder(op);
      auto kind = average ? dnn::ReduceKind::Mean : dnn::ReduceKind::Max;
      auto reduce =
          dnn::ReduceOp::create(builder, op->getLoc(), op->getResult(0).getType(), op->getOperand(0), kind,
                                llvm::ArrayRef<int64_t>{2, 3}, /*keepdims=*/true);
      fuse::replaceOp(builder, op, reduce.getY());
    });
  }
};

} // namespace
