// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @softplus_float() -> tensor<7xf32> {
  %a = dnn.constant {value = dense<[-3.0, -1.0, -0.5, 0.0, 0.25, 1.0, 4.0]> : tensor<7xf32>} : () -> tensor<7xf32>
  %y = dnn.softplus %a : (tensor<7xf32>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
// CHECK-LABEL: @softplus_float
// CHECK-NEXT{LITERAL}: dense<[0.048587352, 0.313261688, 4.740770e-01, 0.693147182, 0.825939417, 1.31326163, 4.018150e+00]> : tensor<7xf32>

func.func @softplus_quantized() -> tensor<8x!quant.uniform<u8:f32, 0.02:100>> {
  %a = dnn.constant {value = dense<[-128, -77, -11, -10, -9, 0, 55, 127]> : tensor<8xi8>} : () -> tensor<8x!quant.uniform<i8:f32, 0.05:-10>>
  %y = dnn.softplus %a : (tensor<8x!quant.uniform<i8:f32, 0.05:-10>>) -> tensor<8x!quant.uniform<u8:f32, 0.02:100>>
  return %y : tensor<8x!quant.uniform<u8:f32, 0.02:100>>
}
// CHECK-LABEL: @softplus_quantized
// CHECK-NEXT{LITERAL}: dense<[100, 102, 133, 135, 136, 149, 255, 255]> : tensor<8xui8>

// No overflow on the way.
func.func @softplus_large() -> tensor<3xf32> {
  %a = dnn.constant {value = dense<[-200.0, 200.0, 1000.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.softplus %a : (tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
// CHECK-LABEL: @softplus_large
// CHECK-NEXT{LITERAL}: dense<[0.000000e+00, 2.000000e+02, 1.000000e+03]> : tensor<3xf32>
