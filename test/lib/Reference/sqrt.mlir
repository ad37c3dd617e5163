// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @sqrt_float() -> tensor<4xf32> {
  %a = dnn.constant {value = dense<[0.0, 0.25, 2.0, 10.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = dnn.sqrt %a : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
// CHECK-LABEL: @sqrt_float
// CHECK-NEXT{LITERAL}: dense<[0.000000e+00, 5.000000e-01, 1.41421354, 3.1622777]> : tensor<4xf32>

func.func @sqrt_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[1, 2, 19, 20, 21, 128, 254, 255]> : tensor<8xui8>} : () -> tensor<8x!quant.uniform<u8:f32, 0.05>>
  %y = dnn.sqrt %a : (tensor<8x!quant.uniform<u8:f32, 0.05>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @sqrt_quantized
// CHECK-NEXT{LITERAL}: dense<[111, 116, 149, 150, 151, 226, 255, 255]> : tensor<8xui8>
