// The acc dialect: tiles and tasks on the accelerator. See AccTiles.td and AccTasks.td.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

namespace dnnc::acc {

// The names ODS refers to.
using ::mlir::AffineMap;

/// The order of a convolution's loop dimensions wherever they are listed; M and C are per group.
enum LoopDim : int64_t { N, G, M, C, P, Q, R, S };
inline constexpr llvm::StringLiteral loopDimNames = "NGMCPQRS";

/// How one dimension of an input depends on the box of the output that is computed.
struct DimAccess {
  enum class Kind {
    Full,      ///< the whole dimension is read
    Affine,    ///< offset = output offset · stride + offset, size = (output size − 1) · |stride| + span
    Reduction, ///< the tile of reduction loop `reduction`
    Group,     ///< channels of a grouped convolution: the groups the output channels lie in, and reduction 0 within
  };
  Kind kind = Kind::Full;
  int64_t outDim = -1;
  int64_t stride = 1;
  int64_t offset = 0;
  int64_t span = 1;
  int64_t reduction = -1;
  int64_t outPerGroup = 1; ///< output channels of a group
  int64_t inPerGroup = 1;  ///< input channels of a group

  static DimAccess full() { return {}; }
  static DimAccess same(int64_t outDim) { return affine(outDim, 1, 0, 1); }
  static DimAccess affine(int64_t outDim, int64_t stride, int64_t offset, int64_t span) {
    DimAccess access;
    access.kind = Kind::Affine, access.outDim = outDim, access.stride = stride, access.offset = offset;
    access.span = span;
    return access;
  }
  static DimAccess reduced(int64_t reduction) {
    DimAccess access;
    access.kind = Kind::Reduction, access.reduction = reduction;
    return access;
  }
};

/// Strides in elements of a row-major tensor.
llvm::SmallVector<int64_t> rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// Whether a type can stand in DRAM: a ranked tensor of fixed, positive sizes, of integers, floats or quantized elements.
bool isTensor(mlir::Type type);
/// Bits of one stored element, quantized types included.
int64_t elementBits(mlir::Type elementType);
/// Bytes of one stored element.
int64_t elementBytes(mlir::Type elementType);
/// Bits of the element that means zero: the zero point of a quantized type, or 0. Nothing where that differs along an
/// axis: no format can leave such zeros out.
std::optional<uint64_t> zeroBits(mlir::Type elementType);
/// The type an element has inside a lane program: i32, i64 or f32.
mlir::Type laneType(mlir::Type elementType);

} // namespace dnnc::acc

#include "dialects/Acc/AccDialect.h.inc"
#include "dialects/Acc/AccEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Acc/AccAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Acc/AccTypes.h.inc"
#include "dialects/Acc/AccInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/Acc/AccOps.h.inc"

namespace dnnc::acc {

/// The discardable attributes that hold a DensityAttr: of a tensor, and of what a product reads.
inline constexpr llvm::StringLiteral densityAttr = "acc.density", ifmapDensityAttr = "acc.ifmap_density",
                                     weightDensityAttr = "acc.weight_density";

/// The constant that an op inside of a group takes as an operand, be it viewed in another shape; null for
/// none.
ConstantOp constantOperand(mlir::Operation *op, unsigned operand);

/// Whether elements are stored encoded.
inline bool isCompressed(StorageAttr storage) { return storage && storage.getFormat() != Format::raw; }

} // namespace dnnc::acc
