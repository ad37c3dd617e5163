// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @erf_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.erf %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @erf_float
// CHECK-NEXT{LITERAL}: dense<[-0.999977886, -0.842700779, -0.520499885, 0.000000e+00, 0.276326388, 0.842700779, 1.000000e+00]> : tensor<7xf32>

func.func @erf_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.erf %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @erf_quantized
// CHECK-NEXT{LITERAL}: dense<[50, 50, 97, 100, 103, 126, 150, 150]> : tensor<8xui8>
