// Boxes of tensors as functions of the loops of a nest, and how they follow from the box of a group's output.
#pragma once

#include "dialects/Acc/AccDialect.h"

namespace dnnc::schedule {

/// A loop over tiles of one output dimension, or of one reduction.
struct TileLoop {
  int64_t trips;
  int64_t outDim;    ///< −1 for a reduction
  int64_t reduction; ///< −1 for an output dimension
  int64_t stride;    ///< elements from one tile to the next
};

/// The loops of a group's tiling, outermost first; loops of one trip are left out. Output channels of a grouped
/// convolution that are tiled inside a group take two loops, over groups and within one.
llvm::SmallVector<TileLoop> tileLoops(acc::GroupOp group);

/// Part of a tensor: where it begins (over the loops) and its size.
struct Box {
  llvm::SmallVector<mlir::AffineExpr> offsets;
  llvm::SmallVector<int64_t> sizes;
  /// One more than the depth of the innermost loop that the offsets depend on.
  unsigned depth() const;
};

/// The box of the group's result.
Box outputBox(acc::GroupOp group, llvm::ArrayRef<TileLoop> loops);

/// The box of operand `operand` that `op` reads for the box `output` of its result. `clip` cuts it to the tensor where
/// its place does not depend on loops.
Box inputBox(acc::TileOpInterface op, unsigned operand, const Box &output, llvm::ArrayRef<TileLoop> loops, acc::TilingAttr tiling,
             bool clip);

/// The boxes of all that a group reads, makes and writes.
class GroupBoxes {
public:
  explicit GroupBoxes(acc::GroupOp group);

  llvm::ArrayRef<TileLoop> getLoops() const { return loops; }
  /// Of the result of an op of the group.
  const Box &of(mlir::Operation *op) const { return results.find(op)->second; }
  /// Of an operand of an op of the group, as it is loaded from DRAM.
  Box loaded(mlir::OpOperand &operand) const;

private:
  acc::TilingAttr tiling;
  llvm::SmallVector<TileLoop> loops;
  llvm::DenseMap<mlir::Operation *, Box> results;
};

/// Whether a move reads positions outside of its input, which then take its fill value.
bool readsOutside(acc::MoveOp move);

} // namespace dnnc::schedule
