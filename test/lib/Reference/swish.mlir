// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @swish_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.swish %a {alpha = 1.5 : f32} : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @swish_float
// CHECK-NEXT{LITERAL}: dense<[-0.0329608284, -0.182425529, -0.160410658, 0.000000e+00, 0.148166656, 0.817574501, 3.99010944]> : tensor<7xf32>

func.func @swish_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.swish %a {alpha = 1.5 : f32} : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @swish_quantized
// CHECK-NEXT{LITERAL}: dense<[100, 99, 99, 100, 101, 117, 255, 255]> : tensor<8xui8>
