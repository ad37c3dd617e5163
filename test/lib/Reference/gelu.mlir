// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @gelu_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.gelu %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @gelu_float
// CHECK-NEXT{LITERAL}: dense<[-0.00404969417, -0.158655256, -0.154268771, 0.000000e+00, 0.149676576, 0.841344773, 3.9998734]> : tensor<7xf32>

func.func @gelu_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.gelu %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @gelu_quantized
// CHECK-NEXT{LITERAL}: dense<[100, 100, 99, 100, 101, 117, 255, 255]> : tensor<8xui8>

func.func @gelu_tanh() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.gelu %a {approximate = "tanh"} : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @gelu_tanh
// CHECK-NEXT{LITERAL}: dense<[-0.00363739207, -0.158808008, -1.542860e-01, 0.000000e+00, 0.149675354, 8.411920e-01, 3.99992967]> : tensor<7xf32>
