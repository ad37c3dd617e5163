// Ops that move elements: transposes, slices, broadcasts, padding, gathers, concatenations.
#include "lib/Mapping/GroupBuilder.h"

#include "lib/Reference/Reference.h"

#include "llvm/ADT/bit.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

static SmallVector<int64_t> iota(int64_t count) {
  SmallVector<int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

/// A group that picks positions along an axis.
static FailureOr<Value> gather(GroupBuilder &groups, Location loc, StringRef kind, Value input, int64_t axis, ArrayRef<int32_t> indices) {
  auto indexType = RankedTensorType::get({static_cast<int64_t>(indices.size())}, groups.builder.getI32Type());
  Value table = groups.constant(loc, DenseElementsAttr::get(indexType, indices), indexType);
  SmallVector<int64_t> shape(tensorType(input).getShape());
  shape[axis] = indices.size();
  auto result = RankedTensorType::get(shape, elementOf(input));
  return groups.group(loc, kind, {input, table}, result, [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
    return acc::GatherOp::create(b, loc, result, args[0], args[1], axis).getResult();
  });
}

/// The raw bits that stand for a real value in an element type.
static FailureOr<int64_t> rawBits(Operation *op, double value, Type type) {
  if (type.isInteger(64) && (value < 0 || value > 4294967295.0))
    return op->emitOpError("pads 64-bit integers with ") << value << "; the load queue fills with 0 to 4294967295";
  if (isa<Float32Type>(type))
    return static_cast<int64_t>(llvm::bit_cast<uint32_t>(static_cast<float>(value)));
  double stored = value;
  if (auto quantization = quantizationOf(type))
    stored = std::clamp<double>(std::nearbyint(static_cast<float>(value) / quantization->scale) + quantization->zeroPoint,
                                quantization->low, quantization->high);
  return static_cast<int64_t>(stored);
}

static FailureOr<Value> formPad(GroupBuilder &groups, dnn::PadOp pad, IRMapping &values) {
  Value input = values.lookup(pad.getX());
  int64_t rank = tensorType(input).getRank();
  if (pad.getMode() == dnn::PadMode::Constant) {
    auto fill = rawBits(pad, pad.getValue().convertToDouble(), elementOf(pad.getY()));
    if (failed(fill))
      return failure();
    SmallVector<int64_t> offsets = llvm::map_to_vector(pad.getLow(), [](int64_t low) { return -low; });
    return groups.move(pad.getLoc(), "pad", input, tensorType(pad.getY()), iota(rank), offsets, SmallVector<int64_t>(rank, 1), *fill);
  }
  // The other modes repeat elements: a gather for each padded axis.
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t low = pad.getLow()[axis], high = pad.getHigh()[axis], size = tensorType(input).getDimSize(axis);
    if (low == 0 && high == 0)
      continue;
    SmallVector<int32_t> indices;
    for (int64_t i = -low; i < size + high; ++i) {
      int64_t position = i;
      if (pad.getMode() == dnn::PadMode::Edge) {
        position = std::clamp<int64_t>(i, 0, size - 1);
      } else if (pad.getMode() == dnn::PadMode::Wrap) {
        position = ((i % size) + size) % size;
      } else {
        // Reflected at the border elements, at most once.
        position = i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
      }
      indices.push_back(position);
    }
    auto padded = gather(groups, pad.getLoc(), "pad", input, axis, indices);
    if (failed(padded))
      return failure();
    input = *padded;
  }
  return input;
}

static FailureOr<Value> formGather(GroupBuilder &groups, dnn::GatherOp op, IRMapping &values) {
  FailureOr<Tensor> constant = reference::constantOf(op.getIndices());
  if (failed(constant))
    return op.emitOpError("has indices that are computed at run time; they have to be constant");
  int64_t axis = op.getAxis(), size = tensorType(op.getX()).getDimSize(axis);
  SmallVector<int32_t> indices;
  auto append = [&](int64_t index) { indices.push_back(index < 0 ? index + size : index); };
  if (constant->type == ElementType::I64)
    llvm::for_each(constant->as<int64_t>(), append);
  else
    llvm::for_each(constant->as<int32_t>(), append);
  for (int32_t index : indices)
    if (index < 0 || index >= size)
      return op.emitOpError("has index ") << index << " along an axis of " << size;
  auto value = gather(groups, op.getLoc(), "gather", values.lookup(op.getX()), axis, indices);
  return failed(value) ? value : groups.reshapeTo(op.getLoc(), *value, op.getType());
}

/// Whether the group that made `value` (the only user being the concatenation) may store into its part directly. What a
/// reshape to the same type gives is its operand's value, which may have other users.
static bool storesInPlace(Value dnnValue, Value value) {
  return dnnValue.hasOneUse() && isa_and_nonnull<acc::GroupOp>(value.getDefiningOp()) &&
         !isa<dnn::ReshapeOp, dnn::StorageCastOp, dnn::PadOp>(dnnValue.getDefiningOp());
}

static FailureOr<Value> formConcat(GroupBuilder &groups, dnn::ConcatOp concat, IRMapping &values) {
  Location loc = concat.getLoc();
  SmallVector<Value> parts;
  for (Value operand : concat.getInputs()) {
    Value part = values.lookup(operand);
    if (tensorType(operand).getNumElements() == 0)
      continue;
    if (!storesInPlace(operand, part)) {
      auto copied = groups.copy(loc, part);
      if (failed(copied))
        return failure();
      part = *copied;
    }
    parts.push_back(part);
  }
  return acc::ConcatOp::create(groups.builder, loc, concat.getType(), parts, concat.getAxis()).getResult();
}

FailureOr<Value> mapping::formMovement(GroupBuilder &groups, Operation *op, IRMapping &values) {
  Location loc = op->getLoc();
  if (auto transpose = dyn_cast<dnn::TransposeOp>(op)) {
    SmallVector<int64_t> dims(transpose.getPerm().size());
    for (auto [result, input] : llvm::enumerate(transpose.getPerm()))
      dims[input] = result;
    if (dims.empty())
      return groups.copy(loc, values.lookup(transpose.getX()));
    return groups.move(loc, "transpose", values.lookup(transpose.getX()), tensorType(transpose.getY()), dims,
                       SmallVector<int64_t>(dims.size(), 0), SmallVector<int64_t>(dims.size(), 1));
  }
  if (auto slice = dyn_cast<dnn::SliceOp>(op))
    return groups.move(loc, "slice", values.lookup(slice.getX()), tensorType(slice.getY()), iota(slice.getOffsets().size()),
                       slice.getOffsets(), slice.getSteps());
  if (auto expand = dyn_cast<dnn::ExpandOp>(op))
    return groups.broadcast(loc, values.lookup(expand.getX()), tensorType(expand.getY()));
  if (auto pad = dyn_cast<dnn::PadOp>(op))
    return formPad(groups, pad, values);
  if (auto gatherOp = dyn_cast<dnn::GatherOp>(op))
    return formGather(groups, gatherOp, values);
  if (auto concat = dyn_cast<dnn::ConcatOp>(op))
    return formConcat(groups, concat, values);
  return op->emitOpError("is not an op of the accelerator; run the passes that decompose it first (decompose, quantize-fold-qdq)");
}
