#include "lib/Density/Feeds.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::density;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The group's operand that a product's operand is, behind padding and other moves; null for what is
/// computed.
static OpOperand *loadedBy(Value operand, acc::GroupOp group) {
  while (auto move = operand.getDefiningOp<acc::MoveOp>())
    operand = move.getInput();
  auto argument = dyn_cast<BlockArgument>(operand);
  return argument ? &group->getOpOperand(argument.getArgNumber()) : nullptr;
}

static void collect(Value tensor, SmallVector<Value> &made) {
  Operation *op = tensor.getDefiningOp();
  if (auto view = dyn_cast_or_null<acc::ReshapeOp>(op))
    return collect(view.getInput(), made);
  if (auto concat = dyn_cast_or_null<acc::ConcatOp>(op)) {
    for (Value part : concat.getInputs())
      collect(part, made);
    return;
  }
  if (!op || isa<acc::GroupOp>(op))
    made.push_back(tensor);
}

SmallVector<Fed> density::fedProducts(func::FuncOp function) {
  SmallVector<Fed> all;
  function.walk([&](acc::GroupOp group) {
    auto products = llvm::make_filter_range(
        group.getBody().front(), [](Operation &op) { return isa<acc::ConvOp, acc::MatmulOp>(op); });
    if (!llvm::hasSingleElement(products))
      return;
    Operation *product = &*products.begin();
    Fed fed{group, product, {}, loadedBy(product->getOperand(1), group)};
    if (OpOperand *ifmap = loadedBy(product->getOperand(0), group))
      collect(ifmap->get(), fed.ifmaps);
    all.push_back(std::move(fed));
  });
  return all;
}

int64_t Fed::channelAxis(Value ifmap) const {
  int64_t rank = tensorType(ifmap).getRank();
  // A matrix may be a feature map seen flat; its channels are then the second dimension as well.
  auto matmul = dyn_cast<acc::MatmulOp>(product);
  if (!matmul || rank == 4)
    return rank > 1 ? 1 : -1;
  bool isTransposed = matmul.getTransposeIfmap() && tensorType(ifmap) == tensorType(matmul.getIfmap());
  return isTransposed ? rank - 2 : rank - 1;
}

int64_t Fed::filterAxis() const {
  auto matmul = dyn_cast<acc::MatmulOp>(product);
  return !matmul ? 0 : matmul.getTransposeWeight() ? 1 : 2;
}

void density::setDensity(func::FuncOp function, Value tensor, acc::DensityAttr density) {
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    function.setArgAttr(argument.getArgNumber(), acc::densityAttr, density);
  else
    tensor.getDefiningOp()->setAttr(acc::densityAttr, density);
}

acc::DensityAttr density::densityOf(Value tensor) {
  while (auto view = tensor.getDefiningOp<acc::ReshapeOp>())
    tensor = view.getInput();
  if (auto argument = dyn_cast<BlockArgument>(tensor)) {
    auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return function ? function.getArgAttrOfType<acc::DensityAttr>(argument.getArgNumber(), acc::densityAttr)
                    : acc::DensityAttr();
  }
  return tensor.getDefiningOp()->getAttrOfType<acc::DensityAttr>(acc::densityAttr);
}
