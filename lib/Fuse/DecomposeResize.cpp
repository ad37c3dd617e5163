#include "lib/Fuse/Decompose.h"
#include "lib/Fuse/Passes.h"
#include "lib/Reference/ResizeCoordinates.h"

namespace dnnc::fuse {
#define GEN_PASS_DEF_DECOMPOSERESIZE
#include "lib/Fuse/Passes.h.inc"
} // namespace dnnc::fuse

using namespace mlir;
using namespace dnnc;

namespace {

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

struct ResizeBuilder {
  OpBuilder builder;
  Location location;

  RankedTensorType resized(Value x, int64_t axis, int64_t size) {
    SmallVector<int64_t> shape(tensorType(x).getShape());
    shape[axis] = size;
    return dnn::withShape(tensorType(x), shape);
  }

  // The elements at `indices` of dimension `axis`, by the cheapest op that does it.
  Value take(Value x, int64_t axis, ArrayRef<int64_t> indices) {
    auto type = tensorType(x);
    int64_t input = type.getDimSize(axis), output = static_cast<int64_t>(indices.size());
    if (output % input == 0 && llvm::all_of(llvm::enumerate(indices), [&](auto entry) {
          return entry.value() == static_cast<int64_t>(entry.index()) / (output / input);
        }))
      return repeat(x, axis, output / input);
    int64_t step = output > 1 ? indices[1] - indices[0] : 1;
    if (step != 0 && llvm::all_of(llvm::enumerate(indices), [&](auto entry) {
          return entry.value() == indices[0] + static_cast<int64_t>(entry.index()) * step;
        })) {
      SmallVector<int64_t> offsets(type.getRank(), 0), steps(type.getRank(), 1);
      offsets[axis] = indices[0];
      steps[axis] = step;
      return dnn::SliceOp::create(builder, location, resized(x, axis, output), x, offsets, steps);
    }
    SmallVector<int32_t> narrow(indices.begin(), indices.end());
    ArrayRef<char> bytes(reinterpret_cast<const char *>(narrow.data()), narrow.size() * sizeof(int32_t));
    Value table =
        dnn::makeConstant(builder, location, RankedTensorType::get({output}, builder.getI32Type()), bytes);
    return dnn::GatherOp::create(builder, location, resized(x, axis, output), x, table, axis);
  }

  Value repeat(Value x, int64_t axis, int64_t times) {
    if (times == 1)
      return x;
    auto type = tensorType(x);
    SmallVector<int64_t> split(type.getShape()), whole(type.getShape());
    split.insert(split.begin() + axis + 1, 1);
    Value column = dnn::ReshapeOp::create(builder, location, dnn::withShape(type, split), x);
    split[axis + 1] = times;
    Value repeated = dnn::ExpandOp::create(builder, location, dnn::withShape(type, split), column);
    whole[axis] *= times;
    return dnn::ReshapeOp::create(builder, location, dnn::withShape(type, whole), repeated);
  }

  // x[first]·(1 - weight) + x[second]·weight along one dimension.
  Value interpolate(Value x, int64_t axis, ArrayRef<reference::LinearTaps> taps) {
    SmallVector<int64_t> first, second;
    SmallVector<float> firstWeights, secondWeights;
    for (const reference::LinearTaps &tap : taps) {
      first.push_back(tap.first);
      second.push_back(tap.second);
      firstWeights.push_back(static_cast<float>(1.0 - tap.weight));
      secondWeights.push_back(static_cast<float>(tap.weight));
    }
    if (llvm::all_of(secondWeights, [](float weight) { return weight == 0.0F; }))
      return take(x, axis, first);
    // Weights along the axis, to be broadcast over the dimensions behind it.
    SmallVector<int64_t> shape(tensorType(x).getRank() - axis, 1);
    shape[0] = static_cast<int64_t>(taps.size());
    auto weighted = [&](ArrayRef<int64_t> indices, ArrayRef<float> weights) -> Value {
      Value elements = take(x, axis, indices);
      Value table = dnn::makeConstant(builder, location, shape, weights);
      return dnn::MulOp::create(builder, location, elements.getType(), elements, table);
    };
    Value low = weighted(first, firstWeights), high = weighted(second, secondWeights);
    return dnn::AddOp::create(builder, location, low.getType(), low, high);
  }
};

LogicalResult decompose(dnn::ResizeOp op) {
  if (op.getMode() == dnn::ResizeMode::Cubic)
    return op.emitOpError(
        "have mode cubic, need nearest or linear: cubic interpolation has no form on the accelerator");
  ResizeBuilder resize{OpBuilder(op), op.getLoc()};
  bool linear = op.getMode() == dnn::ResizeMode::Linear;
  Value x = linear ? fuse::toFloat(resize.builder, op.getLoc(), op.getX()) : op.getX();
  auto output = tensorType(op.getY());
  for (int64_t axis = 0; axis < output.getRank(); ++axis) {
    reference::ResizeDimension dim{tensorType(op.getX()).getDimSize(axis), output.getDimSize(axis),
                                   op.getScales()[axis]};
    if (dim.input == dim.output && dim.scale == 1.0F)
      continue;
    SmallVector<int64_t> indices;
    SmallVector<reference::LinearTaps> taps;
    for (int64_t i = 0; i < dim.output; ++i) {
      if (linear)
        taps.push_back(reference::resizeLinear(dim, op.getCoordinateMode(), i));
      else
        indices.push_back(reference::resizeNearest(dim, op.getCoordinateMode(), op.getNearestMode(), i));
    }
    x = linear ? resize.interpolate(x, axis, taps) : resize.take(x, axis, indices);
  }
  if (x == op.getX()) { // nothing changes: a copy of the name would be a second tensor
    op.getY().replaceAllUsesWith(x);
    op.erase();
    return success();
  }
  fuse::replaceOp(resize.builder, op, x);
  return success();
}

struct DecomposeResizePass : fuse::impl::DecomposeResizeBase<DecomposeResizePass> {
  void runOnOperation() override {
    bool failedAny = false;
    getOperation().walk([&](dnn::ResizeOp op) { failedAny |= failed(decompose(op)); });
    if (failedAny)
      signalPassFailure();
  }
};

} // namespace
