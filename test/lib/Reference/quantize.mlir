// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

// 0.5, 1.5, 2.5, -0.5, -1.5 steps round to the even neighbour.
func.func @quantize_half_to_even() -> tensor<5x!quant.uniform<i8:f32, 0.5>> {
  %a = dnn.constant {value = dense<[0.25, 0.75, 1.25, -0.25, -0.75]> : tensor<5xf32>} : () -> tensor<5xf32>
  %y = dnn.quantize %a : (tensor<5xf32>) -> tensor<5x!quant.uniform<i8:f32, 0.5>>
  return %y : tensor<5x!quant.uniform<i8:f32, 0.5>>
}
// CHECK-LABEL: @quantize_half_to_even
// CHECK-NEXT{LITERAL}: dense<[0, 2, 2, 0, -2]> : tensor<5xi8>

func.func @quantize_saturates() -> tensor<4x!quant.uniform<u8:f32, 0.1:128>> {
  %a = dnn.constant {value = dense<[-1.0e+09, 1.0e+09, 0x7F800000, 0xFF800000]> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = dnn.quantize %a : (tensor<4xf32>) -> tensor<4x!quant.uniform<u8:f32, 0.1:128>>
  return %y : tensor<4x!quant.uniform<u8:f32, 0.1:128>>
}
// CHECK-LABEL: @quantize_saturates
// CHECK-NEXT{LITERAL}: dense<[0, 255, 255, 0]> : tensor<4xui8>

// NaN gives the zero point.
func.func @quantize_nan() -> tensor<2x!quant.uniform<u8:f32, 0.1:128>> {
  %a = dnn.constant {value = dense<[0x7FC00000, 1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.quantize %a : (tensor<2xf32>) -> tensor<2x!quant.uniform<u8:f32, 0.1:128>>
  return %y : tensor<2x!quant.uniform<u8:f32, 0.1:128>>
}
// CHECK-LABEL: @quantize_nan
// CHECK-NEXT{LITERAL}: dense<[128, 138]> : tensor<2xui8>

// By division: a product with 1/0.1 rounds some of these differently.
func.func @quantize_divides() -> tensor<11x!quant.uniform<i8:f32, 0.1:3>> {
  %a = dnn.constant {value = dense<[-3.0, -2.45, -1.9, -1.35, -0.8, -0.25, 0.3, 0.85, 1.4, 1.95, 2.5]> : tensor<11xf32>} : () -> tensor<11xf32>
  %y = dnn.quantize %a : (tensor<11xf32>) -> tensor<11x!quant.uniform<i8:f32, 0.1:3>>
  return %y : tensor<11x!quant.uniform<i8:f32, 0.1:3>>
}
// CHECK-LABEL: @quantize_divides
// CHECK-NEXT{LITERAL}: dense<[-27, -21, -16, -11, -5, 1, 6, 11, 17, 23, 28]> : tensor<11xi8>

func.func @quantize_per_axis() -> tensor<2x2x!quant.uniform<i8:f32:0, {0.5:1,0.25:-1}>> {
  %a = dnn.constant {value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %y = dnn.quantize %a : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<i8:f32:0, {0.5:1,0.25:-1}>>
  return %y : tensor<2x2x!quant.uniform<i8:f32:0, {0.5:1,0.25:-1}>>
}
// CHECK-LABEL: @quantize_per_axis
// CHECK-NEXT{LITERAL}: dense<[[3, 5], [11, 15]]> : tensor<2x2xi8>

// From one quantization to another: dequantized, then quantized.
func.func @quantize_again() -> tensor<3x!quant.uniform<i8:f32, 0.2:-1>> {
  %a = dnn.constant {value = dense<[0, 100, 255]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.1:100>>
  %y = dnn.quantize %a : (tensor<3x!quant.uniform<u8:f32, 0.1:100>>) -> tensor<3x!quant.uniform<i8:f32, 0.2:-1>>
  return %y : tensor<3x!quant.uniform<i8:f32, 0.2:-1>>
}
// CHECK-LABEL: @quantize_again
// CHECK-NEXT{LITERAL}: dense<[-51, -1, 77]> : tensor<3xi8>
