// How the tensors between groups stand in DRAM: what the groups that write and read them say, and what their
// boxes allow.
#pragma once

#include "lib/Schedule/Boxes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/MapVector.h"

namespace dnnc::schedule {

/// On a group, where in a file the storage of its first input (`ifmap`) and of its result (`ofmap`) is pinned:
/// "FILE:LINE:COLUMN" each. apply-strategy writes it.
inline constexpr llvm::StringLiteral storagePinnedAtAttr = "storage_pinned_at";

/// A box of a tensor that a group loads or stores, tile by tile.
struct Transfer {
  acc::GroupOp group;
  bool stores;
  Box box;
  llvm::SmallVector<TileLoop> loops;
};

/// Every transfer of every tensor that a group computes or that the function is given. Groups without a
/// tiling are left out.
llvm::MapVector<mlir::Value, llvm::SmallVector<Transfer>> transfersOf(mlir::func::FuncOp function);

/// Calls visit(begin, end) for every place of one dimension of a transfer, cut to the tensor's size; ends when visit is
/// false.
void forEachPlace(const Transfer &transfer, unsigned dim, int64_t size,
                  llvm::function_ref<bool(int64_t begin, int64_t end)> visit);

/// The largest segment of which all boxes of a tensor consist.
llvm::SmallVector<int64_t> largestSegment(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<Transfer> transfers);

/// An input or result of the function is often reshaped to its own shape, from the integers that the outside
/// sees to the quantized type that the groups work on. Both are one tensor in DRAM: the quantized value, if
/// nothing else uses the other. Any other value stands for itself.
mlir::Value inMemory(mlir::Value value);

/// Whether a group's result or a function's input is seen in another shape, or as part of another tensor.
bool hasViews(mlir::Value tensor);

/// What the groups of a function say of the tensors between them, checked.
class TensorStorages {
public:
  /// Emits an error where two groups disagree, where a box is not made of whole segments, and where a tensor
  /// cannot be encoded.
  mlir::LogicalResult collect(mlir::func::FuncOp function);
  /// The storage of a tensor that is encoded; null for a raw one.
  acc::StorageAttr of(mlir::Value tensor) const {
    auto found = decided.find(tensor);
    return found == decided.end() ? acc::StorageAttr() : found->second.storage;
  }

private:
  struct Decision {
    acc::StorageAttr storage;
    acc::GroupOp group; ///< that says so
  };
  mlir::LogicalResult add(mlir::Value tensor, acc::StorageAttr storage, acc::GroupOp group);
  mlir::LogicalResult verify(mlir::Value tensor, Decision decision, llvm::ArrayRef<Transfer> transfers);

  llvm::MapVector<mlir::Value, Decision> decided;
};

} // namespace dnnc::schedule
