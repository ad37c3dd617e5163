// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @clip_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.clip %a {min = -0.75 : f32, max = 2.0 : f32} : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @clip_float
// CHECK-NEXT{LITERAL}: dense<[-7.500000e-01, -7.500000e-01, -5.000000e-01, 0.000000e+00, 2.500000e-01, 1.000000e+00, 2.000000e+00]> : tensor<7xf32>

func.func @clip_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.clip %a {min = -0.75 : f32, max = 2.0 : f32} : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @clip_quantized
// CHECK-NEXT{LITERAL}: dense<[62, 62, 98, 100, 102, 125, 200, 200]> : tensor<8xui8>

func.func @clip_nan() -> tensor<3xf32> {
  %a = dnn.constant {value = dense<[0x7FC00000, 0xFF800000, 0x7F800000]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.clip %a {min = 0.0 : f32, max = 6.0 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
// CHECK-LABEL: @clip_nan
// CHECK-NEXT{LITERAL}: dense<[0x7FC00000, 0.000000e+00, 6.000000e+00]> : tensor<3xf32>
