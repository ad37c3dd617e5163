// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

// A negative index counts from the end.
func.func @gather_axis() -> tensor<3x2x2xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %b = dnn.constant {value = dense<[[0, -1], [2, 1]]> : tensor<2x2xi64>} : () -> tensor<2x2xi64>
  %y = dnn.gather %a, %b {axis = 1 : i64} : (tensor<3x4xf32>, tensor<2x2xi64>) -> tensor<3x2x2xf32>
  return %y : tensor<3x2x2xf32>
}
// CHECK-LABEL: @gather_axis
// CHECK-NEXT{LITERAL}: dense<[[[0.000000e+00, 3.000000e+00], [2.000000e+00, 1.000000e+00]], [[4.000000e+00, 7.000000e+00], [6.000000e+00, 5.000000e+00]], [[8.000000e+00, 1.100000e+01], [1.000000e+01, 9.000000e+00]]]> : tensor<3x2x2xf32>

func.func @gather_scalar_index() -> tensor<i64> {
  %a = dnn.constant {value = dense<[1, 3, 224, 224]> : tensor<4xi64>} : () -> tensor<4xi64>
  %b = dnn.constant {value = dense<2> : tensor<i64>} : () -> tensor<i64>
  %y = dnn.gather %a, %b {axis = 0 : i64} : (tensor<4xi64>, tensor<i64>) -> tensor<i64>
  return %y : tensor<i64>
}
// CHECK-LABEL: @gather_scalar_index
// CHECK-NEXT{LITERAL}: dense<224> : tensor<i64>

func.func @gather_i32() -> tensor<1x4xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %b = dnn.constant {value = dense<[2]> : tensor<1xi32>} : () -> tensor<1xi32>
  %y = dnn.gather %a, %b {axis = 0 : i64} : (tensor<3x4xf32>, tensor<1xi32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
// CHECK-LABEL: @gather_i32
// CHECK-NEXT{LITERAL}: dense<[[8.000000e+00, 9.000000e+00, 1.000000e+01, 1.100000e+01]]> : tensor<1x4xf32>
