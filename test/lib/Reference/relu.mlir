// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @relu_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.relu %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @relu_float
// CHECK-NEXT{LITERAL}: dense<[0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 2.500000e-01, 1.000000e+00, 4.000000e+00]> : tensor<7xf32>

// Computed in float64 from the dequantized float32, rounded to float32, quantized by division.
func.func @relu_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.relu %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @relu_quantized
// CHECK-NEXT{LITERAL}: dense<[100, 100, 100, 100, 102, 125, 255, 255]> : tensor<8xui8>

// NaN stays NaN.
func.func @relu_nan() -> tensor<3xf32> {
  %a = dnn.constant {value = dense<[0x7FC00000, 0xFF800000, 0x7F800000]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.relu %a : (tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
// CHECK-LABEL: @relu_nan
// CHECK-NEXT{LITERAL}: dense<[0x7FC00000, 0.000000e+00, 0x7F800000]> : tensor<3xf32>

// With equal parameters a quantized relu clamps at the zero point.
func.func @relu_same_parameters() -> tensor<5x!quant.uniform<i8:f32, 0.1:-10>> {
  %a = dnn.constant {value = dense<[-128, -11, -10, -9, 127]> : tensor<5xi8>} : () -> tensor<5x!quant.uniform<i8:f32, 0.1:-10>>
  %y = dnn.relu %a : (tensor<5x!quant.uniform<i8:f32, 0.1:-10>>) -> tensor<5x!quant.uniform<i8:f32, 0.1:-10>>
  return %y : tensor<5x!quant.uniform<i8:f32, 0.1:-10>>
}
// CHECK-LABEL: @relu_same_parameters
// CHECK-NEXT{LITERAL}: dense<[-10, -10, -10, -9, 127]> : tensor<5xi8>
