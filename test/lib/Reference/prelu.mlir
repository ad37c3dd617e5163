// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

// A slope per channel.
func.func @prelu_float() -> tensor<1x2x2xf32> {
  %a = dnn.constant {value = dense<[[[-1.0, 2.0], [-3.0, 4.0]]]> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %b = dnn.constant {value = dense<[[0.5], [0.25]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %y = dnn.prelu %a, %b : (tensor<1x2x2xf32>, tensor<2x1xf32>) -> tensor<1x2x2xf32>
  return %y : tensor<1x2x2xf32>
}
// CHECK-LABEL: @prelu_float
// CHECK-NEXT{LITERAL}: dense<[[[-5.000000e-01, 2.000000e+00], [-7.500000e-01, 4.000000e+00]]]> : tensor<1x2x2xf32>

func.func @prelu_quantized() -> tensor<3x!quant.uniform<i8:f32, 0.05:2>> {
  %a = dnn.constant {value = dense<[-100, -1, 50]> : tensor<3xi8>} : () -> tensor<3x!quant.uniform<i8:f32, 0.1>>
  %b = dnn.constant {value = dense<[30]> : tensor<1xi8>} : () -> tensor<1x!quant.uniform<i8:f32, 0.01>>
  %y = dnn.prelu %a, %b : (tensor<3x!quant.uniform<i8:f32, 0.1>>, tensor<1x!quant.uniform<i8:f32, 0.01>>) -> tensor<3x!quant.uniform<i8:f32, 0.05:2>>
  return %y : tensor<3x!quant.uniform<i8:f32, 0.05:2>>
}
// CHECK-LABEL: @prelu_quantized
// CHECK-NEXT{LITERAL}: dense<[-58, 1, 102]> : tensor<3xi8>
