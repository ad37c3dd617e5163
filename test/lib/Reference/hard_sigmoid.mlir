// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @hard_sigmoid_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.hard_sigmoid %a {alpha = 0.25 : f32, beta = 0.5 : f32} : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @hard_sigmoid_float
// CHECK-NEXT{LITERAL}: dense<[0.000000e+00, 2.500000e-01, 3.750000e-01, 5.000000e-01, 5.625000e-01, 7.500000e-01, 1.000000e+00]> : tensor<7xf32>

func.func @hard_sigmoid_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.hard_sigmoid %a {alpha = 0.25 : f32, beta = 0.5 : f32} : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @hard_sigmoid_quantized
// CHECK-NEXT{LITERAL}: dense<[100, 100, 124, 125, 126, 131, 150, 150]> : tensor<8xui8>
