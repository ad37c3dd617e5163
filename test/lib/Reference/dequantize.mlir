// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @dequantize_per_tensor() -> tensor<3xf32> {
  %a = dnn.constant {value = dense<[-128, 3, 127]> : tensor<3xi8>} : () -> tensor<3x!quant.uniform<i8:f32, 0.1:3>>
  %y = dnn.dequantize %a : (tensor<3x!quant.uniform<i8:f32, 0.1:3>>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
// CHECK-LABEL: @dequantize_per_tensor
// CHECK-NEXT{LITERAL}: dense<[-1.310000e+01, 0.000000e+00, 12.4000006]> : tensor<3xf32>

func.func @dequantize_per_axis() -> tensor<2x2xf32> {
  %a = dnn.constant {value = dense<[[0, 0], [255, 255]]> : tensor<2x2xui8>} : () -> tensor<2x2x!quant.uniform<u8:f32:1, {0.5:1,0.1:128}>>
  %y = dnn.dequantize %a : (tensor<2x2x!quant.uniform<u8:f32:1, {0.5:1,0.1:128}>>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
// CHECK-LABEL: @dequantize_per_axis
// CHECK-NEXT{LITERAL}: dense<[[-5.000000e-01, -1.280000e+01], [1.270000e+02, 1.270000e+01]]> : tensor<2x2xf32>

func.func @dequantize_bias() -> tensor<2xf32> {
  %a = dnn.constant {value = dense<[-100000, 7]> : tensor<2xi32>} : () -> tensor<2x!quant.uniform<i32:f32, 0.001>>
  %y = dnn.dequantize %a : (tensor<2x!quant.uniform<i32:f32, 0.001>>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// CHECK-LABEL: @dequantize_bias
// CHECK-NEXT{LITERAL}: dense<[-100.000008, 7.000000e-03]> : tensor<2xf32>
