// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @sub_float() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.5, -2.0, 0.1], [4.0, 5.0, -6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %b = dnn.constant {value = dense<[0.3, -7.0, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.sub %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @sub_float
// CHECK-NEXT{LITERAL}: dense<[[1.200000e+00, 5.000000e+00, -1.900000e+00], [3.700000e+00, 1.200000e+01, -8.000000e+00]]> : tensor<2x3xf32>

func.func @sub_quantized() -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>> {
  %a = dnn.constant {value = dense<[[-128, -3, 3], [4, 50, 127]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[0, 121, 255]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.02:120>>
  %y = dnn.sub %a, %b : (tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<3x!quant.uniform<u8:f32, 0.02:120>>) -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
  return %y : tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
}
// CHECK-LABEL: @sub_quantized
// CHECK-NEXT{LITERAL}: dense<[[-109, -13, -73], [56, 53, 83]]> : tensor<2x3xi8>

func.func @sub_integer() -> tensor<2x3xi64> {
  %a = dnn.constant {value = dense<[[7, -7, 9], [1, 0, -4]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %b = dnn.constant {value = dense<[2, 2, -3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %y = dnn.sub %a, %b : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}
// CHECK-LABEL: @sub_integer
// CHECK-NEXT{LITERAL}: dense<[[5, -9, 12], [-1, -2, -1]]> : tensor<2x3xi64>
