// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @div_float() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.5, -2.0, 0.1], [4.0, 5.0, -6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %b = dnn.constant {value = dense<[0.3, -7.0, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.div %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @div_float
// CHECK-NEXT{LITERAL}: dense<[[5.000000e+00, 0.285714298, 5.000000e-02], [13.333333, -0.714285731, -3.000000e+00]]> : tensor<2x3xf32>

func.func @div_quantized() -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>> {
  %a = dnn.constant {value = dense<[[-128, -3, 3], [4, 50, 127]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[0, 121, 255]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.02:120>>
  %y = dnn.div %a, %b : (tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<3x!quant.uniform<u8:f32, 0.02:120>>) -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
  return %y : tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
}
// CHECK-LABEL: @div_quantized
// CHECK-NEXT{LITERAL}: dense<[[63, -128, -5], [-6, 127, 52]]> : tensor<2x3xi8>

// Integers are divided towards zero.
func.func @div_integer() -> tensor<2x3xi64> {
  %a = dnn.constant {value = dense<[[7, -7, 9], [1, 0, -4]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %b = dnn.constant {value = dense<[2, 2, -3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %y = dnn.div %a, %b : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}
// CHECK-LABEL: @div_integer
// CHECK-NEXT{LITERAL}: dense<[[3, -3, -3], [0, 0, 1]]> : tensor<2x3xi64>
