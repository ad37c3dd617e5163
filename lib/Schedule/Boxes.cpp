#include "lib/Schedule/Boxes.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::schedule;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

static acc::TileOpInterface lastOp(acc::GroupOp group) {
  return cast<acc::TileOpInterface>(group.getBody().front().getTerminator()->getOperand(0).getDefiningOp());
}

/// Output channels of one group of a grouped convolution; 0 for anything else.
static int64_t channelsPerGroup(Operation *op) {
  auto conv = dyn_cast<acc::ConvOp>(op);
  if (!conv || conv.getGroup() == 1)
    return 0;
  return cast<RankedTensorType>(conv.getWeight().getType()).getDimSize(0) / static_cast<int64_t>(conv.getGroup());
}

SmallVector<TileLoop> schedule::tileLoops(acc::GroupOp group) {
  SmallVector<TileLoop> loops;
  auto add = [&](TileLoop loop) {
    if (loop.trips > 1)
      loops.push_back(loop);
  };
  acc::TilingAttr tiling = group.getTilingAttr();
  acc::TileOpInterface last = lastOp(group);
  ArrayRef<int64_t> shape = cast<RankedTensorType>(group.getResult().getType()).getShape();
  int64_t perGroup = channelsPerGroup(last);
  for (int64_t dim : tiling.getOrder()) {
    int64_t size = tiling.getSizes()[dim];
    if (dim == 1 && perGroup > size) {
      add({shape[dim] / perGroup, dim, -1, perGroup});
      add({ceilDiv(perGroup, size), dim, -1, size});
    } else {
      add({ceilDiv(shape[dim], size), dim, -1, size});
    }
  }
  SmallVector<int64_t> reductions = last.getReductionSizes();
  for (auto [index, size] : llvm::enumerate(tiling.getReduction()))
    add({ceilDiv(reductions[index], size), -1, static_cast<int64_t>(index), size});
  return loops;
}

unsigned Box::depth() const {
  unsigned depth = 0;
  for (AffineExpr offset : offsets)
    offset.walk([&](AffineExpr part) {
      if (auto dim = dyn_cast<AffineDimExpr>(part))
        depth = std::max(depth, dim.getPosition() + 1);
    });
  return depth;
}

Box schedule::outputBox(acc::GroupOp group, ArrayRef<TileLoop> loops) {
  MLIRContext *context = group.getContext();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(group.getResult().getType()).getShape();
  Box box;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    AffineExpr offset = getAffineConstantExpr(0, context);
    for (auto [depth, loop] : llvm::enumerate(loops))
      if (loop.outDim == static_cast<int64_t>(dim))
        offset = offset + getAffineDimExpr(depth, context) * loop.stride;
    box.offsets.push_back(offset);
    box.sizes.push_back(std::min(size, group.getTilingAttr().getSizes()[dim]));
  }
  return box;
}

/// Input channels of a grouped convolution: the groups that the output channels lie in. Of one group (or a part of its
/// output channels) the tile of the reduction is read, of several groups all of their channels.
static std::pair<AffineExpr, int64_t> groupChannels(const acc::DimAccess &access, const Box &output, ArrayRef<TileLoop> loops,
                                                    int64_t reductionTile, AffineExpr reductionOffset) {
  MLIRContext *context = reductionOffset.getContext();
  int64_t groups = output.sizes[access.outDim] / access.outPerGroup;
  if (groups >= 1) {
    AffineExpr offset = output.offsets[access.outDim].floorDiv(access.outPerGroup) * access.inPerGroup;
    return {groups == 1 ? offset + reductionOffset : offset, groups == 1 ? reductionTile : groups * access.inPerGroup};
  }
  AffineExpr offset = reductionOffset;
  for (auto [depth, loop] : llvm::enumerate(loops))
    if (loop.outDim == access.outDim && loop.stride == access.outPerGroup)
      offset = offset + getAffineDimExpr(depth, context) * access.inPerGroup;
  return {offset, reductionTile};
}

Box schedule::inputBox(acc::TileOpInterface op, unsigned operand, const Box &output, ArrayRef<TileLoop> loops, acc::TilingAttr tiling,
                       bool clip) {
  MLIRContext *context = op->getContext();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getOperand(operand).getType()).getShape();
  SmallVector<int64_t> reductions = op.getReductionSizes();
  bool isLast = isa<acc::YieldOp>(*op->getResult(0).user_begin());
  auto reductionTile = [&](int64_t index) {
    return isLast && !tiling.getReduction().empty() ? std::min(tiling.getReduction()[index], reductions[index]) : reductions[index];
  };
  auto reductionOffset = [&](int64_t index) {
    AffineExpr offset = getAffineConstantExpr(0, context);
    if (isLast)
      for (auto [depth, loop] : llvm::enumerate(loops))
        if (loop.reduction == index)
          offset = getAffineDimExpr(depth, context) * loop.stride;
    return offset;
  };

  Box box;
  for (auto [dim, access] : llvm::enumerate(op.getAccess(operand))) {
    AffineExpr offset = getAffineConstantExpr(0, context);
    int64_t size = shape[dim];
    switch (access.kind) {
    case acc::DimAccess::Kind::Full:
      break;
    case acc::DimAccess::Kind::Affine: {
      int64_t count = access.outDim < 0 ? 1 : output.sizes[access.outDim];
      size = (count - 1) * std::abs(access.stride) + access.span;
      offset = access.outDim < 0 ? offset + access.offset : output.offsets[access.outDim] * access.stride + access.offset;
      if (access.stride < 0)
        offset = offset - (size - access.span);
      break;
    }
    case acc::DimAccess::Kind::Reduction:
      offset = reductionOffset(access.reduction);
      size = reductionTile(access.reduction);
      break;
    case acc::DimAccess::Kind::Group:
      std::tie(offset, size) = groupChannels(access, output, loops, reductionTile(0), reductionOffset(0));
      break;
    }
    auto constant = dyn_cast<AffineConstantExpr>(offset);
    if (clip && constant) {
      int64_t low = std::clamp<int64_t>(constant.getValue(), 0, shape[dim] - 1);
      int64_t high = std::clamp<int64_t>(constant.getValue() + size, low + 1, shape[dim]);
      offset = getAffineConstantExpr(low, context);
      size = high - low;
    }
    box.offsets.push_back(offset);
    box.sizes.push_back(size);
  }
  return box;
}

bool schedule::readsOutside(acc::MoveOp move) {
  auto shapeOf = [](Value value) { return cast<RankedTensorType>(value.getType()).getShape(); };
  for (auto [d, dim] : llvm::enumerate(move.getDims())) {
    int64_t size = shapeOf(move.getInput())[d], first = move.getOffsets()[d];
    int64_t last = first + (dim < 0 ? 0 : move.getSteps()[d] * (shapeOf(move.getResult())[dim] - 1));
    if (std::min(first, last) < 0 || std::max(first, last) >= size)
      return true;
  }
  return false;
}

GroupBoxes::GroupBoxes(acc::GroupOp group) : tiling(group.getTilingAttr()), loops(tileLoops(group)) {
  // Backwards from the output.
  results[lastOp(group)] = outputBox(group, loops);
  for (Operation &op : llvm::reverse(group.getBody().front().without_terminator()))
    for (auto [index, operand] : llvm::enumerate(op.getOperands()))
      if (Operation *producer = operand.getDefiningOp())
        results[producer] =
            inputBox(cast<acc::TileOpInterface>(op), index, results[&op], loops, tiling, /*clip=*/true);
}

Box GroupBoxes::loaded(OpOperand &operand) const {
  Operation *op = operand.getOwner();
  auto move = dyn_cast<acc::MoveOp>(op);
  // What is filled around is loaded with its surroundings.
  bool clip = !move || !readsOutside(move);
  return inputBox(cast<acc::TileOpInterface>(op), operand.getOperandNumber(), of(op), loops, tiling, clip);
}
