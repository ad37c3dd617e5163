// Verifiers of the products.
#include "dialects/Dnn/VerifyCommon.h"

using namespace mlir;

namespace dnnc::dnn {

using namespace detail;

// Element types of x, weights, bias and result of a product; the weights may be quantized along `axis`.
static LogicalResult verifyProduct(Operation *op, Value x, Value w, Value bias, int64_t axis,
                                   int64_t channels) {
  if (failed(verifyQuantAxes(op)))
    return failure();
  Type xType = elementType(x.getType());
  Type wType = elementType(w.getType());
  Type yType = elementType(op->getResult(0).getType());
  bool integer = isQuantized(xType);
  if (integer != isQuantized(wType))
    return op->emitOpError("have ") << xType << " and " << wType
                                    << ", need both factors quantized or neither";
  if (integer) {
    if (!isQuantizedNarrow(xType) || isPerAxis(xType))
      return op->emitOpError("have input of ")
             << xType << ", need 8- or 16-bit storage and one scale for the tensor";
    if (!isQuantizedNarrow(wType) || (isPerAxis(wType) && *quantAxisOf(wType) != axis))
      return op->emitOpError("have weights of ")
             << wType << ", need 8- or 16-bit storage and one scale, or one for each position of dimension " << axis;
    if (elementBytes(xType) != elementBytes(wType))
      return op->emitOpError("have ") << storageName(xType) << " ifmap and " << storageName(wType)
                                      << " weights; a product needs both in 8 bits, or both in int16";
    if (!yType.isF32() && (!isQuantizedNarrow(yType) || isPerAxis(yType)))
      return op->emitOpError("have result of ") << yType << ", need f32, or 8- or 16-bit storage and one scale";
  } else if (!xType.isF32() || !wType.isF32() || !yType.isF32()) {
    return op->emitOpError("have ") << xType << " times " << wType << " giving " << yType
                                    << ", need f32, or quantized factors";
  }
  if (!bias)
    return success();
  Type biasType = elementType(bias.getType());
  if (!biasType.isF32() && !(integer && biasType.isInteger(32)))
    return op->emitOpError("have bias of ")
           << biasType << (integer ? ", need f32 or i32" : ", need f32 for f32 factors");
  if (shapeOf(bias) != llvm::ArrayRef<int64_t>{channels})
    return op->emitOpError("have bias of shape ")
           << shapeText(shapeOf(bias)) << ", need [" << channels << "]";
  return success();
}

// Attributes of a window over two dimensions.
static LogicalResult verifyWindow(Operation *op, llvm::ArrayRef<int64_t> strides,
                                  llvm::ArrayRef<int64_t> dilations, llvm::ArrayRef<int64_t> pads) {
  return success(succeeded(verifyCount(op, "strides", strides.size(), 2)) &&
                 succeeded(verifyCount(op, "dilations", dilations.size(), 2)) &&
                 succeeded(verifyCount(op, "pads", pads.size(), 4)) &&
                 succeeded(verifyAtLeast(op, "strides", strides, 1)) &&
                 succeeded(verifyAtLeast(op, "dilations", dilations, 1)) &&
                 succeeded(verifyAtLeast(op, "pads", pads, 0)));
}

static LogicalResult verifyPositive(Operation *op, llvm::ArrayRef<int64_t> shape) {
  for (int64_t size : shape)
    if (size < 1)
      return op->emitOpError("have an output of shape ")
             << shapeText(shape) << ", need a window that fits into the padded input";
  return success();
}

LogicalResult ConvOp::verify() {
  if (failed(verifyRank(*this, "input", getX(), 4)) || failed(verifyRank(*this, "weights", getW(), 4)) ||
      failed(verifyWindow(*this, getStrides(), getDilations(), getPads())))
    return failure();
  auto x = shapeOf(getX());
  auto w = shapeOf(getW());
  int64_t group = getGroup();
  if (group < 1 || x[1] % group != 0 || w[0] % group != 0)
    return emitOpError("have group = ") << group << ", need a divisor of the " << x[1]
                                        << " input channels and the " << w[0] << " output channels";
  if (w[1] != x[1] / group)
    return emitOpError("have weights for ") << w[1] << " channels a group, need " << x[1] / group << " ("
                                            << x[1] << " input channels in " << group << " groups)";
  if (failed(verifyProduct(*this, getX(), getW(), getBias(), 0, w[0])))
    return failure();
  auto strides = getStrides(), dilations = getDilations(), pads = getPads();
  Shape y = {x[0], w[0]};
  for (int i = 0; i < 2; ++i)
    y.push_back(windowOutputSize(x[2 + i], w[2 + i], strides[i], dilations[i], pads[i], pads[2 + i]));
  if (failed(verifyPositive(*this, y)))
    return failure();
  return verifyResultShape(*this, y);
}

LogicalResult ConvTransposeOp::verify() {
  if (failed(verifyRank(*this, "input", getX(), 4)) || failed(verifyRank(*this, "weights", getW(), 4)) ||
      failed(verifyWindow(*this, getStrides(), getDilations(), getPads())) ||
      failed(verifyCount(*this, "output_padding", getOutputPadding().size(), 2)) ||
      failed(verifyAtLeast(*this, "output_padding", getOutputPadding(), 0)))
    return failure();
  auto x = shapeOf(getX());
  auto w = shapeOf(getW());
  int64_t group = getGroup();
  if (group < 1 || x[1] % group != 0)
    return emitOpError("have group = ") << group << ", need a divisor of the " << x[1] << " input channels";
  if (w[0] != x[1])
    return emitOpError("have weights for ") << w[0] << " input channels, need " << x[1];
  if (failed(verifyProduct(*this, getX(), getW(), getBias(), 1, w[1] * group)))
    return failure();
  auto strides = getStrides(), dilations = getDilations(), pads = getPads(), extra = getOutputPadding();
  Shape y = {x[0], w[1] * group};
  for (int i = 0; i < 2; ++i)
    y.push_back(
        transposedOutputSize(x[2 + i], w[2 + i], strides[i], dilations[i], pads[i], pads[2 + i], extra[i]));
  if (failed(verifyPositive(*this, y)))
    return failure();
  return verifyResultShape(*this, y);
}

LogicalResult MatMulOp::verify() {
  auto a = shapeOf(getA());
  auto b = shapeOf(getB());
  auto sizes = matMulShape(a, b, getTransposeA(), getTransposeB());
  if (!sizes)
    return emitOpError("have matrices ") << shapeText(a) << (getTransposeA() ? " transposed" : "") << " and "
                                         << shapeText(b) << (getTransposeB() ? " transposed" : "")
                                         << ", need one inner size and leading dimensions that broadcast";
  int64_t outputAxis = static_cast<int64_t>(b.size()) - (getTransposeB() ? 2 : 1);
  if (failed(verifyProduct(*this, getA(), getB(), getBias(), outputAxis, sizes->n)))
    return failure();
  if (b.size() == 1 && isPerAxis(getB().getType()))
    return emitOpError("have a one-dimensional right operand with several scales, need one scale");
  return verifyResultShape(*this, sizes->result);
}

} // namespace dnnc::dnn
