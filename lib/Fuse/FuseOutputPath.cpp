#include "lib/Fuse/Passes.h"

#include <llvm/ADT/SetVector.h>

namespace dnnc::fuse {
#define GEN_PASS_DEF_FUSEOUTPUTPATH
#include "lib/Fuse/Passes.h.inc"
} // namespace dnnc::fuse

using namespace mlir;
using namespace dnnc;

namespace {

// More tensors need more ports than a lane program has addresses for in one pass over the data, and longer
// programs more registers; both are far above what networks have.
constexpr size_t maxInputs = 4, maxOps = 24;

bool isView(Operation *op) { return isa<dnn::ConstantOp, dnn::ReshapeOp, dnn::StorageCastOp>(op); }

// Whether `next` can follow in the output path of a product, whose result (or a table's) is `value`.
bool followsProduct(Operation *product, Operation *next, Value value, bool behindTable) {
  if (!next->getNumResults() || !dnn::isElementwise(next))
    return false;
  bool clamps = isa<dnn::ReluOp, dnn::ClipOp>(next) && next->getResult(0).getType() == value.getType();
  if (clamps && !behindTable)
    return true;
  // The array writes one type, which also bounds what the table is indexed by.
  return dnn::isTableFunction(next) &&
         dnn::storageType(next->getResult(0).getType()) == dnn::storageType(product->getResult(0).getType());
}

SmallVector<Operation *> productGroup(Operation *product) {
  SmallVector<Operation *> group = {product};
  Value value = product->getResult(0);
  bool behindTable = false;
  while (value.hasOneUse()) {
    Operation *next = *value.user_begin();
    if (dnn::groupOf(next) || !followsProduct(product, next, value, behindTable))
      break;
    behindTable |= next->getResult(0).getType() != value.getType() || !isa<dnn::ReluOp, dnn::ClipOp>(next);
    group.push_back(next);
    value = next->getResult(0);
  }
  return group;
}

// Tensors a set of ops reads from outside; constants of one element cost nothing and do not count.
size_t inputCount(const llvm::SetVector<Operation *> &group) {
  llvm::SmallPtrSet<Value, 8> inputs;
  for (Operation *op : group)
    for (Value operand : op->getOperands()) {
      bool scalar = operand.getDefiningOp<dnn::ConstantOp>() &&
                    cast<RankedTensorType>(operand.getType()).getNumElements() == 1;
      if (!scalar && !group.contains(operand.getDefiningOp()))
        inputs.insert(operand);
    }
  return inputs.size();
}

SmallVector<Operation *> elementwiseGroup(Operation *root, const llvm::DenseSet<Operation *> &taken) {
  llvm::SetVector<Operation *> group;
  group.insert(root);
  auto shape = cast<RankedTensorType>(root->getResult(0).getType()).getShape();
  for (size_t i = 0; i < group.size() && group.size() < maxOps; ++i) // grows while it is walked
    for (Value operand : group[i]->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (!producer || taken.contains(producer) || dnn::groupOf(producer) || !dnn::isElementwise(producer) ||
          !operand.hasOneUse() || group.size() == maxOps ||
          cast<RankedTensorType>(operand.getType()).getShape() != shape)
        continue;
      group.insert(producer);
      if (inputCount(group) > maxInputs)
        group.remove(producer);
    }
  return group.takeVector();
}

struct FuseOutputPathPass : fuse::impl::FuseOutputPathBase<FuseOutputPathPass> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    int64_t number = 0;
    getOperation().walk([&](Operation *op) {
      if (!isa_and_nonnull<dnn::DnnDialect>(op->getDialect()) || isView(op))
        return;
      if (auto group = dnn::groupOf(op))
        number = std::max(number, *group + 1);
      else
        ops.push_back(op);
    });

    llvm::DenseSet<Operation *> taken;
    llvm::DenseMap<Operation *, SmallVector<Operation *>> groups; // by last op
    auto take = [&](SmallVector<Operation *> group) {
      taken.insert(group.begin(), group.end());
      Operation *last =
          *llvm::max_element(group, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
      groups[last] = std::move(group);
    };
    for (Operation *op : ops)
      if (isa<dnn::ConvOp, dnn::MatMulOp>(op))
        take(productGroup(op));
    // From the last op back, so that a tree is seen at its root first.
    for (Operation *op : llvm::reverse(ops))
      if (!taken.contains(op))
        take(dnn::isElementwise(op) ? elementwiseGroup(op, taken) : SmallVector<Operation *>{op});

    Builder builder(&getContext());
    for (Operation *op : ops) {
      auto group = groups.find(op);
      if (group == groups.end())
        continue;
      for (Operation *member : group->second)
        member->setAttr(dnn::groupAttr, builder.getI64IntegerAttr(number));
      ++number;
    }
  }
};

} // namespace
