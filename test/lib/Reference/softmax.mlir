// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

// Large inputs do not overflow.
func.func @softmax_last() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.0, 2.0, 3.0], [1000.0, 1001.0, -1000.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %y = dnn.softmax %a {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @softmax_last
// CHECK-NEXT{LITERAL}: dense<[[0.0900305733, 0.244728476, 0.665240943], [0.268941432, 0.731058597, 0.000000e+00]]> : tensor<2x3xf32>

func.func @softmax_first() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[0.001, 0.002, 0.003], [1.0, 1.001, -1.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %y = dnn.softmax %a {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @softmax_first
// CHECK-NEXT{LITERAL}: dense<[[0.269138068, 0.269138068, 7.316480e-01], [0.730861902, 0.730861902, 2.683520e-01]]> : tensor<2x3xf32>

func.func @softmax_quantized() -> tensor<1x4x!quant.uniform<u8:f32, 0.00390625>> {
  %a = dnn.constant {value = dense<[[-128, 5, 10, 127]]> : tensor<1x4xi8>} : () -> tensor<1x4x!quant.uniform<i8:f32, 0.1:5>>
  %y = dnn.softmax %a {axis = 1 : i64} : (tensor<1x4x!quant.uniform<i8:f32, 0.1:5>>) -> tensor<1x4x!quant.uniform<u8:f32, 0.00390625>>
  return %y : tensor<1x4x!quant.uniform<u8:f32, 0.00390625>>
}
// CHECK-LABEL: @softmax_quantized
// CHECK-NEXT{LITERAL}: dense<[[0, 0, 0, 255]]> : tensor<1x4xui8>
