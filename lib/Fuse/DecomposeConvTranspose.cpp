#include "lib/Fuse/Decompose.h"
#include "lib/Fuse/Passes.h"

namespace dnnc::fuse {
#define GEN_PASS_DEF_DECOMPOSECONVTRANSPOSE
#include "lib/Fuse/Passes.h.inc"
} // namespace dnnc::fuse

using namespace mlir;
using namespace dnnc;

namespace {

// One spatial dimension. Output position o takes x[i]·w[r] where o + pad = i·stride + r·dilation. Written as
// o + pad = t·stride + phase, a phase sees the taps r·dilation = phase + k·stride, at x[t - k], for k < taps:
// an ordinary convolution over t with the taps in reverse.
struct Axis {
  Axis(int64_t input, int64_t output, int64_t kernel, int64_t stride, int64_t dilation, int64_t pad)
      : stride(stride), dilation(dilation) {
    taps = llvm::divideCeil((kernel - 1) * dilation + 1, stride);
    first =
        std::min(pad / stride, taps - 1); // positions before are of no use but to a small kernel's padding
    int64_t last = (pad + output - 1) / stride;
    padBefore = taps - 1 - first;
    padAfter = std::max<int64_t>(0, last - (input - 1));
    positions = input + padBefore + padAfter - taps + 1;
    offset = pad - first * stride;
  }
  // The kernel index of a phase's tap, counted in the order of the convolution; -1 for one that is missing.
  int64_t tap(int64_t phase, int64_t position, int64_t kernel) const {
    int64_t spread = phase + (taps - 1 - position) * stride;
    return spread % dilation == 0 && spread / dilation < kernel ? spread / dilation : -1;
  }
  int64_t stride, dilation;
  int64_t taps;                // of one phase
  int64_t first;               // the first t computed
  int64_t padBefore, padAfter; // of the convolution
  int64_t positions;           // values of t computed
  int64_t offset;              // of the first output among the interleaved positions
};

struct Phases {
  Axis h, w;
  int64_t count() const { return h.stride * w.stride; }
};

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

// The weights [C, M/group, R, S] as [M·phases, C/group, tapsH, tapsW]: channel m's phases stand together.
Value phaseWeights(OpBuilder &builder, dnn::ConvTransposeOp op, const Phases &phases, ArrayRef<char> bytes) {
  auto type = tensorType(op.getW());
  int64_t inputs = type.getDimSize(0), perGroup = type.getDimSize(1), kernelH = type.getDimSize(2),
          kernelW = type.getDimSize(3), group = static_cast<int64_t>(op.getGroup());
  int64_t outputs = perGroup * group, inputsPerGroup = inputs / group;
  int64_t size = dnn::elementBytes(type);
  SmallVector<int64_t> shape = {outputs * phases.count(), inputsPerGroup, phases.h.taps, phases.w.taps};
  std::vector<char> result;
  result.reserve(static_cast<size_t>(dnn::elementCount(shape) * size));
  auto zeroPoints = dnn::zeroPointsOf(type);
  for (int64_t m = 0; m < outputs; ++m) {
    int64_t inGroup = m % perGroup, firstInput = m / perGroup * inputsPerGroup;
    // A missing tap is zero; stored, that is the zero point. f32 weights have none and a zero of zero bytes.
    int64_t zero = zeroPoints.empty() ? 0 : zeroPoints[inGroup % zeroPoints.size()];
    for (int64_t phase = 0; phase < phases.count(); ++phase)
      for (int64_t c = firstInput; c < firstInput + inputsPerGroup; ++c)
        for (int64_t i = 0; i < phases.h.taps; ++i)
          for (int64_t j = 0; j < phases.w.taps; ++j) {
            int64_t r = phases.h.tap(phase / phases.w.stride, i, kernelH);
            int64_t s = phases.w.tap(phase % phases.w.stride, j, kernelW);
            if (r < 0 || s < 0) {
              for (int64_t byte = 0; byte < size; ++byte)
                result.push_back(static_cast<char>(zero >> (8 * byte)));
              continue;
            }
            const char *element =
                bytes.data() + (((c * perGroup + inGroup) * kernelH + r) * kernelW + s) * size;
            result.insert(result.end(), element, element + size);
          }
  }
  Type element = type.getElementType();
  if (dnn::isPerAxis(element)) {
    SmallVector<int64_t> channels;
    for (int64_t m = 0; m < outputs; ++m)
      channels.append(phases.count(), m % perGroup);
    element = dnn::withQuantAxis(dnn::withQuantChannels(element, channels), 0);
  }
  return dnn::makeConstant(builder, op.getW().getLoc(), RankedTensorType::get(shape, element), result);
}

// [M] as [M·phases], each value repeated.
Value phaseBias(OpBuilder &builder, Value bias, int64_t phases) {
  auto type = tensorType(bias);
  int64_t count = type.getNumElements();
  Value column = dnn::ReshapeOp::create(builder, bias.getLoc(), dnn::withShape(type, {count, 1}), bias);
  Value repeated =
      dnn::ExpandOp::create(builder, bias.getLoc(), dnn::withShape(type, {count, phases}), column);
  return dnn::ReshapeOp::create(builder, bias.getLoc(), dnn::withShape(type, {count * phases}), repeated);
}

LogicalResult decompose(dnn::ConvTransposeOp op) {
  std::vector<char> storage;
  ElementsAttr value = dnn::constantValue(op.getW());
  auto bytes = value ? dnn::constantBytes(value, storage) : std::nullopt;
  if (!bytes)
    return op.emitOpError(
        "have weights that are computed at run time, need constant ones: their taps are dealt out "
        "to the phases of the stride by the compiler");
  auto x = tensorType(op.getX()), w = tensorType(op.getW()), y = tensorType(op.getY());
  auto axis = [&](int i) {
    return Axis(x.getDimSize(2 + i), y.getDimSize(2 + i), w.getDimSize(2 + i), op.getStrides()[i],
                op.getDilations()[i], op.getPads()[i]);
  };
  Phases phases{axis(0), axis(1)};
  const Axis &h = phases.h, &v = phases.w;

  OpBuilder builder(op);
  Location location = op.getLoc();
  Value weights = phaseWeights(builder, op, phases, *bytes);
  Value bias = op.getBias() ? phaseBias(builder, op.getBias(), phases.count()) : Value();
  int64_t batch = y.getDimSize(0), channels = y.getDimSize(1);
  auto shaped = [&](ArrayRef<int64_t> shape) { return dnn::withShape(y, shape); };
  Value result = dnn::ConvOp::create(
      builder, location, shaped({batch, channels * phases.count(), h.positions, v.positions}), op.getX(),
      weights, bias, ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{1, 1},
      ArrayRef<int64_t>{h.padBefore, v.padBefore, h.padAfter, v.padAfter}, op.getGroup());
  // Phases go from channels to space: [N, M, s, t, P, Q] to [N, M, P, s, Q, t].
  if (phases.count() > 1) {
    result = dnn::ReshapeOp::create(
        builder, location, shaped({batch, channels, h.stride, v.stride, h.positions, v.positions}), result);
    result = dnn::TransposeOp::create(builder, location,
                                      shaped({batch, channels, h.positions, h.stride, v.positions, v.stride}),
                                      result, ArrayRef<int64_t>{0, 1, 4, 2, 5, 3});
    result = dnn::ReshapeOp::create(
        builder, location, shaped({batch, channels, h.positions * h.stride, v.positions * v.stride}), result);
  }
  if (result.getType() != y || h.offset != 0 || v.offset != 0)
    result = dnn::SliceOp::create(builder, location, y, result, ArrayRef<int64_t>{0, 0, h.offset, v.offset},
                                  ArrayRef<int64_t>{1, 1, 1, 1});
  fuse::replaceOp(builder, op, result);
  return success();
}

struct DecomposeConvTransposePass : fuse::impl::DecomposeConvTransposeBase<DecomposeConvTransposePass> {
  void runOnOperation() override {
    bool failedAny = false;
    getOperation().walk([&](dnn::ConvTransposeOp op) { failedAny |= failed(decompose(op)); });
    if (failedAny)
      signalPassFailure();
  }
};

} // namespace
