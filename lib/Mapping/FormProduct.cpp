// Convolutions and matrix products, with the clamps and 8-bit functions that follow them in the array's output path.
#include "lib/Mapping/GroupBuilder.h"

#include "lib/Reference/Reference.h"

#include "mlir/Dialect/Traits.h"

#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

namespace {
/// A product's operands and result as the array sees them.
struct Product {
  Operation *op;
  Value x, w, bias;
  int64_t channels; ///< output channels, the rows of the parameters
};

/// What the output path does.
struct OutputPath {
  acc::OutputMode mode = acc::OutputMode::floating;
  int32_t ifmapZeroPoint = 0, outputZeroPoint = 0;
  float outputScale = 1;
  double clampLow = -std::numeric_limits<double>::infinity(), clampHigh = std::numeric_limits<double>::infinity();
  std::optional<std::vector<uint8_t>> table;
  std::vector<int32_t> params; ///< four words a channel; empty for none
};

int32_t floatBits(float value) { return llvm::bit_cast<int32_t>(value); }

/// The float32 scales and the zero points of a weight, one a channel or one for all.
void weightQuantization(Product product, SmallVector<float> &scales, SmallVector<int64_t> &zeroPoints) {
  if (auto uniform = dyn_cast<quant::UniformQuantizedType>(elementOf(product.w))) {
    scales.assign(1, uniform.getScale());
    zeroPoints.assign(1, uniform.getZeroPoint());
    return;
  }
  auto perAxis = cast<quant::UniformQuantizedPerAxisType>(elementOf(product.w));
  scales.assign(perAxis.getScales().begin(), perAxis.getScales().end());
  zeroPoints.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
}

/// Fills mode and parameters (hardware.md, Numerics: products). The ops' verifiers let both factors be quantized, or
/// neither, the weights for each output channel and the others for the whole tensor.
FailureOr<OutputPath> outputPathOf(Product product) {
  OutputPath path;
  Type resultElement = elementOf(product.op->getResult(0)), biasElement = product.bias ? elementOf(product.bias) : Type();
  std::optional<Tensor> bias;
  if (product.bias) {
    FailureOr<Tensor> value = reference::constantOf(product.bias);
    if (failed(value))
      return product.op->emitOpError("has a bias that is computed at run time; it has to be a constant");
    bias = *value;
  }
  auto x = quantizationOf(elementOf(product.x)), y = quantizationOf(resultElement);
  if (!x) {
    if (bias)
      for (float value : bias->as<float>())
        path.params.insert(path.params.end(), {floatBits(value), floatBits(1.0f), 0, 0});
    return path;
  }

  SmallVector<float> scales;
  SmallVector<int64_t> zeroPoints;
  weightQuantization(product, scales, zeroPoints);
  bool floatBias = bias && isa<FloatType>(biasElement);
  path.ifmapZeroPoint = x->zeroPoint;
  if (!y) {
    path.mode = acc::OutputMode::dequantize;
  } else {
    path.mode = floatBias ? acc::OutputMode::dequantize_quantize : acc::OutputMode::requantize;
    path.outputZeroPoint = y->zeroPoint;
    path.outputScale = y->scale;
    path.clampLow = y->low;
    path.clampHigh = y->high;
  }
  for (int64_t channel = 0; channel < product.channels; ++channel) {
    size_t index = scales.size() == 1 ? 0 : channel;
    float multiplier = x->scale * scales[index];
    if (path.mode == acc::OutputMode::requantize)
      multiplier = multiplier / y->scale;
    int32_t inside = bias && !floatBias ? bias->as<int32_t>()[channel] : 0;
    float after = floatBias ? bias->as<float>()[channel] : 0.0f;
    path.params.insert(path.params.end(), {inside, floatBits(multiplier), static_cast<int32_t>(zeroPoints[index]), floatBits(after)});
  }
  return path;
}

/// Takes a relu, clip or 8-bit function that follows into the output path.
LogicalResult absorb(OutputPath &path, Operation *op) {
  auto quantization = quantizationOf(elementOf(op->getResult(0)));
  bool same = op->getOperand(0).getType() == op->getResult(0).getType();
  if (same && !path.table && isa<dnn::ReluOp, dnn::ClipOp>(op)) {
    double low = 0, high = std::numeric_limits<double>::infinity();
    if (auto clip = dyn_cast<dnn::ClipOp>(op))
      low = clip.getMin().convertToFloat(), high = clip.getMax().convertToFloat();
    if (quantization) {
      auto integer = [&](double real) -> double {
        double rounded = std::nearbyint(static_cast<float>(real) / quantization->scale) + quantization->zeroPoint;
        return std::clamp<double>(rounded, quantization->low, quantization->high);
      };
      low = integer(low);
      high = std::isinf(high) ? quantization->high : integer(high);
    }
    // As min(max(v, low), high) after what clamps already.
    path.clampLow = std::min(std::max(path.clampLow, low), high);
    path.clampHigh = std::max(std::min(path.clampHigh, high), low);
    path.clampHigh = std::max(path.clampHigh, path.clampLow);
    return success();
  }
  if (!isTableFunction(op))
    return op->emitOpError("cannot follow a product in the array's output path");
  auto entries = tableOf(op);
  if (failed(entries))
    return failure();
  ArrayRef<char> raw = cast<DenseElementsAttr>(*entries).getRawData();
  auto at = [&](uint8_t index) { return static_cast<uint8_t>(raw.size() == 1 ? raw[0] : raw[index]); };
  std::vector<uint8_t> table(256);
  for (int i = 0; i < 256; ++i)
    table[i] = at(path.table ? (*path.table)[i] : i);
  path.table = table;
  return success();
}

/// The inputs of the group: ifmap, weight, then parameters and table where there are any.
struct Operands {
  SmallVector<Value> values;
  bool hasParams = false, hasTable = false;
};

Operands operandsOf(GroupBuilder &groups, Location loc, const OutputPath &path, Type resultElement, Value x, Value w) {
  Operands operands{{x, w}};
  if (!path.params.empty()) {
    auto type = RankedTensorType::get({static_cast<int64_t>(path.params.size() / 4), 4}, groups.builder.getI32Type());
    operands.values.push_back(groups.constant(loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(path.params)), type));
    operands.hasParams = true;
  }
  if (path.table) {
    auto stored = RankedTensorType::get({256}, groups.builder.getI8Type());
    auto value = DenseElementsAttr::getFromRawBuffer(stored, ArrayRef(reinterpret_cast<const char *>(path.table->data()), 256));
    operands.values.push_back(groups.constant(loc, value, RankedTensorType::get({256}, resultElement)));
    operands.hasTable = true;
  }
  return operands;
}

Location fusedLoc(ArrayRef<Operation *> ops) {
  if (ops.size() == 1)
    return ops[0]->getLoc();
  return FusedLoc::get(ops[0]->getContext(), llvm::map_to_vector(ops, [](Operation *op) { return op->getLoc(); }));
}

FailureOr<Value> formConv(GroupBuilder &groups, dnn::ConvOp conv, ArrayRef<Operation *> ops, const OutputPath &path, IRMapping &values) {
  Location loc = fusedLoc(ops);
  Type result = ops.back()->getResult(0).getType();
  Operands in = operandsOf(groups, loc, path, elementOf(ops.back()->getResult(0)), values.lookup(conv.getX()), values.lookup(conv.getW()));
  return groups.group(loc, "conv", in.values, result, [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
    return acc::ConvOp::create(b, loc, result, args[0], args[1], in.hasParams ? args[2] : Value(), in.hasTable ? args.back() : Value(),
                               conv.getStrides(), conv.getDilations(), conv.getPads(), conv.getGroup(), path.ifmapZeroPoint,
                               path.outputZeroPoint, path.mode, llvm::APFloat(path.outputScale), llvm::APFloat(path.clampLow),
                               llvm::APFloat(path.clampHigh), acc::MappingAttr(), acc::EdgeAttr())
        .getResult();
  });
}

/// A batch of matrices as [batch, rows, columns], broadcast to the batch where needed.
FailureOr<Value> asBatch(GroupBuilder &groups, Location loc, Value matrix, ArrayRef<int64_t> batchShape, int64_t batch) {
  auto type = tensorType(matrix);
  SmallVector<int64_t> wanted(batchShape);
  wanted.append({type.getDimSize(type.getRank() - 2), type.getDimSize(type.getRank() - 1)});
  if (type.getNumElements() != ShapedType::getNumElements(wanted)) {
    auto expanded = groups.broadcast(loc, matrix, RankedTensorType::get(wanted, type.getElementType()));
    if (failed(expanded))
      return failure();
    matrix = *expanded;
  }
  return groups.reshape(loc, matrix, {batch, wanted[wanted.size() - 2], wanted.back()});
}

FailureOr<Value> formMatmul(GroupBuilder &groups, dnn::MatMulOp matmul, ArrayRef<Operation *> ops, const OutputPath &path, IRMapping &values) {
  Location loc = fusedLoc(ops);
  Value a = values.lookup(matmul.getA()), w = values.lookup(matmul.getB());
  // One-dimensional operands are a row and a column.
  if (tensorType(a).getRank() == 1)
    a = groups.reshape(loc, a, {1, tensorType(a).getDimSize(0)});
  if (tensorType(w).getRank() == 1)
    w = groups.reshape(loc, w, {tensorType(w).getDimSize(0), 1});
  bool transposeA = matmul.getTransposeA(), transposeB = matmul.getTransposeB();
  ArrayRef<int64_t> aShape = tensorType(a).getShape(), wShape = tensorType(w).getShape();
  int64_t columns = wShape[wShape.size() - (transposeB ? 2 : 1)];

  FailureOr<Value> x = failure(), y = failure();
  if (wShape.size() == 2 && (aShape.size() == 2 || !transposeA)) {
    // All rows of all batches in one product.
    int64_t depth = aShape[aShape.size() - (transposeA ? 2 : 1)], rows = tensorType(a).getNumElements() / std::max<int64_t>(depth, 1);
    x = groups.reshape(loc, a, transposeA ? ArrayRef<int64_t>{1, depth, rows} : ArrayRef<int64_t>{1, rows, depth});
    y = groups.reshape(loc, w, {1, wShape[0], wShape[1]});
  } else {
    SmallVector<int64_t> batchShape;
    OpTrait::util::getBroadcastedShape(aShape.drop_back(2), wShape.drop_back(2), batchShape);
    int64_t batch = ShapedType::getNumElements(batchShape);
    x = asBatch(groups, loc, a, batchShape, batch);
    y = asBatch(groups, loc, w, batchShape, batch);
  }
  if (failed(x) || failed(y))
    return failure();
  ArrayRef<int64_t> xShape = tensorType(*x).getShape();
  Type resultElement = elementOf(ops.back()->getResult(0));
  auto result = RankedTensorType::get({xShape[0], xShape[transposeA ? 2 : 1], columns}, resultElement);
  Operands in = operandsOf(groups, loc, path, resultElement, *x, *y);
  auto value = groups.group(loc, "matmul", in.values, result, [&](OpBuilder &b, ValueRange args) -> FailureOr<Value> {
    return acc::MatmulOp::create(b, loc, result, args[0], args[1], in.hasParams ? args[2] : Value(), in.hasTable ? args.back() : Value(),
                                 transposeA, transposeB, path.ifmapZeroPoint, path.outputZeroPoint, path.mode,
                                 llvm::APFloat(path.outputScale), llvm::APFloat(path.clampLow), llvm::APFloat(path.clampHigh),
                                 acc::MappingAttr(), acc::EdgeAttr())
        .getResult();
  });
  return failed(value) ? value : groups.reshapeTo(loc, *value, ops.back()->getResult(0).getType());
}
} // namespace

FailureOr<Value> mapping::formProduct(GroupBuilder &groups, ArrayRef<Operation *> ops, IRMapping &values) {
  Product product;
  product.op = ops[0];
  auto conv = dyn_cast<dnn::ConvOp>(ops[0]);
  if (conv) {
    product.x = conv.getX(), product.w = conv.getW(), product.bias = conv.getBias();
    product.channels = tensorType(product.w).getDimSize(0);
  } else {
    auto matmul = cast<dnn::MatMulOp>(ops[0]);
    product.x = matmul.getA(), product.w = matmul.getB(), product.bias = matmul.getBias();
    int64_t rank = tensorType(product.w).getRank();
    product.channels = rank == 1 ? 1 : tensorType(product.w).getDimSize(rank - (matmul.getTransposeB() ? 2 : 1));
  }
  FailureOr<OutputPath> path = outputPathOf(product);
  if (failed(path))
    return failure();
  for (Operation *op : ops.drop_front())
    if (failed(absorb(*path, op)))
      return failure();
  return conv ? formConv(groups, conv, ops, *path, values) : formMatmul(groups, cast<dnn::MatMulOp>(ops[0]), ops, *path, values);
}
