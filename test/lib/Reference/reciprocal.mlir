// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @reciprocal_float() -> tensor<4xf32> {
  %a = dnn.constant {value = dense<[-3.0, -0.5, 0.125, 7.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = dnn.reciprocal %a : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
// CHECK-LABEL: @reciprocal_float
// CHECK-NEXT{LITERAL}: dense<[-0.333333343, -2.000000e+00, 8.000000e+00, 0.142857149]> : tensor<4xf32>

func.func @reciprocal_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[1, 2, 19, 20, 21, 128, 254, 255]> : tensor<8xui8>} : () -> tensor<8x!quant.uniform<u8:f32, 0.05>>
  %y = dnn.reciprocal %a : (tensor<8x!quant.uniform<u8:f32, 0.05>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @reciprocal_quantized
// CHECK-NEXT{LITERAL}: dense<[255, 255, 153, 150, 148, 108, 104, 104]> : tensor<8xui8>
