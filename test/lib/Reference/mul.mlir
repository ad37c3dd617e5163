// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @mul_float() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.5, -2.0, 0.1], [4.0, 5.0, -6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %b = dnn.constant {value = dense<[0.3, -7.0, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.mul %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @mul_float
// CHECK-NEXT{LITERAL}: dense<[[0.450000018, 1.400000e+01, 2.000000e-01], [1.200000e+00, -3.500000e+01, -1.200000e+01]]> : tensor<2x3xf32>

// An integer product, requantized by fl32(fl32(s_a·s_b) / s_y).
func.func @mul_quantized() -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>> {
  %a = dnn.constant {value = dense<[[-128, -3, 3], [4, 50, 127]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[0, 121, 255]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.02:120>>
  %y = dnn.mul %a, %b : (tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<3x!quant.uniform<u8:f32, 0.02:120>>) -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
  return %y : tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
}
// CHECK-LABEL: @mul_quantized
// CHECK-NEXT{LITERAL}: dense<[[127, -5, -5], [-8, -4, 127]]> : tensor<2x3xi8>

// Nothing quantizes the result: fl32(acc)·fl32(s_a·s_b).
func.func @mul_quantized_to_float() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[-128, -3, 3], [4, 50, 127]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[0, 121, 255]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.02:120>>
  %y = dnn.mul %a, %b : (tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<3x!quant.uniform<u8:f32, 0.02:120>>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @mul_quantized_to_float
// CHECK-NEXT{LITERAL}: dense<[[15.7200012, -6.000000e-03, 0.000000e+00], [-0.120000005, 0.0470000021, 16.7400017]]> : tensor<2x3xf32>

// One float factor: a float32 product of the dequantized value.
func.func @mul_quantized_with_float() -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>> {
  %a = dnn.constant {value = dense<[[-128, -3, 3], [4, 50, 127]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[0.3, -7.0, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.mul %a, %b : (tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<3xf32>) -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
  return %y : tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
}
// CHECK-LABEL: @mul_quantized_with_float
// CHECK-NEXT{LITERAL}: dense<[[-54, 48, -5], [-5, -128, 127]]> : tensor<2x3xi8>

func.func @mul_integer() -> tensor<2x3xi64> {
  %a = dnn.constant {value = dense<[[7, -7, 9], [1, 0, -4]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %b = dnn.constant {value = dense<[2, 2, -3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %y = dnn.mul %a, %b : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}
// CHECK-LABEL: @mul_integer
// CHECK-NEXT{LITERAL}: dense<[[14, -14, -27], [2, 0, 12]]> : tensor<2x3xi64>
