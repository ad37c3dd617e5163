// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @log_softmax_last() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.0, 2.0, 3.0], [1000.0, 1001.0, -1000.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %y = dnn.log_softmax %a {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @log_softmax_last
// CHECK-NEXT{LITERAL}: dense<[[-2.40760589, -1.40760601, -0.407605976], [-1.31326163, -0.313261688, -2001.31323]]> : tensor<2x3xf32>
