// Affine maps, addresses and element types of acc in the ISA's words.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "runtime/Isa/Isa.h"

namespace dnnc::encode {

/// A linear result of an affine map, scaled; the depth of a loop is its level. Fails on what is not linear.
mlir::FailureOr<isa::Affine> affine(mlir::Operation *op, mlir::AffineMap map, unsigned result, int64_t scale = 1);
mlir::FailureOr<std::vector<isa::Affine>> affines(mlir::Operation *op, mlir::AffineMap map);

/// The byte address of element `offset` of the tile that `slot` numbers.
mlir::FailureOr<isa::Affine> bufferAddress(mlir::Operation *op, mlir::Value buffer, mlir::Attribute slot, int64_t offset = 0);
int64_t memoryOf(mlir::Value buffer);

/// How elements of a type are stored; none for a type that programs do not hold.
std::optional<ElementType> elementType(mlir::Type type);
ElementType elementTypeOf(mlir::Value bufferOrTensor);

std::vector<int64_t> list(llvm::ArrayRef<int64_t> values, int64_t scale = 1);

} // namespace dnnc::encode
