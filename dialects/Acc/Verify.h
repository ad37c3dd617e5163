// What holds in both stages of acc: constants and lane programs.
#pragma once

#include "dialects/Acc/AccDialect.h"

namespace dnnc::acc {

/// The value and storage of a constant of the type.
mlir::LogicalResult verifyConstant(mlir::Operation *op, mlir::ElementsAttr value, StorageAttr storage,
                                   mlir::RankedTensorType type);

/// The encoded storage of a tensor; one that is computed or given at run time needs slots for the worst case.
mlir::LogicalResult verifyStorage(mlir::Operation *op, StorageAttr storage, mlir::RankedTensorType type,
                                  bool isConstant);

/// The lane program of a map: `inputs` are the element types of the op's inputs, `stored` that of its result.
mlir::LogicalResult verifyMapProgram(mlir::Operation *op, mlir::Region &body,
                                     mlir::ArrayRef<mlir::Type> inputs, mlir::Type stored);

/// The two lane programs of a reduction or window over elements of type `input`.
mlir::LogicalResult verifyJoinPrograms(mlir::Operation *op, mlir::Region &program, mlir::Region &finish,
                                       mlir::Type input, mlir::Type stored);

} // namespace dnnc::acc
