// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @avg_pool_plain() -> tensor<1x1x4x4xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.avg_pool %a {kernel = array<i64: 2, 2>} : (tensor<1x1x5x5xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}
// CHECK-LABEL: @avg_pool_plain
// CHECK-NEXT{LITERAL}: dense<[[[[1.750000e+00, 5.000000e-01, 5.000000e-01, -5.000000e-01], [1.500000e+00, 1.750000e+00, 0.000000e+00, 3.750000e-01], [6.250000e-01, 1.375000e+00, -1.250000e-01, 3.750000e-01], [1.125000e+00, 0.000000e+00, -7.500000e-01, -2.500000e-01]]]]> : tensor<1x1x4x4xf32>

func.func @avg_pool_padded() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.avg_pool %a {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @avg_pool_padded
// CHECK-NEXT{LITERAL}: dense<[[[[1.750000e+00, 7.500000e-01, -5.000000e-01], [1.250000e+00, 0.333333343, 0.583333313], [1.125000e+00, -0.166666672, -2.500000e-01]]]]> : tensor<1x1x3x3xf32>

func.func @avg_pool_count_include_pad() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.avg_pool %a {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = true} : (tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @avg_pool_count_include_pad
// CHECK-NEXT{LITERAL}: dense<[[[[0.777777791, 5.000000e-01, -0.222222224], [0.833333313, 0.333333343, 0.388888896], [5.000000e-01, -0.111111112, -0.111111112]]]]> : tensor<1x1x3x3xf32>

// The overhang of the ceil form does not count.
func.func @avg_pool_ceil() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.avg_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @avg_pool_ceil
// CHECK-NEXT{LITERAL}: dense<[[[[1.750000e+00, 5.000000e-01, -2.250000e+00], [6.250000e-01, -1.250000e-01, 3.500000e+00], [1.500000e+00, -7.500000e-01, -4.000000e+00]]]]> : tensor<1x1x3x3xf32>

// Nor does it with count_include_pad: only the padding does.
func.func @avg_pool_ceil_count_include_pad() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[3.5, -1.5, 2.5, 0.5, -4.5], [1.0, 4.0, -3.0, 2.0, 0.0], [-0.5, 1.5, 4.5, -3.5, 3.0], [2.5, -1.0, 0.5, -2.0, 4.0], [0.0, 3.0, -2.5, 1.0, -4.0]]]]> : tensor<1x1x5x5xf32>} : () -> tensor<1x1x5x5xf32>
  %y = dnn.avg_pool %a {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, count_include_pad = true} : (tensor<1x1x5x5xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @avg_pool_ceil_count_include_pad
// CHECK-NEXT{LITERAL}: dense<[[[[0.777777791, 5.000000e-01, -0.333333343], [0.833333313, 0.333333343, 0.583333313], [7.500000e-01, -0.166666672, -2.500000e-01]]]]> : tensor<1x1x3x3xf32>

// Exact integer sums times fl32(s_x / fl32(s_y·n)), n the elements counted for that output.
func.func @avg_pool_quantized() -> tensor<1x1x3x3x!quant.uniform<i8:f32, 0.013:-7>> {
  %a = dnn.constant {value = dense<[[[[104, 183, 246], [165, 189, 156], [76, 18, 156]]]]> : tensor<1x1x3x3xui8>} : () -> tensor<1x1x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %y = dnn.avg_pool %a {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x3x3x!quant.uniform<u8:f32, 0.02:117>>) -> tensor<1x1x3x3x!quant.uniform<i8:f32, 0.013:-7>>
  return %y : tensor<1x1x3x3x!quant.uniform<i8:f32, 0.013:-7>>
}
// CHECK-LABEL: @avg_pool_quantized
// CHECK-NEXT{LITERAL}: dense<[[[[60, 80, 111], [1, 34, 56], [-15, 8, 13]]]]> : tensor<1x1x3x3xi8>

func.func @avg_pool_quantized_count_include_pad() -> tensor<1x1x3x3x!quant.uniform<i8:f32, 0.013:-7>> {
  %a = dnn.constant {value = dense<[[[[104, 183, 246], [165, 189, 156], [76, 18, 156]]]]> : tensor<1x1x3x3xui8>} : () -> tensor<1x1x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %y = dnn.avg_pool %a {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = true} : (tensor<1x1x3x3x!quant.uniform<u8:f32, 0.02:117>>) -> tensor<1x1x3x3x!quant.uniform<i8:f32, 0.013:-7>>
  return %y : tensor<1x1x3x3x!quant.uniform<i8:f32, 0.013:-7>>
}
// CHECK-LABEL: @avg_pool_quantized_count_include_pad
// CHECK-NEXT{LITERAL}: dense<[[[[23, 51, 45], [-1, 34, 35], [-10, 3, 2]]]]> : tensor<1x1x3x3xi8>

func.func @avg_pool_quantized_to_float() -> tensor<1x1x3x3xf32> {
  %a = dnn.constant {value = dense<[[[[104, 183, 246], [165, 189, 156], [76, 18, 156]]]]> : tensor<1x1x3x3xui8>} : () -> tensor<1x1x3x3x!quant.uniform<u8:f32, 0.02:117>>
  %y = dnn.avg_pool %a {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x3x3x!quant.uniform<u8:f32, 0.02:117>>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
// CHECK-LABEL: @avg_pool_quantized_to_float
// CHECK-NEXT{LITERAL}: dense<[[[[8.650000e-01, 1.13666666, 1.530000e+00], [0.109999992, 0.533333361, 0.819999933], [-0.099999994, 0.193333328, 2.550000e-01]]]]> : tensor<1x1x3x3xf32>
