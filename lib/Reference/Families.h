// The ops of dnn by family, one file each. Every function gives the one result of its op, or emits an error
// at it.
#pragma once

#include "lib/Reference/Values.h"

namespace dnnc::reference {

// Conv.cpp
FailureOr<Tensor> evaluateOp(dnn::ConvOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::ConvTransposeOp op, const Call &call);
// MatMul.cpp
FailureOr<Tensor> evaluateOp(dnn::MatMulOp op, const Call &call);
// Unary.cpp: relu, clip, sigmoid … and none of the other families' ops
FailureOr<Tensor> evaluateUnary(const Call &call);
// Binary.cpp: add, sub, mul, div, pow, min, max, prelu; equal, less
FailureOr<Tensor> evaluateBinary(const Call &call);
FailureOr<Tensor> evaluateOp(dnn::EqualOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::LessOp op, const Call &call);
// Pool.cpp
FailureOr<Tensor> evaluateOp(dnn::MaxPoolOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::AvgPoolOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::WindowSumOp op, const Call &call);
// Reduce.cpp
FailureOr<Tensor> evaluateOp(dnn::ReduceOp op, const Call &call);
// Normalize.cpp
FailureOr<Tensor> evaluateOp(dnn::LrnOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::BatchNormOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::SoftmaxOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::LogSoftmaxOp op, const Call &call);
// Movement.cpp
FailureOr<Tensor> evaluateOp(dnn::ConcatOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::SliceOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::PadOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::ReshapeOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::TransposeOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::ExpandOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::GatherOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::WhereOp op, const Call &call);
// Resize.cpp
FailureOr<Tensor> evaluateOp(dnn::ResizeOp op, const Call &call);
// Quantize.cpp
FailureOr<Tensor> evaluateOp(dnn::QuantizeOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::DequantizeOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::StorageCastOp op, const Call &call);
FailureOr<Tensor> evaluateOp(dnn::CastOp op, const Call &call);
// Constants.cpp
FailureOr<Tensor> evaluateOp(dnn::ConstantOp op, const Call &call);

} // namespace dnnc::reference
