#include "lib/Import/Reductions.h"

#include <llvm/ADT/Sequence.h>

namespace dnnc::onnximport {

using dnn::ReduceKind;

Value makeReduce(Node &node, Value x, ReduceKind kind, ArrayRef<int64_t> axes, bool keepDims) {
  Ints shape;
  for (auto [dim, size] : llvm::enumerate(Node::shapeOf(x))) {
    bool reduced = llvm::is_contained(axes, static_cast<int64_t>(dim));
    if (!reduced || keepDims)
      shape.push_back(reduced ? 1 : size);
  }
  return node.make<dnn::ReduceOp>(
      Node::tensor(shape, Node::elementOf(x)), x,
      {node.attr("kind", dnn::ReduceKindAttr::get(node.builder().getContext(), kind)),
       node.ints("axes", axes), node.boolAttr("keepdims", keepDims)});
}

FailureOr<Value> makeGlobalPool(Node &node, Value x, ReduceKind kind) {
  int64_t rank = Node::rankOf(x);
  if (rank < 3)
    return node.error() << "input of shape " << dnn::shapeText(Node::shapeOf(x))
                        << " has no spatial dimensions; need [N, C, ...]";
  return makeReduce(node, x, kind, llvm::to_vector(llvm::seq<int64_t>(2, rank)), /*keepDims=*/true);
}

/// The axes a node reduces; all when it names none, and none at all when it says that this means none.
static FailureOr<Ints> reducedAxes(Node &node, int64_t rank) {
  FailureOr<Ints> given = node.intsOf(1, "axes");
  if (failed(given))
    return failure();
  if (given->empty() && node.integer("noop_with_empty_axes", 0) == 0)
    return llvm::to_vector(llvm::seq<int64_t>(0, rank));
  return node.axesOf(*given, rank);
}

static bool keepsDims(const Node &node) { return node.integer("keepdims", 1) != 0; }

template <ReduceKind kind> static LogicalResult convertReduce(Node &node) {
  Value x = node.input(0);
  FailureOr<Ints> axes = reducedAxes(node, Node::rankOf(x));
  if (failed(axes))
    return failure();
  // Without axes some kinds still change every element: they square it or take its magnitude.
  constexpr bool plain = kind != ReduceKind::SumSquare && kind != ReduceKind::L1 && kind != ReduceKind::L2;
  return node.result(axes->empty() && plain ? x : makeReduce(node, x, kind, *axes, keepsDims(node)));
}

static LogicalResult convertReduceLogSum(Node &node) {
  Value x = node.input(0);
  FailureOr<Ints> axes = reducedAxes(node, Node::rankOf(x));
  if (failed(axes))
    return failure();
  Value sum = makeReduce(node, x, ReduceKind::Sum, *axes, keepsDims(node));
  return node.result(node.make<dnn::LogOp>(sum.getType(), sum));
}

/// max + ln Σ exp(x − max), which does not overflow.
static LogicalResult convertReduceLogSumExp(Node &node) {
  Value x = node.input(0);
  FailureOr<Ints> axes = reducedAxes(node, Node::rankOf(x));
  if (failed(axes))
    return failure();
  Value largest = makeReduce(node, x, ReduceKind::Max, *axes, /*keepDims=*/true);
  Value shifted = *node.binary<dnn::SubOp>(x, largest);
  Value exponential = node.make<dnn::ExpOp>(shifted.getType(), shifted);
  Value sum = makeReduce(node, exponential, ReduceKind::Sum, *axes, /*keepDims=*/true);
  Value y = *node.binary<dnn::AddOp>(node.make<dnn::LogOp>(sum.getType(), sum), largest);
  Ints shape;
  for (auto [dim, size] : llvm::enumerate(Node::shapeOf(y)))
    if (keepsDims(node) || !llvm::is_contained(*axes, static_cast<int64_t>(dim)))
      shape.push_back(size);
  return node.result(keepsDims(node) ? y : node.reshape(y, shape));
}

ArrayRef<OpConverter> reduceConverters() {
  static const OpConverter rows[] = {
      {"", "ReduceSum", 7, convertReduce<ReduceKind::Sum>},
      {"", "ReduceMean", 7, convertReduce<ReduceKind::Mean>},
      {"", "ReduceMax", 7, convertReduce<ReduceKind::Max>},
      {"", "ReduceMin", 7, convertReduce<ReduceKind::Min>},
      {"", "ReduceProd", 7, convertReduce<ReduceKind::Prod>},
      {"", "ReduceSumSquare", 7, convertReduce<ReduceKind::SumSquare>},
      {"", "ReduceL1", 7, convertReduce<ReduceKind::L1>},
      {"", "ReduceL2", 7, convertReduce<ReduceKind::L2>},
      {"", "ReduceLogSum", 7, convertReduceLogSum},
      {"", "ReduceLogSumExp", 7, convertReduceLogSumExp},
  };
  return rows;
}

} // namespace dnnc::onnximport
