// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @slice_steps() -> tensor<2x2xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %y = dnn.slice %a {offsets = array<i64: 2, 1>, steps = array<i64: -1, 2>} : (tensor<3x4xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
// CHECK-LABEL: @slice_steps
// CHECK-NEXT{LITERAL}: dense<[[9.000000e+00, 1.100000e+01], [5.000000e+00, 7.000000e+00]]> : tensor<2x2xf32>

func.func @slice_empty() -> tensor<3x0xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %y = dnn.slice %a {offsets = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<3x4xf32>) -> tensor<3x0xf32>
  return %y : tensor<3x0xf32>
}
// CHECK-LABEL: @slice_empty
// CHECK-NEXT{LITERAL}: dense<> : tensor<3x0xf32>
