// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @expand_float() -> tensor<2x2x3xf32> {
  %a = dnn.constant {value = dense<[[1.0], [2.0]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %y = dnn.expand %a : (tensor<2x1xf32>) -> tensor<2x2x3xf32>
  return %y : tensor<2x2x3xf32>
}
// CHECK-LABEL: @expand_float
// CHECK-NEXT{LITERAL}: dense<[[[1.000000e+00, 1.000000e+00, 1.000000e+00], [2.000000e+00, 2.000000e+00, 2.000000e+00]], [[1.000000e+00, 1.000000e+00, 1.000000e+00], [2.000000e+00, 2.000000e+00, 2.000000e+00]]]> : tensor<2x2x3xf32>

func.func @expand_scalar() -> tensor<2x2xi64> {
  %a = dnn.constant {value = dense<3> : tensor<i64>} : () -> tensor<i64>
  %y = dnn.expand %a : (tensor<i64>) -> tensor<2x2xi64>
  return %y : tensor<2x2xi64>
}
// CHECK-LABEL: @expand_scalar
// CHECK-NEXT{LITERAL}: dense<3> : tensor<2x2xi64>
