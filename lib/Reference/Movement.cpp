// Ops that move elements.
#include "lib/Reference/Movement.h"
#include "lib/Reference/Arithmetic.h"
#include "lib/Reference/Families.h"

namespace dnnc::reference {

namespace {

/// Moves operand 0: result[index] = x at first + Σ index[d] · strides[d].
Tensor moveStrided(const Call &call, int64_t first, ArrayRef<int64_t> strides) {
  return moveElements(call, [&](ArrayRef<int64_t> index) {
    return Origin{&call.inputs[0], first + offsetOf(index, strides)};
  });
}

} // namespace

FailureOr<Tensor> evaluateOp(dnn::ReshapeOp op, const Call &call) {
  return call.inputs[0].reshaped(call.shape);
}

FailureOr<Tensor> evaluateOp(dnn::TransposeOp op, const Call &call) {
  const SmallVector<int64_t> from = stridesOf(call.inputs[0].shape);
  SmallVector<int64_t> strides;
  for (int64_t dim : op.getPerm())
    strides.push_back(from[dim]);
  return moveStrided(call, 0, strides);
}

FailureOr<Tensor> evaluateOp(dnn::ExpandOp op, const Call &call) {
  return moveStrided(call, 0, broadcastStrides(call.inputs[0].shape, call.shape));
}

FailureOr<Tensor> evaluateOp(dnn::SliceOp op, const Call &call) {
  SmallVector<int64_t> strides = stridesOf(call.inputs[0].shape);
  const int64_t first = offsetOf(op.getOffsets(), strides);
  for (size_t d = 0; d < strides.size(); ++d)
    strides[d] *= op.getSteps()[d];
  return moveStrided(call, first, strides);
}

/// The position a padded position stands for, −1 where it is the padding's value.
static int64_t unpadded(dnn::PadMode mode, int64_t position, int64_t extent) {
  if (position >= 0 && position < extent)
    return position;
  auto modulo = [](int64_t a, int64_t n) { return (a % n + n) % n; };
  switch (mode) {
  case dnn::PadMode::Constant:
    break;
  case dnn::PadMode::Edge:
    return position < 0 ? 0 : extent - 1;
  case dnn::PadMode::Wrap:
    return modulo(position, extent);
  case dnn::PadMode::Reflect: {
    const int64_t period = std::max<int64_t>(1, 2 * (extent - 1)), phase = modulo(position, period);
    return std::min(phase, period - phase);
  }
  }
  return -1;
}

FailureOr<Tensor> evaluateOp(dnn::PadOp op, const Call &call) {
  const std::vector<int64_t> &from = call.inputs[0].shape;
  const SmallVector<int64_t> strides = stridesOf(from);
  const double value = op.getValue().convertToDouble();
  const Tensor fill = call.result.isInteger() ? fromIntegers({truncateValue(value, call.result.storage)},
                                                             call.result.storage, {1})
                                              : fromReals({static_cast<float>(value)}, call.result, {1});
  return moveElements(call, [&](ArrayRef<int64_t> index) {
    int64_t element = 0;
    for (size_t d = 0; d < from.size(); ++d) {
      const int64_t position = unpadded(op.getMode(), index[d] - op.getLow()[d], from[d]);
      if (position < 0)
        return Origin{&fill, 0};
      element += position * strides[d];
    }
    return Origin{&call.inputs[0], element};
  });
}

FailureOr<Tensor> evaluateOp(dnn::ConcatOp op, const Call &call) {
  const size_t axis = op.getAxis();
  SmallVector<int64_t> ends; // of each part along the axis
  SmallVector<SmallVector<int64_t>> strides;
  for (const Tensor &input : call.inputs) {
    ends.push_back((ends.empty() ? 0 : ends.back()) + input.shape[axis]);
    strides.push_back(stridesOf(input.shape));
  }
  return moveElements(call, [&](ArrayRef<int64_t> index) {
    const size_t part = llvm::upper_bound(ends, index[axis]) - ends.begin();
    const int64_t start = part ? ends[part - 1] : 0;
    return Origin{&call.inputs[part], offsetOf(index, strides[part]) - start * strides[part][axis]};
  });
}

FailureOr<Tensor> evaluateOp(dnn::GatherOp op, const Call &call) {
  const std::vector<int64_t> &from = call.inputs[0].shape;
  const size_t axis = op.getAxis(), indexRank = call.inputs[1].shape.size();
  const SmallVector<int64_t> strides = stridesOf(from), indexStrides = stridesOf(call.inputs[1].shape);
  std::vector<int64_t> indices = integers(call.inputs[1]);
  for (int64_t &index : indices) {
    if (index < -from[axis] || index >= from[axis])
      return call.error() << "has index " << index << "; needs one in [" << -from[axis] << ", " << from[axis]
                          << "), dimension " << axis << " of " << op.getX().getType();
    if (index < 0)
      index += from[axis];
  }
  return moveElements(call, [&](ArrayRef<int64_t> index) {
    int64_t element = offsetOf(index.take_front(axis), ArrayRef(strides).take_front(axis));
    element += indices[offsetOf(index.slice(axis, indexRank), indexStrides)] * strides[axis];
    element += offsetOf(index.drop_front(axis + indexRank), ArrayRef(strides).drop_front(axis + 1));
    return Origin{&call.inputs[0], element};
  });
}

FailureOr<Tensor> evaluateOp(dnn::WhereOp op, const Call &call) {
  auto condition = call.inputs[0].as<uint8_t>();
  SmallVector<SmallVector<int64_t>> strides;
  for (const Tensor &input : call.inputs)
    strides.push_back(broadcastStrides(input.shape, call.shape));
  return moveElements(call, [&](ArrayRef<int64_t> index) {
    const size_t chosen = condition[offsetOf(index, strides[0])] ? 1 : 2;
    return Origin{&call.inputs[chosen], offsetOf(index, strides[chosen])};
  });
}

} // namespace dnnc::reference
