// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @max_pool_plain() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.max_pool %a {kernel = array<i64: 3, 3>} : (tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @max_pool_plain
// CHECK-NEXT{LITERAL}: dense<4.500000e+00> : tensor<1x1x3x3xf32>

// Padding is not looked at, also where all elements are negative.
func.func @max_pool_padded_strided() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[-5.5, -10.5, -6.5, -8.5, -13.5], [-8.0, -5.0, -12.0, -7.0, -9.0], [-9.5, -7.5, -4.5, -12.5, -6.0], [-6.5, -10.0, -8.5, -11.0, -5.0], [-9.0, -6.0, -11.5, -8.0, -13.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.max_pool %a {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @max_pool_padded_strided
// CHECK-NEXT{LITERAL}: dense<[[[[-5.000000e+00, -5.000000e+00, -7.000000e+00], [-5.000000e+00, -4.500000e+00, -5.000000e+00], [-6.000000e+00, -6.000000e+00, -5.000000e+00]]]]> : tensor<1x1x3x3xf32>

// The ceil form: the last window hangs over.
func.func @max_pool_ceil() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.max_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @max_pool_ceil
// CHECK-NEXT{LITERAL}: dense<[[[[4.000000e+00, 2.500000e+00, 0.000000e+00], [2.500000e+00, 4.500000e+00, 4.000000e+00], [3.000000e+00, 1.000000e+00, -4.000000e+00]]]]> : tensor<1x1x3x3xf32>

func.func @max_pool_dilated() -> tensor<1x1x2x3xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.max_pool %a {kernel = array<i64: 2, 2>, dilations = array<i64: 3, 2>} : (tensor<1x1x5x5xf32>) -> tensor<1x1x2x3xf32>
  return %y : tensor<1x1x2x3xf32>
}
// CHECK-LABEL: @max_pool_dilated
// CHECK-NEXT{LITERAL}: dense<[[[[3.500000e+00, 5.000000e-01, 4.000000e+00], [1.000000e+00, 4.000000e+00, 0.000000e+00]]]]> : tensor<1x1x2x3xf32>

func.func @max_pool_quantized() -> tensor<1x1x1x1x!quant.uniform<u8:f32, 0.1:50>> {
  %a = dnn.constant {value = dense<[[[[1, 9], [200, 3]]]]> : tensor<1x1x2x2xui8>} : () -> tensor<1x1x2x2x!quant.uniform<u8:f32, 0.1:50>>
  %y = dnn.max_pool %a {kernel = array<i64: 2, 2>} : (tensor<1x1x2x2x!quant.uniform<u8:f32, 0.1:50>>) -> tensor<1x1x1x1x!quant.uniform<u8:f32, 0.1:50>>
  return %y : tensor<1x1x1x1x!quant.uniform<u8:f32, 0.1:50>>
}
// CHECK-LABEL: @max_pool_quantized
// CHECK-NEXT{LITERAL}: dense<200> : tensor<1x1x1x1xui8>

func.func @max_pool_requantized() -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.3:-4>> {
  %a = dnn.constant {value = dense<[[[[1, 9], [200, 3]]]]> : tensor<1x1x2x2xui8>} : () -> tensor<1x1x2x2x!quant.uniform<u8:f32, 0.1:50>>
  %y = dnn.max_pool %a {kernel = array<i64: 2, 2>} : (tensor<1x1x2x2x!quant.uniform<u8:f32, 0.1:50>>) -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.3:-4>>
  return %y : tensor<1x1x1x1x!quant.uniform<i8:f32, 0.3:-4>>
}
// CHECK-LABEL: @max_pool_requantized
// CHECK-NEXT{LITERAL}: dense<46> : tensor<1x1x1x1xi8>
