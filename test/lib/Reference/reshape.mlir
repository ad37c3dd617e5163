// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @reshape_float() -> tensor<2x6xf32> {
  %a = dnn.constant {value = dense<[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [8.0, 9.0, 10.0, 11.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %y = dnn.reshape %a : (tensor<3x4xf32>) -> tensor<2x6xf32>
  return %y : tensor<2x6xf32>
}
// CHECK-LABEL: @reshape_float
// CHECK-NEXT{LITERAL}: dense<[[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00], [6.000000e+00, 7.000000e+00, 8.000000e+00, 9.000000e+00, 1.000000e+01, 1.100000e+01]]> : tensor<2x6xf32>

func.func @reshape_quantized() -> tensor<2x2x!quant.uniform<u8:f32, 0.5:7>> {
  %a = dnn.constant {value = dense<[0, 1, 2, 3]> : tensor<4xui8>} : () -> tensor<4x!quant.uniform<u8:f32, 0.5:7>>
  %y = dnn.reshape %a : (tensor<4x!quant.uniform<u8:f32, 0.5:7>>) -> tensor<2x2x!quant.uniform<u8:f32, 0.5:7>>
  return %y : tensor<2x2x!quant.uniform<u8:f32, 0.5:7>>
}
// CHECK-LABEL: @reshape_quantized
// CHECK-NEXT{LITERAL}: dense<[[0, 1], [2, 3]]> : tensor<2x2xui8>
