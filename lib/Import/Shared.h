// Ops shared with the quantized operators, which do them on dequantized operands.
#pragma once

#include "lib/Import/Node.h"

namespace dnnc::onnximport {

/// numpy's matrix product; a bias is added along the last dimension. `bias` may be null.
FailureOr<Value> makeMatMul(Node &node, Value a, Value b, Value bias, bool transposeA, bool transposeB);

/// alpha · a · b + beta · c with the node's transA and transB; `c` may be null.
FailureOr<Value> makeGemm(Node &node, Value a, Value b, Value c, float alpha, float beta);

/// Parts of one element type, one after the other along a dimension.
FailureOr<Value> makeConcat(Node &node, ArrayRef<Value> parts, int64_t axis);

/// condition ? a : b of booleans or numbers of one type, all three broadcast.
FailureOr<Value> makeSelect(Node &node, Value condition, Value a, Value b);

} // namespace dnnc::onnximport
