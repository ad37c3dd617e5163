// What Conv, ConvTranspose and the pools share: a window over two spatial dimensions, with ONNX's ways to pad
// it. An operator over one spatial dimension becomes one over two, the first of size 1.
#pragma once

#include "lib/Import/Node.h"

namespace dnnc::onnximport {

struct Window {
  Ints kernel, strides, dilations; // 2 each
  Ints pads;                       // 4: top, left, bottom, right
  bool flat = false;               // was one-dimensional
};

/// The spatial dimensions of an operator's input: its rank without batch and channels. Diagnoses all but 1
/// and 2.
FailureOr<int64_t> spatialRank(const Node &node, Value x);

/// [N, C, L] as [N, C, 1, L]; others as they are.
Value spread(Node &node, Value x);
/// A two-dimensional result's shape back in the input's rank.
Value flatten(Node &node, Value y, const Window &window);

/// Strides, dilations and pads of a node whose kernel is known; `transposed` computes auto_pad SAME for
/// ConvTranspose.
FailureOr<Window> readWindow(const Node &node, ArrayRef<int64_t> kernel, ArrayRef<int64_t> input);

/// The node's spatial attribute with one value per spatial dimension, `otherwise` when absent; at least
/// `least`.
FailureOr<Ints> spatialAttribute(const Node &node, StringRef name, int64_t count, int64_t otherwise,
                                 int64_t least);

/// Values of one spatial dimension as those of two.
Ints spreadPair(ArrayRef<int64_t> values, int64_t first);

/// A convolution of plain float operands under the node's attributes.
FailureOr<Value> makeConv(Node &node, Value x, Value w, Value bias);

/// MaxPool and AveragePool of a float or stored operand under the node's attributes.
FailureOr<Value> makePool(Node &node, Value x, bool average);

} // namespace dnnc::onnximport
