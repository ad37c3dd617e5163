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

} // namespace dnnc::schedule
