// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @pad_constant() -> tensor<3x5xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %y = dnn.pad %a {low = array<i64: 1, 0>, high = array<i64: 0, 2>, value = 0.5 : f64} : (tensor<2x3xf32>) -> tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}
// CHECK-LABEL: @pad_constant
// CHECK-NEXT{LITERAL}: dense<[[5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01], [0.000000e+00, 1.000000e+00, 2.000000e+00, 5.000000e-01, 5.000000e-01], [4.000000e+00, 5.000000e+00, 6.000000e+00, 5.000000e-01, 5.000000e-01]]> : tensor<3x5xf32>

// The value is quantized with the tensor's parameters.
func.func @pad_quantized() -> tensor<4x!quant.uniform<u8:f32, 0.5:100>> {
  %a = dnn.constant {value = dense<[1, 2]> : tensor<2xui8>} : () -> tensor<2x!quant.uniform<u8:f32, 0.5:100>>
  %y = dnn.pad %a {low = array<i64: 1>, high = array<i64: 1>, value = 1.0 : f64} : (tensor<2x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<4x!quant.uniform<u8:f32, 0.5:100>>
  return %y : tensor<4x!quant.uniform<u8:f32, 0.5:100>>
}
// CHECK-LABEL: @pad_quantized
// CHECK-NEXT{LITERAL}: dense<[102, 1, 2, 102]> : tensor<4xui8>

func.func @pad_integer() -> tensor<3xi64> {
  %a = dnn.constant {value = dense<[1, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
  %y = dnn.pad %a {low = array<i64: 1>, high = array<i64: 0>, value = -3.0 : f64} : (tensor<2xi64>) -> tensor<3xi64>
  return %y : tensor<3xi64>
}
// CHECK-LABEL: @pad_integer
// CHECK-NEXT{LITERAL}: dense<[-3, 1, 2]> : tensor<3xi64>

func.func @pad_reflect() -> tensor<3x9xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %y = dnn.pad %a {low = array<i64: 0, 2>, high = array<i64: 0, 3>, mode = #dnn.pad_mode<reflect>} : (tensor<3x4xf32>) -> tensor<3x9xf32>
  return %y : tensor<3x9xf32>
}
// CHECK-LABEL: @pad_reflect
// CHECK-NEXT{LITERAL}: dense<[[2.000000e+00, 1.000000e+00, 0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 2.000000e+00, 1.000000e+00, 0.000000e+00], [6.000000e+00, 5.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00, 6.000000e+00, 5.000000e+00, 4.000000e+00], [1.000000e+01, 9.000000e+00, 8.000000e+00, 9.000000e+00, 1.000000e+01, 1.100000e+01, 1.000000e+01, 9.000000e+00, 8.000000e+00]]> : tensor<3x9xf32>

func.func @pad_edge() -> tensor<3x9xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %y = dnn.pad %a {low = array<i64: 0, 2>, high = array<i64: 0, 3>, mode = #dnn.pad_mode<edge>} : (tensor<3x4xf32>) -> tensor<3x9xf32>
  return %y : tensor<3x9xf32>
}
// CHECK-LABEL: @pad_edge
// CHECK-NEXT{LITERAL}: dense<[[0.000000e+00, 0.000000e+00, 0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00], [8.000000e+00, 8.000000e+00, 8.000000e+00, 9.000000e+00, 1.000000e+01, 1.100000e+01, 1.100000e+01, 1.100000e+01, 1.100000e+01]]> : tensor<3x9xf32>

func.func @pad_wrap() -> tensor<3x9xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %y = dnn.pad %a {low = array<i64: 0, 2>, high = array<i64: 0, 3>, mode = #dnn.pad_mode<wrap>} : (tensor<3x4xf32>) -> tensor<3x9xf32>
  return %y : tensor<3x9xf32>
}
// CHECK-LABEL: @pad_wrap
// CHECK-NEXT{LITERAL}: dense<[[2.000000e+00, 3.000000e+00, 0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 0.000000e+00, 1.000000e+00, 2.000000e+00], [6.000000e+00, 7.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00], [1.000000e+01, 1.100000e+01, 8.000000e+00, 9.000000e+00, 1.000000e+01, 1.100000e+01, 8.000000e+00, 9.000000e+00, 1.000000e+01]]> : tensor<3x9xf32>
