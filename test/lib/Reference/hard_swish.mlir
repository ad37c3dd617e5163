// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @hard_swish_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.hard_swish %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @hard_swish_float
// CHECK-NEXT{LITERAL}: dense<[-0.000000e+00, -0.333333343, -0.208333328, 0.000000e+00, 0.135416672, 0.666666686, 4.000000e+00]> : tensor<7xf32>

func.func @hard_swish_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.hard_swish %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @hard_swish_quantized
// CHECK-NEXT{LITERAL}: dense<[100, 100, 99, 100, 101, 115, 255, 255]> : tensor<8xui8>
