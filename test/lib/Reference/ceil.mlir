// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @ceil_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.75]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.ceil %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @ceil_float
// CHECK-NEXT{LITERAL}: dense<[-2.000000e+00, -1.000000e+00, -0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00]> : tensor<7xf32>

func.func @ceil_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.ceil %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @ceil_quantized
// CHECK-NEXT{LITERAL}: dense<[0, 0, 100, 100, 150, 150, 255, 255]> : tensor<8xui8>
