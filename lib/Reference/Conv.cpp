#include "lib/Reference/Families.h"
#include "lib/Reference/Product.h"
#include "lib/Reference/ProductLoops.h"

namespace dnnc::reference {

namespace {

/// What both convolutions read from their op and types alike.
template <typename Op> Convolution geometryOf(Op op, const Call &call) {
  const std::vector<int64_t> &x = call.inputs[0].shape, &w = call.inputs[1].shape, &y = call.shape;
  Convolution shape;
  shape.batch = x[0];
  shape.groups = op.getGroup();
  shape.inChannels = x[1] / shape.groups;
  shape.outChannels = y[1] / shape.groups;
  shape.height = x[2];
  shape.width = x[3];
  shape.rows = y[2];
  shape.columns = y[3];
  shape.kernelHeight = w[2];
  shape.kernelWidth = w[3];
  for (int64_t d = 0; d < 2; ++d) {
    shape.strides[d] = op.getStrides()[d];
    shape.dilations[d] = op.getDilations()[d];
    shape.pads[d] = op.getPads()[d];
  }
  return shape;
}

} // namespace

FailureOr<Tensor> evaluateOp(dnn::ConvOp op, const Call &call) {
  const Convolution shape = geometryOf(op, call);
  return withAccumulator(call, [&](auto zero) {
    using Value = decltype(zero);
    auto filterOf = [&](int64_t g, int64_t m, Value *filter) {
      const int64_t channel = g * shape.outChannels + m;
      const int64_t count = shape.inChannels * shape.kernelHeight * shape.kernelWidth;
      readFactor(call.inputs[1], channel * count, 1, count, call.formats[1].zeroPoint(channel), filter);
    };
    std::vector<Value> accumulators(elementCount(call.shape));
    convolve<Value>(shape, readFirstFactor<Value>(call).data(), filterOf, accumulators.data());
    return finishProduct(call, accumulators, shape.rows * shape.columns, shape.groups * shape.outChannels);
  });
}

FailureOr<Tensor> evaluateOp(dnn::ConvTransposeOp op, const Call &call) {
  const Convolution shape = geometryOf(op, call);
  return withAccumulator(call, [&](auto zero) {
    using Value = decltype(zero);
    auto filterOf = [&](int64_t g, int64_t m, Value *filter) {
      const int64_t count = shape.kernelHeight * shape.kernelWidth;
      for (int64_t c = 0; c < shape.inChannels; ++c)
        readFactor(call.inputs[1], ((g * shape.inChannels + c) * shape.outChannels + m) * count, 1, count,
                   call.formats[1].zeroPoint(m), filter + c * count);
    };
    std::vector<Value> accumulators(elementCount(call.shape));
    convolveTransposed<Value>(shape, readFirstFactor<Value>(call).data(), filterOf, accumulators.data());
    return finishProduct(call, accumulators, shape.rows * shape.columns, shape.groups * shape.outChannels);
  });
}

} // namespace dnnc::reference
