#pragma once

#include "lib/Import/Node.h"

namespace dnnc::onnximport {

/// A reduction over axes in rising order.
Value makeReduce(Node &node, Value x, dnn::ReduceKind kind, ArrayRef<int64_t> axes, bool keepDims);

/// A reduction over all spatial dimensions of [N, C, ...], which stay with size 1.
FailureOr<Value> makeGlobalPool(Node &node, Value x, dnn::ReduceKind kind);

} // namespace dnnc::onnximport
