// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @concat_middle() -> tensor<2x3x2xf32> {
  %a = dnn.constant {value = dense<[[[0.0, 1.0]], [[2.0, 3.0]]]> : tensor<2x1x2xf32>} : () -> tensor<2x1x2xf32>
  %b = dnn.constant {value = dense<[[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]]]> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %y = dnn.concat %a, %b {axis = 1 : i64} : (tensor<2x1x2xf32>, tensor<2x2x2xf32>) -> tensor<2x3x2xf32>
  return %y : tensor<2x3x2xf32>
}
// CHECK-LABEL: @concat_middle
// CHECK-NEXT{LITERAL}: dense<[[[0.000000e+00, 1.000000e+00], [0.000000e+00, 1.000000e+00], [2.000000e+00, 3.000000e+00]], [[2.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00], [6.000000e+00, 7.000000e+00]]]> : tensor<2x3x2xf32>

func.func @concat_with_empty() -> tensor<3xi64> {
  %a = dnn.constant {value = dense<[1]> : tensor<1xi64>} : () -> tensor<1xi64>
  %b = dnn.constant {value = dense<> : tensor<0xi64>} : () -> tensor<0xi64>
  %c = dnn.constant {value = dense<[2, 3]> : tensor<2xi64>} : () -> tensor<2xi64>
  %y = dnn.concat %a, %b, %c {axis = 0 : i64} : (tensor<1xi64>, tensor<0xi64>, tensor<2xi64>) -> tensor<3xi64>
  return %y : tensor<3xi64>
}
// CHECK-LABEL: @concat_with_empty
// CHECK-NEXT{LITERAL}: dense<[1, 2, 3]> : tensor<3xi64>
