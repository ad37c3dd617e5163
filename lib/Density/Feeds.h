// Where what a product reads comes from.
#pragma once

#include "dialects/Acc/AccDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/SmallVector.h"

namespace dnnc::density {

/// A convolution or matrix product, with what it reads behind views in DRAM.
struct Fed {
  acc::GroupOp group;
  mlir::Operation *product;
  /// Results of groups and arguments of the function, whole or as parts of what is read; none where the ifmap
  /// is made inside of the group.
  llvm::SmallVector<mlir::Value> ifmaps;
  /// The group's operand that is the weight; null where it is made inside of the group.
  mlir::OpOperand *weight = nullptr;

  /// The dimension of a tensor that holds the channels of the ifmap, that of the weight which holds the
  /// filters.
  int64_t channelAxis(mlir::Value ifmap) const;
  int64_t filterAxis() const;
};

/// All products of a function that are alone in their group, in order: what is noted stands on the group.
llvm::SmallVector<Fed> fedProducts(mlir::func::FuncOp function);

/// Notes the density of a tensor where it is made.
void setDensity(mlir::func::FuncOp function, mlir::Value tensor, acc::DensityAttr density);
/// What is noted, of a tensor or of what it is a view of; null for nothing.
acc::DensityAttr densityOf(mlir::Value tensor);

} // namespace dnnc::density
