#include "lib/Import/Reductions.h"

#include <llvm/ADT/Sequence.h>

namespace dnnc::onnximport {

static LogicalResult convertBatchNormalization(Node &node) {
  if (node.integer("training_mode", 0) != 0)
    return node.error() << "training_mode is 1; need a model exported for inference";
  if (node.opset() < 9 && node.integer("spatial", 1) == 0)
    return node.error() << "spatial is 0; need statistics per channel";
  for (int i = 1; i < node.outputCount(); ++i)
    if (node.wants(i))
      return node.error() << "output " << i << " gives statistics; need a model exported for inference";
  Value x = node.input(0);
  return node.result(node.make<dnn::BatchNormOp>(
      x.getType(), {x, node.input(1), node.input(2), node.input(3), node.input(4)},
      {node.floatAttr("epsilon", node.number("epsilon", 1e-5f))}));
}

/// scale · (x − mean) / √(variance + epsilon) + bias, mean and variance over the spatial dimensions of every
/// channel.
static LogicalResult convertInstanceNormalization(Node &node) {
  Value x = node.input(0);
  int64_t rank = Node::rankOf(x);
  if (rank < 3)
    return node.error() << "input of shape " << dnn::shapeText(Node::shapeOf(x))
                        << " has no spatial dimensions; need [N, C, ...]";
  Ints axes = llvm::to_vector(llvm::seq<int64_t>(2, rank));
  Ints channels(rank, 1);
  channels[1] = Node::shapeOf(x)[1];
  for (int i : {1, 2})
    if (Node::shapeOf(node.input(i)) != ArrayRef<int64_t>{channels[1]})
      return node.error() << (i == 1 ? "scale" : "B") << " has shape "
                          << dnn::shapeText(Node::shapeOf(node.input(i))) << "; need [" << channels[1] << "]";
  Value mean = makeReduce(node, x, dnn::ReduceKind::Mean, axes, /*keepDims=*/true);
  Value centered = *node.binary<dnn::SubOp>(x, mean);
  Value square = *node.binary<dnn::MulOp>(centered, centered);
  Value variance = makeReduce(node, square, dnn::ReduceKind::Mean, axes, /*keepDims=*/true);
  Value shifted =
      *node.binary<dnn::AddOp>(variance, node.makeScalar(node.number("epsilon", 1e-5f), node.f32()));
  Value deviation = node.make<dnn::SqrtOp>(shifted.getType(), shifted);
  Value normal = *node.binary<dnn::DivOp>(centered, deviation);
  Value scaled = *node.binary<dnn::MulOp>(normal, node.reshape(node.input(1), channels));
  return node.result(node.binary<dnn::AddOp>(scaled, node.reshape(node.input(2), channels)));
}

static LogicalResult convertLrn(Node &node) {
  Value x = node.input(0);
  return node.result(node.make<dnn::LrnOp>(x.getType(), x,
                                           {node.intAttr("size", node.integer("size", 1)),
                                            node.floatAttr("alpha", node.number("alpha", 1e-4f)),
                                            node.floatAttr("beta", node.number("beta", 0.75f)),
                                            node.floatAttr("bias", node.number("bias", 1.0f))}));
}

/// Since opset 13 along one axis; before, along all dimensions from the axis on, taken as one.
template <typename Op> static LogicalResult convertSoftmax(Node &node) {
  Value x = node.input(0);
  int64_t rank = Node::rankOf(x);
  bool joined = node.opset() < 13;
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", joined ? 1 : -1), rank);
  if (failed(axis))
    return failure();
  if (!joined || *axis == rank - 1)
    return node.result(node.make<Op>(x.getType(), x, {node.intAttr("axis", *axis)}));
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  Value rows = node.reshape(
      x, {dnn::elementCount(shape.take_front(*axis)), dnn::elementCount(shape.drop_front(*axis))});
  Value y = node.make<Op>(rows.getType(), rows, {node.intAttr("axis", 1)});
  return node.result(node.reshape(y, shape));
}

ArrayRef<OpConverter> normalizeConverters() {
  static const OpConverter rows[] = {
      {"", "BatchNormalization", 7, convertBatchNormalization, "inference only"},
      {"", "InstanceNormalization", 7, convertInstanceNormalization},
      {"", "LayerNormalization", 17, nullptr},
      {"", "GroupNormalization", 21, nullptr},
      {"", "RMSNormalization", 23, nullptr},
      {"", "MeanVarianceNormalization", 9, nullptr},
      {"", "LRN", 7, convertLrn},
      {"", "Softmax", 7, convertSoftmax<dnn::SoftmaxOp>},
      {"", "LogSoftmax", 7, convertSoftmax<dnn::LogSoftmaxOp>},
  };
  return rows;
}

} // namespace dnnc::onnximport
