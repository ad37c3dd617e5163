#include "lib/Schedule/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace dnnc::schedule {
#define GEN_PASS_DEF_PLACETENSORS
#include "lib/Schedule/Passes.h.inc"
} // namespace dnnc::schedule

using namespace mlir;
using namespace dnnc;

/// Tensors begin at a burst.
static constexpr int64_t tensorAlignment = 64;
static int64_t align(int64_t bytes) { return (bytes + tensorAlignment - 1) / tensorAlignment * tensorAlignment; }

namespace {
struct PlaceTensorsPass : schedule::impl::PlaceTensorsBase<PlaceTensorsPass> {
  using PlaceTensorsBase::PlaceTensorsBase;

  void runOnOperation() override {
    // From the first nest that touches a root to the last; inputs and outputs live from beginning to end.
    struct Life {
      int64_t first = -1, last = -1;
      bool always = false;
    };
    llvm::MapVector<Operation *, Life> lives;
    int64_t nestNumber = 0;
    getOperation().walk([&](acc::TensorOp tensor) {
      Life &life = lives[tensor.getRoot()];
      life.always |= tensor.getKind() != acc::TensorKind::intermediate;
    });
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<acc::NestOp>(op))
        ++nestNumber;
      for (Value operand : op->getOperands())
        if (auto tensor = operand.getDefiningOp<acc::TensorOp>(); tensor && !isa<acc::TensorOp>(op)) {
          Life &life = lives[tensor.getRoot()];
          if (life.first < 0)
            life.first = nestNumber;
          life.last = nestNumber;
        }
    });

    Builder builder(&getContext());
    int64_t constants = 0, always = 0;
    struct Placed {
      int64_t begin, end, first, last;
    };
    SmallVector<Placed> placed;
    for (auto &[op, life] : lives) {
      auto tensor = cast<acc::TensorOp>(op);
      int64_t bytes = align(tensor.getStoredBytes());
      if (tensor.getKind() == acc::TensorKind::constant) {
        tensor.setAddress(constants);
        constants += bytes;
      } else if (life.always) {
        tensor.setAddress(always);
        always += bytes;
      }
    }
    for (auto &[op, life] : lives) {
      auto tensor = cast<acc::TensorOp>(op);
      if (tensor.getKind() == acc::TensorKind::constant || life.always)
        continue;
      int64_t bytes = align(tensor.getStoredBytes()), begin = always;
      llvm::sort(placed, [](const Placed &a, const Placed &b) { return a.begin < b.begin; });
      for (const Placed &other : placed)
        if (other.first <= life.last && life.first <= other.last && other.begin < begin + bytes && begin < other.end)
          begin = other.end;
      placed.push_back({begin, begin + bytes, life.first, life.last});
      tensor.setAddress(begin);
    }
    int64_t end = always;
    for (const Placed &tensor : placed)
      end = std::max(end, tensor.end);
    getOperation()->setAttr("acc.constant_bytes", builder.getI64IntegerAttr(constants));
    getOperation()->setAttr("acc.activation_bytes", builder.getI64IntegerAttr(end));
  }
};
} // namespace
