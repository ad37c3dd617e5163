#include "lib/Encode/Addresses.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::encode;

/// The coefficients of a linear expression and its constant; false when it is not linear.
static bool addLinear(AffineExpr expr, int64_t factor, SmallVector<int64_t> &coefficients, int64_t &constant) {
  if (auto value = dyn_cast<AffineConstantExpr>(expr))
    return constant += factor * value.getValue(), true;
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return coefficients[dim.getPosition()] += factor, true;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (binary.getKind() == AffineExprKind::Add)
    return addLinear(binary.getLHS(), factor, coefficients, constant) && addLinear(binary.getRHS(), factor, coefficients, constant);
  if (binary.getKind() == AffineExprKind::Mul)
    if (auto scale = dyn_cast<AffineConstantExpr>(binary.getRHS()))
      return addLinear(binary.getLHS(), factor * scale.getValue(), coefficients, constant);
  return false;
}

FailureOr<isa::Affine> encode::affine(Operation *op, AffineMap map, unsigned result, int64_t scale) {
  SmallVector<int64_t> coefficients(map.getNumDims(), 0);
  int64_t constant = 0;
  if (!addLinear(map.getResult(result), scale, coefficients, constant))
    return op->emitOpError("has an offset that is not linear in the loops: ") << AffineMapAttr::get(map.getSubMap({result}));
  isa::Affine value(constant);
  for (auto [level, stride] : llvm::enumerate(coefficients))
    if (stride != 0)
      value.terms.push_back({stride, static_cast<int64_t>(level)});
  return value;
}

FailureOr<std::vector<isa::Affine>> encode::affines(Operation *op, AffineMap map) {
  std::vector<isa::Affine> values;
  for (unsigned i = 0; i < map.getNumResults(); ++i) {
    auto value = affine(op, map, i);
    if (failed(value))
      return failure();
    values.push_back(*value);
  }
  return values;
}

FailureOr<isa::Affine> encode::bufferAddress(Operation *op, Value value, Attribute slot, int64_t offset) {
  auto buffer = value.getDefiningOp<acc::BufferOp>();
  auto type = cast<acc::BufferType>(value.getType());
  if (!buffer || !buffer.getAddress() || !buffer.getMemory())
    return op->emitOpError("names a buffer without an address; run allocate-buffers first");
  isa::Affine address(static_cast<int64_t>(*buffer.getAddress()) + offset * type.getElementBytes());
  if (type.getSlots() == 1)
    return address;
  auto number = affine(op, cast<AffineMapAttr>(slot).getValue(), 0, type.getSlotBytes());
  if (failed(number))
    return failure();
  address.terms = number->terms;
  address.wrap = number->terms.empty() ? 0 : type.getSlotBytes() * type.getSlots();
  return address;
}

int64_t encode::memoryOf(Value value) { return static_cast<int64_t>(*value.getDefiningOp<acc::BufferOp>().getMemory()); }

std::optional<ElementType> encode::elementType(Type type) {
  bool isSigned = true;
  if (auto quantized = dyn_cast<quant::QuantizedType>(type)) {
    isSigned = quantized.isSigned();
    type = quantized.getStorageType();
  } else if (auto integer = dyn_cast<IntegerType>(type)) {
    isSigned = !integer.isUnsigned();
  }
  if (type.isF32())
    return ElementType::F32;
  if (type.isInteger(1))
    return ElementType::Bool;
  if (type.isInteger(8))
    return isSigned ? ElementType::I8 : ElementType::U8;
  if (type.isInteger(16))
    return isSigned ? ElementType::I16 : ElementType::U16;
  if (type.isInteger(32) && isSigned)
    return ElementType::I32;
  if (type.isInteger(64) && isSigned)
    return ElementType::I64;
  return std::nullopt;
}

ElementType encode::elementTypeOf(Value value) {
  Type type = llvm::isa<acc::BufferType>(value.getType()) ? cast<acc::BufferType>(value.getType()).getElementType()
                                                    : cast<RankedTensorType>(value.getType()).getElementType();
  return elementType(type).value_or(ElementType::I8);
}

std::vector<int64_t> encode::list(ArrayRef<int64_t> values, int64_t scale) {
  std::vector<int64_t> result;
  for (int64_t value : values)
    result.push_back(value * scale);
  return result;
}
