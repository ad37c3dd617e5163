// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @matmul_plain() -> tensor<2x2xf32> {
  %a = dnn.constant {value = dense<[[-1.0, 1.5, -1.5], [1.0, 2.0, -1.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %b = dnn.constant {value = dense<[[-1.0, 1.0], [0.5, 0.5], [1.5, -2.0]]> : tensor<3x2xf32>} : () -> tensor<3x2xf32>
  %y = dnn.matmul %a, %b : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
// CHECK-LABEL: @matmul_plain
// CHECK-NEXT{LITERAL}: dense<[[-5.000000e-01, 2.750000e+00], [-1.500000e+00, 4.000000e+00]]> : tensor<2x2xf32>

func.func @matmul_transposed_bias() -> tensor<2x2xf32> {
  %a = dnn.constant {value = dense<[[-1.0, -0.5], [2.0, -2.0], [0.0, 0.0]]> : tensor<3x2xf32>} : () -> tensor<3x2xf32>
  %b = dnn.constant {value = dense<[[-2.0, -0.5, 0.5], [-0.5, -1.0, 0.5]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %c = dnn.constant {value = dense<[2.0, -1.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.matmul %a, %b, %c {transpose_a = true, transpose_b = true} : (tensor<3x2xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
// CHECK-LABEL: @matmul_transposed_bias
// CHECK-NEXT{LITERAL}: dense<[[3.000000e+00, -3.000000e+00], [4.000000e+00, 7.500000e-01]]> : tensor<2x2xf32>

func.func @matmul_batch_broadcast() -> tensor<2x2x1x2xf32> {
  %a = dnn.constant {value = dense<[[[[-1.0, 2.0, -1.0]]], [[[1.0, -0.5, 1.5]]]]> : tensor<2x1x1x3xf32>} : () -> tensor<2x1x1x3xf32>
  %b = dnn.constant {value = dense<[[[0.5, 2.0], [0.5, 0.5], [0.0, -2.0]], [[-1.5, 1.0], [0.5, 0.5], [-1.5, 1.5]]]> : tensor<2x3x2xf32>} : () -> tensor<2x3x2xf32>
  %y = dnn.matmul %a, %b : (tensor<2x1x1x3xf32>, tensor<2x3x2xf32>) -> tensor<2x2x1x2xf32>
  return %y : tensor<2x2x1x2xf32>
}
// CHECK-LABEL: @matmul_batch_broadcast
// CHECK-NEXT{LITERAL}: dense<[[[[5.000000e-01, 1.000000e+00]], [[4.000000e+00, -1.500000e+00]]], [[[2.500000e-01, -1.250000e+00]], [[-4.000000e+00, 3.000000e+00]]]]> : tensor<2x2x1x2xf32>

func.func @matmul_row() -> tensor<2xf32> {
  %a = dnn.constant {value = dense<[1.5, 0.0, -1.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %b = dnn.constant {value = dense<[[1.5, 0.0], [2.0, -1.0], [-0.5, 1.5]]> : tensor<3x2xf32>} : () -> tensor<3x2xf32>
  %y = dnn.matmul %a, %b : (tensor<3xf32>, tensor<3x2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// CHECK-LABEL: @matmul_row
// CHECK-NEXT{LITERAL}: dense<[2.750000e+00, -1.500000e+00]> : tensor<2xf32>

func.func @matmul_column() -> tensor<2xf32> {
  %a = dnn.constant {value = dense<[[-1.5, -1.0, -0.5], [1.0, 1.0, 1.5]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %b = dnn.constant {value = dense<[-0.5, 0.5, 0.5]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.matmul %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// CHECK-LABEL: @matmul_column
// CHECK-NEXT{LITERAL}: dense<[0.000000e+00, 7.500000e-01]> : tensor<2xf32>

// Two vectors give a scalar.
func.func @matmul_dot() -> tensor<f32> {
  %a = dnn.constant {value = dense<[1.0, -1.5, -1.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %b = dnn.constant {value = dense<[1.0, -1.5, -1.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.matmul %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  return %y : tensor<f32>
}
// CHECK-LABEL: @matmul_dot
// CHECK-NEXT{LITERAL}: dense<4.250000e+00> : tensor<f32>

func.func @matmul_batch_transposed() -> tensor<2x1x2xf32> {
  %a = dnn.constant {value = dense<[[[2.0], [-1.5], [2.0]], [[1.5], [-1.5], [0.5]]]> : tensor<2x3x1xf32>} : () -> tensor<2x3x1xf32>
  %b = dnn.constant {value = dense<[[[-1.0, 0.0, 0.5], [2.0, 2.0, -2.0]], [[-1.5, 1.0, -1.5], [-1.0, 0.5, -1.5]]]> : tensor<2x2x3xf32>} : () -> tensor<2x2x3xf32>
  %y = dnn.matmul %a, %b {transpose_a = true, transpose_b = true} : (tensor<2x3x1xf32>, tensor<2x2x3xf32>) -> tensor<2x1x2xf32>
  return %y : tensor<2x1x2xf32>
}
// CHECK-LABEL: @matmul_batch_transposed
// CHECK-NEXT{LITERAL}: dense<[[[-1.000000e+00, -3.000000e+00]], [[-4.500000e+00, -3.000000e+00]]]> : tensor<2x1x2xf32>

func.func @matmul_quantized_per_column() -> tensor<2x2x!quant.uniform<u8:f32, 0.05:100>> {
  %a = dnn.constant {value = dense<[[254, 172, 58], [92, 165, 84]]> : tensor<2x3xui8>} : () -> tensor<2x3x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[31, 113], [-35, -77], [-55, 3]]> : tensor<3x2xi8>} : () -> tensor<3x2x!quant.uniform<i8:f32:1, {0.01,0.003}>>
  %c = dnn.constant {value = dense<[100, -200]> : tensor<2xi32>} : () -> tensor<2xi32>
  %y = dnn.matmul %a, %b, %c : (tensor<2x3x!quant.uniform<u8:f32, 0.02:117>>, tensor<3x2x!quant.uniform<i8:f32:1, {0.01,0.003}>>, tensor<2xi32>) -> tensor<2x2x!quant.uniform<u8:f32, 0.05:100>>
  return %y : tensor<2x2x!quant.uniform<u8:f32, 0.05:100>>
}
// CHECK-LABEL: @matmul_quantized_per_column
// CHECK-NEXT{LITERAL}: dense<[[123, 113], [98, 92]]> : tensor<2x2xui8>

func.func @matmul_quantized_transposed() -> tensor<2x2x!quant.uniform<u8:f32, 0.05:100>> {
  %a = dnn.constant {value = dense<[[254, 172, 58], [92, 165, 84]]> : tensor<2x3xui8>} : () -> tensor<2x3x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[31, -35, -55], [113, -77, 3]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32:0, {0.01,0.003}>>
  %y = dnn.matmul %a, %b {transpose_b = true} : (tensor<2x3x!quant.uniform<u8:f32, 0.02:117>>, tensor<2x3x!quant.uniform<i8:f32:0, {0.01,0.003}>>) -> tensor<2x2x!quant.uniform<u8:f32, 0.05:100>>
  return %y : tensor<2x2x!quant.uniform<u8:f32, 0.05:100>>
}
// CHECK-LABEL: @matmul_quantized_transposed
// CHECK-NEXT{LITERAL}: dense<[[122, 113], [97, 92]]> : tensor<2x2xui8>

func.func @matmul_quantized_to_float_bias() -> tensor<2x2xf32> {
  %a = dnn.constant {value = dense<[[254, 172, 58], [92, 165, 84]]> : tensor<2x3xui8>} : () -> tensor<2x3x!quant.uniform<u8:f32, 0.02:117>>
  %b = dnn.constant {value = dense<[[31, 113], [-35, -77], [-55, 3]]> : tensor<3x2xi8>} : () -> tensor<3x2x!quant.uniform<i8:f32:1, {0.01,0.003}>>
  %c = dnn.constant {value = dense<[0.5, -1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.matmul %a, %b, %c : (tensor<2x3x!quant.uniform<u8:f32, 0.02:117>>, tensor<3x2x!quant.uniform<i8:f32:1, {0.01,0.003}>>, tensor<2xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
// CHECK-LABEL: @matmul_quantized_to_float_bias
// CHECK-NEXT{LITERAL}: dense<[[1.613400e+00, -3.358600e-01], [3.720000e-01, -1.397200e+00]]> : tensor<2x2xf32>

// Both operands with zero points, batched.
func.func @matmul_quantized_activations() -> tensor<2x1x2x!quant.uniform<i8:f32, 0.5:-1>> {
  %a = dnn.constant {value = dense<[[[14, -122, 36]], [[-87, 33, 98]]]> : tensor<2x1x3xi8>} : () -> tensor<2x1x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[[[49, 202], [8, 142], [170, 56]], [[200, 142], [107, 3], [34, 182]]]> : tensor<2x3x2xui8>} : () -> tensor<2x3x2x!quant.uniform<u8:f32, 0.02:120>>
  %y = dnn.matmul %a, %b : (tensor<2x1x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<2x3x2x!quant.uniform<u8:f32, 0.02:120>>) -> tensor<2x1x2x!quant.uniform<i8:f32, 0.5:-1>>
  return %y : tensor<2x1x2x!quant.uniform<i8:f32, 0.5:-1>>
}
// CHECK-LABEL: @matmul_quantized_activations
// CHECK-NEXT{LITERAL}: dense<[[[29, -9]], [[-33, 0]]]> : tensor<2x1x2xi8>
