// What a strategy file says of a group, from the IR.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "lib/Strategy/File/Strategy.h"

namespace dnnc::strategy {

/// The convolutions and matrix products of a group, in order.
llvm::SmallVector<mlir::Operation *> productsOf(acc::GroupOp group);
/// The product whose result is the group's, or null.
mlir::Operation *lastProduct(acc::GroupOp group);

/// The whole product as one tile: its loop extents, strides, dilations and types.
cost::ArrayTile layerOf(mlir::Operation *product);

/// The loop dimension of each dimension of a product's result. The channels of a convolution are M.
llvm::ArrayRef<int> resultDims(mlir::Operation *product);

llvm::SmallVector<std::string> namesOf(acc::GroupOp group);

} // namespace dnnc::strategy
