// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @transpose_float() -> tensor<3x1x2xf32> {
  %a = dnn.constant {value = dense<[[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]]> : tensor<1x2x3xf32>} : () -> tensor<1x2x3xf32>
  %y = dnn.transpose %a {perm = array<i64: 2, 0, 1>} : (tensor<1x2x3xf32>) -> tensor<3x1x2xf32>
  return %y : tensor<3x1x2xf32>
}
// CHECK-LABEL: @transpose_float
// CHECK-NEXT{LITERAL}: dense<[[[0.000000e+00, 3.000000e+00]], [[1.000000e+00, 4.000000e+00]], [[2.000000e+00, 5.000000e+00]]]> : tensor<3x1x2xf32>

// The quantized dimension moves along.
func.func @transpose_per_axis() -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5,0.25}>> {
  %a = dnn.constant {value = dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32:0, {0.5,0.25}>>
  %y = dnn.transpose %a {perm = array<i64: 1, 0>} : (tensor<2x3x!quant.uniform<i8:f32:0, {0.5,0.25}>>) -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5,0.25}>>
  return %y : tensor<3x2x!quant.uniform<i8:f32:1, {0.5,0.25}>>
}
// CHECK-LABEL: @transpose_per_axis
// CHECK-NEXT{LITERAL}: dense<[[0, 3], [1, 4], [2, 5]]> : tensor<3x2xi8>
