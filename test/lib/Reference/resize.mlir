// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @nearest_half_pixel_round_prefer_floor() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<half_pixel>, nearest_mode = #dnn.nearest_mode<round_prefer_floor>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_half_pixel_round_prefer_floor
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_half_pixel_round_prefer_ceil() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<half_pixel>, nearest_mode = #dnn.nearest_mode<round_prefer_ceil>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_half_pixel_round_prefer_ceil
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_half_pixel_floor() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<half_pixel>, nearest_mode = #dnn.nearest_mode<floor>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_half_pixel_floor
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00], [1.000000e+00, 1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_half_pixel_ceil() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<half_pixel>, nearest_mode = #dnn.nearest_mode<ceil>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_half_pixel_ceil
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00], [4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @linear_half_pixel() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<half_pixel>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @linear_half_pixel
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.250000e+00, 1.750000e+00, 2.250000e+00, 2.750000e+00, 3.000000e+00], [2.500000e+00, 2.750000e+00, 3.250000e+00, 3.875000e+00, 4.625000e+00, 5.000000e+00], [4.000000e+00, 4.250000e+00, 4.750000e+00, 5.500000e+00, 6.500000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_half_pixel_symmetric_round_prefer_floor() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<half_pixel_symmetric>, nearest_mode = #dnn.nearest_mode<round_prefer_floor>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_half_pixel_symmetric_round_prefer_floor
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @linear_half_pixel_symmetric() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<half_pixel_symmetric>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @linear_half_pixel_symmetric
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.250000e+00, 1.750000e+00, 2.250000e+00, 2.750000e+00, 3.000000e+00], [2.500000e+00, 2.750000e+00, 3.250000e+00, 3.875000e+00, 4.625000e+00, 5.000000e+00], [4.000000e+00, 4.250000e+00, 4.750000e+00, 5.500000e+00, 6.500000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_pytorch_half_pixel_round_prefer_floor() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<pytorch_half_pixel>, nearest_mode = #dnn.nearest_mode<round_prefer_floor>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_pytorch_half_pixel_round_prefer_floor
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @linear_pytorch_half_pixel() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<pytorch_half_pixel>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @linear_pytorch_half_pixel
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.250000e+00, 1.750000e+00, 2.250000e+00, 2.750000e+00, 3.000000e+00], [2.500000e+00, 2.750000e+00, 3.250000e+00, 3.875000e+00, 4.625000e+00, 5.000000e+00], [4.000000e+00, 4.250000e+00, 4.750000e+00, 5.500000e+00, 6.500000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_align_corners_round_prefer_floor() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<align_corners>, nearest_mode = #dnn.nearest_mode<round_prefer_floor>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_align_corners_round_prefer_floor
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @linear_align_corners() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<align_corners>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @linear_align_corners
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.400000e+00, 1.800000e+00, 2.200000e+00, 2.600000e+00, 3.000000e+00], [2.500000e+00, 2.900000e+00, 3.300000e+00, 3.80000019, 4.400000e+00, 5.000000e+00], [4.000000e+00, 4.400000e+00, 4.800000e+00, 5.400000e+00, 6.1999998, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_asymmetric_round_prefer_floor() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<asymmetric>, nearest_mode = #dnn.nearest_mode<round_prefer_floor>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_asymmetric_round_prefer_floor
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_asymmetric_round_prefer_ceil() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<asymmetric>, nearest_mode = #dnn.nearest_mode<round_prefer_ceil>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_asymmetric_round_prefer_ceil
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00], [4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_asymmetric_floor() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<asymmetric>, nearest_mode = #dnn.nearest_mode<floor>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_asymmetric_floor
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_asymmetric_ceil() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<asymmetric>, nearest_mode = #dnn.nearest_mode<ceil>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @nearest_asymmetric_ceil
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00], [4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00], [4.000000e+00, 5.000000e+00, 5.000000e+00, 7.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @linear_asymmetric() -> tensor<1x1x3x6xf32> {
  %a = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]]]> : tensor<1x1x2x3xf32>} : () -> tensor<1x1x2x3xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 1.0, 1.5, 2.0>, coordinate_mode = #dnn.coordinate_mode<asymmetric>} : (tensor<1x1x2x3xf32>) -> tensor<1x1x3x6xf32>
  return %y : tensor<1x1x3x6xf32>
}
// CHECK-LABEL: @linear_asymmetric
// CHECK-NEXT{LITERAL}: dense<[[[[1.000000e+00, 1.500000e+00, 2.000000e+00, 2.500000e+00, 3.000000e+00, 3.000000e+00], [3.000000e+00, 3.500000e+00, 4.000000e+00, 4.83333349, 5.66666698, 5.66666698], [4.000000e+00, 4.500000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00, 7.000000e+00]]]]> : tensor<1x1x3x6xf32>

func.func @nearest_quantized() -> tensor<1x1x4x4x!quant.uniform<u8:f32, 0.5:10>> {
  %a = dnn.constant {value = dense<[[[[0, 100], [200, 255]]]]> : tensor<1x1x2x2xui8>} : () -> tensor<1x1x2x2x!quant.uniform<u8:f32, 0.5:10>>
  %y = dnn.resize %a {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 1.0, 2.0, 2.0>, coordinate_mode = #dnn.coordinate_mode<asymmetric>, nearest_mode = #dnn.nearest_mode<floor>} : (tensor<1x1x2x2x!quant.uniform<u8:f32, 0.5:10>>) -> tensor<1x1x4x4x!quant.uniform<u8:f32, 0.5:10>>
  return %y : tensor<1x1x4x4x!quant.uniform<u8:f32, 0.5:10>>
}
// CHECK-LABEL: @nearest_quantized
// CHECK-NEXT{LITERAL}: dense<[[[[0, 0, 100, 100], [0, 0, 100, 100], [200, 200, 255, 255], [200, 200, 255, 255]]]]> : tensor<1x1x4x4xui8>

func.func @linear_quantized() -> tensor<1x1x2x4x!quant.uniform<u8:f32, 0.25>> {
  %a = dnn.constant {value = dense<[[[[0, 100], [200, 255]]]]> : tensor<1x1x2x2xui8>} : () -> tensor<1x1x2x2x!quant.uniform<u8:f32, 0.5:10>>
  %y = dnn.resize %a {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 1.0, 1.0, 2.0>} : (tensor<1x1x2x2x!quant.uniform<u8:f32, 0.5:10>>) -> tensor<1x1x2x4x!quant.uniform<u8:f32, 0.25>>
  return %y : tensor<1x1x2x4x!quant.uniform<u8:f32, 0.25>>
}
// CHECK-LABEL: @linear_quantized
// CHECK-NEXT{LITERAL}: dense<[[[[0, 30, 130, 180], [255, 255, 255, 255]]]]> : tensor<1x1x2x4xui8>

func.func @linear_down() -> tensor<1x1x1x4xf32> {
  %a = dnn.constant {value = dense<[[[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]]]> : tensor<1x1x1x8xf32>} : () -> tensor<1x1x1x8xf32>
  %y = dnn.resize %a {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 1.0, 1.0, 0.5>} : (tensor<1x1x1x8xf32>) -> tensor<1x1x1x4xf32>
  return %y : tensor<1x1x1x4xf32>
}
// CHECK-LABEL: @linear_down
// CHECK-NEXT{LITERAL}: dense<[[[[5.000000e-01, 2.500000e+00, 4.500000e+00, 6.500000e+00]]]]> : tensor<1x1x1x4xf32>
