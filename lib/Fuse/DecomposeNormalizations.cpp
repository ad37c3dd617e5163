#include "lib/Fuse/Decompose.h"
#include "lib/Fuse/Passes.h"

namespace dnnc::fuse {
#define GEN_PASS_DEF_DECOMPOSENORMALIZATIONS
#include "lib/Fuse/Passes.h.inc"
} // namespace dnnc::fuse

using namespace mlir;
using namespace dnnc;
using namespace dnnc::fuse;

namespace {

// Builds float ops at one place.
struct Floats {
  OpBuilder &builder;
  Location location;

  template <typename Op> Value unary(Value x) { return Op::create(builder, location, x.getType(), x); }
  template <typename Op> Value binary(Value a, Value b) {
    auto left = cast<RankedTensorType>(a.getType()), right = cast<RankedTensorType>(b.getType());
    auto shape = *dnn::broadcastShape(left.getShape(), right.getShape());
    return Op::create(builder, location, dnn::withShape(left, shape), a, b);
  }
  Value constant(Value like, float value) { return constantLike(builder, location, like, value); }
  Value reduce(Value x, dnn::ReduceKind kind, int64_t axis) {
    auto type = cast<RankedTensorType>(x.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[axis] = 1;
    return dnn::ReduceOp::create(builder, location, dnn::withShape(type, shape), x, kind,
                                 llvm::ArrayRef<int64_t>{axis}, /*keepdims=*/true);
  }
};

Value lowerLrn(Floats f, dnn::LrnOp op, Value x) {
  auto size = static_cast<int64_t>(op.getSize());
  Value squares = f.binary<dnn::MulOp>(x, x);
  Value sum = dnn::WindowSumOp::create(f.builder, f.location, squares.getType(), squares, /*axis=*/1, size,
                                       (size - 1) / 2);
  float factor = op.getAlpha().convertToFloat() / static_cast<float>(size);
  Value scaled = f.binary<dnn::MulOp>(sum, f.constant(x, factor));
  Value base = f.binary<dnn::AddOp>(scaled, f.constant(x, op.getBias().convertToFloat()));
  Value power = f.binary<dnn::PowOp>(base, f.constant(x, op.getBeta().convertToFloat()));
  return f.binary<dnn::DivOp>(x, power);
}

Value lowerSoftmax(Floats f, int64_t axis, bool logarithm, Value x) {
  // The largest element is taken off first, so that exp does not overflow.
  Value shifted = f.binary<dnn::SubOp>(x, f.reduce(x, dnn::ReduceKind::Max, axis));
  Value exponentials = f.unary<dnn::ExpOp>(shifted);
  Value sum = f.reduce(exponentials, dnn::ReduceKind::Sum, axis);
  if (logarithm)
    return f.binary<dnn::SubOp>(shifted, f.unary<dnn::LogOp>(sum));
  return f.binary<dnn::DivOp>(exponentials, sum);
}

Value lowerBatchNorm(Floats f, dnn::BatchNormOp op, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  // [C] becomes [C, 1, ...], so that it broadcasts along the channels.
  auto perChannel = [&](Value vector) -> Value {
    SmallVector<int64_t> shape(type.getRank() - 1, 1);
    shape[0] = type.getDimSize(1);
    return dnn::ReshapeOp::create(f.builder, f.location, dnn::withShape(type, shape), vector);
  };
  Value variance =
      f.binary<dnn::AddOp>(op.getVariance(), f.constant(op.getVariance(), op.getEpsilon().convertToFloat()));
  Value factor = f.binary<dnn::DivOp>(op.getScale(), f.unary<dnn::SqrtOp>(variance));
  Value offset = f.binary<dnn::SubOp>(op.getBias(), f.binary<dnn::MulOp>(op.getMean(), factor));
  return f.binary<dnn::AddOp>(f.binary<dnn::MulOp>(x, perChannel(factor)), perChannel(offset));
}

struct DecomposeNormalizationsPass : fuse::impl::DecomposeNormalizationsBase<DecomposeNormalizationsPass> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (!isa<dnn::LrnOp, dnn::SoftmaxOp, dnn::LogSoftmaxOp, dnn::BatchNormOp>(op))
        return;
      OpBuilder builder(op);
      Floats f{builder, op->getLoc()};
      Value x = toFloat(builder, op->getLoc(), op->getOperand(0));
      Value y =
          llvm::TypeSwitch<Operation *, Value>(op)
              .Case([&](dnn::LrnOp lrn) { return lowerLrn(f, lrn, x); })
              .Case([&](dnn::BatchNormOp norm) { return lowerBatchNorm(f, norm, x); })
              .Case([&](dnn::SoftmaxOp softmax) { return lowerSoftmax(f, softmax.getAxis(), false, x); })
              .Case([&](dnn::LogSoftmaxOp softmax) { return lowerSoftmax(f, softmax.getAxis(), true, x); });
      replaceOp(builder, op, y);
    });
  }
};

} // namespace
