// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @log_float() -> tensor<4xf32> {
  %a = dnn.constant {value = dense<[0.25, 1.0, 2.0, 10.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = dnn.log %a : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
// CHECK-LABEL: @log_float
// CHECK-NEXT{LITERAL}: dense<[-1.38629436, 0.000000e+00, 0.693147182, 2.30258512]> : tensor<4xf32>

func.func @log_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[1, 2, 19, 20, 21, 128, 254, 255]> : tensor<8xui8>} : () -> tensor<8x!quant.uniform<u8:f32, 0.05>>
  %y = dnn.log %a : (tensor<8x!quant.uniform<u8:f32, 0.05>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @log_quantized
// CHECK-NEXT{LITERAL}: dense<[0, 0, 97, 100, 102, 193, 227, 227]> : tensor<8xui8>
