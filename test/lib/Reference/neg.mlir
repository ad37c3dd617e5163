// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @neg_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.neg %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @neg_float
// CHECK-NEXT{LITERAL}: dense<[3.000000e+00, 1.000000e+00, 5.000000e-01, -0.000000e+00, -2.500000e-01, -1.000000e+00, -4.000000e+00]> : tensor<7xf32>

func.func @neg_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.neg %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @neg_quantized
// CHECK-NEXT{LITERAL}: dense<[255, 255, 102, 100, 98, 75, 0, 0]> : tensor<8xui8>

func.func @neg_integer() -> tensor<3xi64> {
  %a = dnn.constant {value = dense<[-5, 0, 7]> : tensor<3xi64>} : () -> tensor<3xi64>
  %y = dnn.neg %a : (tensor<3xi64>) -> tensor<3xi64>
  return %y : tensor<3xi64>
}
// CHECK-LABEL: @neg_integer
// CHECK-NEXT{LITERAL}: dense<[5, 0, -7]> : tensor<3xi64>
