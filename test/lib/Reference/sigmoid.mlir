// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @sigmoid_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.sigmoid %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @sigmoid_float
// CHECK-NEXT{LITERAL}: dense<[0.0474258736, 0.268941432, 0.377540678, 5.000000e-01, 0.562176526, 0.731058597, 0.982013761]> : tensor<7xf32>

func.func @sigmoid_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.sigmoid %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @sigmoid_quantized
// CHECK-NEXT{LITERAL}: dense<[100, 102, 124, 125, 126, 131, 148, 150]> : tensor<8xui8>

func.func @sigmoid_to_float() -> tensor<3xf32> {
  %a = dnn.constant {value = dense<[-128, 0, 127]> : tensor<3xi8>} : () -> tensor<3x!quant.uniform<i8:f32, 0.05>>
  %y = dnn.sigmoid %a : (tensor<3x!quant.uniform<i8:f32, 0.05>>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
// CHECK-LABEL: @sigmoid_to_float
// CHECK-NEXT{LITERAL}: dense<[0.00165880087, 5.000000e-01, 0.998256325]> : tensor<3xf32>
