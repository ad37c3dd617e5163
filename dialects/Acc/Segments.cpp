#include "dialects/Acc/Segments.h"
#include "dialects/Acc/Verify.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::acc;

std::optional<uint64_t> acc::zeroBits(Type elementType) {
  uint64_t mask = elementBits(elementType) >= 64 ? ~uint64_t(0) : (uint64_t(1) << elementBits(elementType)) - 1;
  if (auto uniform = dyn_cast<quant::UniformQuantizedType>(elementType))
    return static_cast<uint64_t>(uniform.getZeroPoint()) & mask;
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(elementType)) {
    if (!llvm::all_equal(perAxis.getZeroPoints()))
      return std::nullopt;
    return static_cast<uint64_t>(perAxis.getZeroPoints().front()) & mask;
  }
  return 0;
}

static isa::Codec codecOf(Format format) {
  switch (format) {
  case Format::raw:
    return isa::Codec::Raw;
  case Format::bitmask:
    return isa::Codec::Bitmask;
  case Format::rlc:
    return isa::Codec::Rlc;
  case Format::csc:
    return isa::Codec::Csc;
  case Format::nm:
    return isa::Codec::Nm;
  }
  llvm_unreachable("a format without a codec");
}

isa::SegmentFormat acc::segmentFormat(StorageAttr storage, Type elementType) {
  return {codecOf(storage.getFormat()), elementBytes(elementType), zeroBits(elementType).value_or(0),
          storage.getColumn(),          storage.getN(),            storage.getM()};
}

isa::SegmentGrid acc::segmentGrid(StorageAttr storage, RankedTensorType type) {
  isa::SegmentFormat format = segmentFormat(storage, type.getElementType());
  int64_t slot = storage.getSlot();
  if (slot == 0)
    slot = isa::roundedUp(isa::worstCaseBytes(format, llvm::product_of(storage.getSegment())), slotAlignment);
  return {std::vector<int64_t>(type.getShape()), std::vector<int64_t>(storage.getSegment()), slot,
          std::vector<int64_t>(storage.getOrder())};
}

LogicalResult acc::verifyStorage(Operation *op, StorageAttr storage, RankedTensorType type, bool isConstant) {
  auto format = stringifyFormat(storage.getFormat());
  Type element = type.getElementType();
  if (storage.getSegment().empty())
    return op->emitOpError("has a tensor in ") << format << " without segments; write them, as in segment = [16, 64, 3, 3]";
  if (type.getRank() > 7)
    return op->emitOpError() << format << " takes at most 7 dimensions, have " << type.getRank();
  if (storage.getSegment().size() != static_cast<size_t>(type.getRank()))
    return op->emitOpError("have a segment of ") << storage.getSegment().size() << " dimensions, the tensor has " << type.getRank();
  for (auto [size, segment] : llvm::zip(type.getShape(), storage.getSegment()))
    if (segment > size)
      return op->emitOpError("segment size ") << segment << " is more than the dimension " << size;
  if (!zeroBits(element))
    return op->emitOpError() << format << " leaves out one zero point, have " << element << "; store it raw";
  SmallVector<int64_t> segment(storage.getSegment());
  for (auto [place, dim] : llvm::enumerate(storage.getOrder()))
    segment[place] = storage.getSegment()[dim];
  isa::SegmentFormat bytes = segmentFormat(storage, element);
  if (std::vector<std::string> problems = isa::problemsOf(bytes, segment); !problems.empty())
    return op->emitOpError("cannot have ") << element << " stored as " << storage << ": " << problems[0] << "; store it raw";
  int64_t worst = isa::worstCaseBytes(bytes, llvm::product_of(segment));
  if (!isConstant && storage.getSlot() != 0 && storage.getSlot() < worst)
    return op->emitOpError("have slots of ") << storage.getSlot() << " bytes, an activation's segment may need " << worst;
  if (segmentGrid(storage, type).bytes > int64_t(1) << 47)
    return op->emitOpError("have slots that reach beyond 2^47 bytes");
  return success();
}
