// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @min_float() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.5, -2.0, 0.1], [4.0, 5.0, -6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %b = dnn.constant {value = dense<[0.3, -7.0, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.min %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @min_float
// CHECK-NEXT{LITERAL}: dense<[[3.000000e-01, -7.000000e+00, 1.000000e-01], [3.000000e-01, -7.000000e+00, -6.000000e+00]]> : tensor<2x3xf32>

func.func @min_quantized() -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>> {
  %a = dnn.constant {value = dense<[[-128, -3, 3], [4, 50, 127]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[0, 121, 255]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.02:120>>
  %y = dnn.min %a, %b : (tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<3x!quant.uniform<u8:f32, 0.02:120>>) -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
  return %y : tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
}
// CHECK-LABEL: @min_quantized
// CHECK-NEXT{LITERAL}: dense<[[-128, -13, -5], [-65, -5, 63]]> : tensor<2x3xi8>

func.func @min_integer() -> tensor<2x3xi64> {
  %a = dnn.constant {value = dense<[[7, -7, 9], [1, 0, -4]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %b = dnn.constant {value = dense<[2, 2, -3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %y = dnn.min %a, %b : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}
// CHECK-LABEL: @min_integer
// CHECK-NEXT{LITERAL}: dense<[[2, -7, -3], [1, 0, -4]]> : tensor<2x3xi64>

func.func @min_nan() -> tensor<2xf32> {
  %a = dnn.constant {value = dense<[0x7FC00000, 1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %b = dnn.constant {value = dense<[1.0, 0x7FC00000]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.min %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// CHECK-LABEL: @min_nan
// CHECK-NEXT{LITERAL}: dense<0x7FC00000> : tensor<2xf32>
