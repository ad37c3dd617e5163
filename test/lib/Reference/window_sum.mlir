// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @window_sum_centered() -> tensor<1x6xf32> {
  %a = dnn.constant {value = dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]> : tensor<1x6xf32>} : () -> tensor<1x6xf32>
  %y = dnn.window_sum %a {axis = 1 : i64, size = 3 : i64, before = 1 : i64} : (tensor<1x6xf32>) -> tensor<1x6xf32>
  return %y : tensor<1x6xf32>
}
// CHECK-LABEL: @window_sum_centered
// CHECK-NEXT{LITERAL}: dense<[[3.000000e+00, 6.000000e+00, 9.000000e+00, 1.200000e+01, 1.500000e+01, 1.100000e+01]]> : tensor<1x6xf32>

func.func @window_sum_even() -> tensor<6x1xf32> {
  %a = dnn.constant {value = dense<[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]> : tensor<6x1xf32>} : () -> tensor<6x1xf32>
  %y = dnn.window_sum %a {axis = 0 : i64, size = 4 : i64, before = 0 : i64} : (tensor<6x1xf32>) -> tensor<6x1xf32>
  return %y : tensor<6x1xf32>
}
// CHECK-LABEL: @window_sum_even
// CHECK-NEXT{LITERAL}: dense<[[1.000000e+01], [1.400000e+01], [1.800000e+01], [1.500000e+01], [1.100000e+01], [6.000000e+00]]> : tensor<6x1xf32>

// Exact integer sums times fl32(s_x / s_y).
func.func @window_sum_quantized() -> tensor<4x!quant.uniform<i8:f32, 0.3:1>> {
  %a = dnn.constant {value = dense<[0, 10, 20, 255]> : tensor<4xui8>} : () -> tensor<4x!quant.uniform<u8:f32, 0.1:10>>
  %y = dnn.window_sum %a {axis = 0 : i64, size = 3 : i64, before = 1 : i64} : (tensor<4x!quant.uniform<u8:f32, 0.1:10>>) -> tensor<4x!quant.uniform<i8:f32, 0.3:1>>
  return %y : tensor<4x!quant.uniform<i8:f32, 0.3:1>>
}
// CHECK-LABEL: @window_sum_quantized
// CHECK-NEXT{LITERAL}: dense<[-2, 1, 86, 86]> : tensor<4xi8>
