// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @leaky_relu_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.leaky_relu %a {alpha = 0.125 : f32} : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @leaky_relu_float
// CHECK-NEXT{LITERAL}: dense<[-3.750000e-01, -1.250000e-01, -6.250000e-02, 0.000000e+00, 2.500000e-01, 1.000000e+00, 4.000000e+00]> : tensor<7xf32>

func.func @leaky_relu_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.leaky_relu %a {alpha = 0.125 : f32} : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @leaky_relu_quantized
// CHECK-NEXT{LITERAL}: dense<[63, 79, 100, 100, 102, 125, 255, 255]> : tensor<8xui8>
