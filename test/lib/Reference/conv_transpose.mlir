// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @conv_transpose_plain() -> tensor<1x2x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[2.0, -1.0], [-1.5, 0.5]]]]> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %b = dnn.constant {value = dense<[[[[-2.0, -1.5], [-2.0, -1.5]], [[1.5, 1.0], [0.5, 2.0]]]]> : tensor<1x2x2x2xf32>} : () -> tensor<1x2x2x2xf32>
  %y = dnn.conv_transpose %a, %b : (tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
// CHECK-LABEL: @conv_transpose_plain
// CHECK-NEXT{LITERAL}: dense<[[[[-4.000000e+00, -1.000000e+00, 1.500000e+00], [-1.000000e+00, 2.500000e-01, 7.500000e-01], [3.000000e+00, 1.250000e+00, -7.500000e-01]], [[3.000000e+00, 5.000000e-01, -1.000000e+00], [-1.250000e+00, 2.750000e+00, -1.500000e+00], [-7.500000e-01, -2.750000e+00, 1.000000e+00]]]]> : tensor<1x2x3x3xf32>

func.func @conv_transpose_strided_bias() -> tensor<1x1x4x4xf32> {
  %a = dnn.constant {value = dense<[[[[0.0, -2.0], [-1.5, -1.0]], [[1.0, -0.5], [-1.0, -1.5]]]]> : tensor<1x2x2x2xf32>} : () -> tensor<1x2x2x2xf32>
  %b = dnn.constant {value = dense<[[[[1.0, -2.0, 0.0], [1.0, 0.0, 1.0], [1.5, -1.0, -2.0]]], [[[-2.0, 0.5, -1.0], [-1.5, 1.0, 1.5], [2.0, 0.0, 0.0]]]]> : tensor<2x1x3x3xf32>} : () -> tensor<2x1x3x3xf32>
  %c = dnn.constant {value = dense<[2.0]> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = dnn.conv_transpose %a, %b, %c {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>} : (tensor<1x2x2x2xf32>, tensor<2x1x3x3xf32>, tensor<1xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}
// CHECK-LABEL: @conv_transpose_strided_bias
// CHECK-NEXT{LITERAL}: dense<[[[[3.000000e+00, 2.250000e+00, 1.500000e+00, -7.500000e-01], [4.500000e+00, 1.000000e+00, 5.250000e+00, 7.500000e+00], [1.000000e+00, 2.500000e-01, 5.000000e-01, -1.250000e+00], [3.500000e+00, 5.000000e-01, 3.000000e+00, 4.000000e+00]]]]> : tensor<1x1x4x4xf32>

func.func @conv_transpose_output_padding() -> tensor<1x1x5x7xf32> {
  %a = dnn.constant {value = dense<[[[[0.0, -1.5], [-1.0, 2.0]]]]> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %b = dnn.constant {value = dense<[[[[-2.0, 1.5], [0.5, 0.0]]]]> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %y = dnn.conv_transpose %a, %b {strides = array<i64: 2, 3>, output_padding = array<i64: 1, 2>} : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x5x7xf32>
  return %y : tensor<1x1x5x7xf32>
}
// CHECK-LABEL: @conv_transpose_output_padding
// CHECK-NEXT{LITERAL}: dense<[[[[0.000000e+00, 0.000000e+00, 0.000000e+00, 3.000000e+00, -2.250000e+00, 0.000000e+00, 0.000000e+00], [0.000000e+00, 0.000000e+00, 0.000000e+00, -7.500000e-01, 0.000000e+00, 0.000000e+00, 0.000000e+00], [2.000000e+00, -1.500000e+00, 0.000000e+00, -4.000000e+00, 3.000000e+00, 0.000000e+00, 0.000000e+00], [-5.000000e-01, 0.000000e+00, 0.000000e+00, 1.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00], [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00]]]]> : tensor<1x1x5x7xf32>

func.func @conv_transpose_dilated_grouped() -> tensor<1x2x4x3xf32> {
  %a = dnn.constant {value = dense<[[[[1.5, 1.5], [-0.5, 0.5]], [[1.0, 0.5], [0.0, 2.0]], [[1.5, -2.0], [0.0, 1.5]], [[-2.0, -0.5], [0.0, -1.0]]]]> : tensor<1x4x2x2xf32>} : () -> tensor<1x4x2x2xf32>
  %b = dnn.constant {value = dense<[[[[1.0, 2.0], [-0.5, 1.5]]], [[[-1.5, 0.0], [-2.0, -0.5]]], [[[-2.0, 1.5], [2.0, -2.0]]], [[[1.5, 1.0], [-1.0, 1.5]]]]> : tensor<4x1x2x2xf32>} : () -> tensor<4x1x2x2xf32>
  %y = dnn.conv_transpose %a, %b {dilations = array<i64: 2, 1>, group = 2 : i64} : (tensor<1x4x2x2xf32>, tensor<4x1x2x2xf32>) -> tensor<1x2x4x3xf32>
  return %y : tensor<1x2x4x3xf32>
}
// CHECK-LABEL: @conv_transpose_dilated_grouped
// CHECK-NEXT{LITERAL}: dense<[[[[0.000000e+00, 3.750000e+00, 3.000000e+00], [-5.000000e-01, -3.500000e+00, 1.000000e+00], [-2.750000e+00, 0.000000e+00, 2.000000e+00], [2.500000e-01, -5.000000e+00, -2.500000e-01]], [[-6.000000e+00, 3.500000e+00, -3.500000e+00], [0.000000e+00, -4.500000e+00, 1.250000e+00], [5.000000e+00, -9.500000e+00, 3.250000e+00], [0.000000e+00, 4.000000e+00, -4.500000e+00]]]]> : tensor<1x2x4x3xf32>

// The scales of dimension 1 serve every group.
func.func @conv_transpose_quantized_grouped() -> tensor<1x4x4x4x!quant.uniform<u8:f32, 0.05:100>> {
  %a = dnn.constant {value = dense<[[[[246, 204], [177, 82]], [[155, 203], [182, 57]], [[105, 92], [177, 106]], [[107, 138], [148, 28]]]]> : tensor<1x4x2x2xui8>} : () -> tensor<1x4x2x2x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[[[108, -24], [-84, -128]], [[-17, 62], [-53, 90]]], [[[-77, -93], [-28, 52]], [[-52, 82], [-123, 123]]], [[[-116, 88], [-128, -20]], [[-49, 122], [39, 121]]], [[[-22, 0], [0, 64]], [[2, 105], [-79, -7]]]]> : tensor<4x2x2x2xi8>} : () -> tensor<4x2x2x2x!quant.uniform<i8:f32:1, {0.01,0.003}>>
  %c = dnn.constant {value = dense<[100, -200, 300, -400]> : tensor<4xi32>} : () -> tensor<4xi32>
  %y = dnn.conv_transpose %a, %b, %c {strides = array<i64: 2, 2>, group = 2 : i64} : (tensor<1x4x2x2x!quant.uniform<u8:f32, 0.02:117>>, tensor<4x2x2x2x!quant.uniform<i8:f32:1, {0.01,0.003}>>, tensor<4xi32>) -> tensor<1x4x4x4x!quant.uniform<u8:f32, 0.05:100>>
  return %y : tensor<1x4x4x4x!quant.uniform<u8:f32, 0.05:100>>
}
// CHECK-LABEL: @conv_transpose_quantized_grouped
// CHECK-NEXT{LITERAL}: dense<[[[[144, 74, 111, 60], [53, 42, 62, 74], [106, 70, 104, 126], [73, 83, 119, 106]], [[95, 113, 93, 115], [86, 119, 82, 122], [94, 111, 104, 91], [86, 116, 111, 87]], [[108, 97, 111, 92], [107, 100, 114, 109], [71, 122, 114, 97], [70, 104, 107, 79]], [[100, 97, 101, 99], [100, 98, 96, 96], [96, 112, 100, 87], [99, 108, 107, 99]]]]> : tensor<1x4x4x4xui8>
