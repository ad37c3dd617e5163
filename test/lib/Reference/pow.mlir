// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @pow_float() -> tensor<4xf32> {
  %a = dnn.constant {value = dense<[4.0, 2.0, -2.0, 9.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %b = dnn.constant {value = dense<[0.5, 10.0, 3.0, -1.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = dnn.pow %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
// CHECK-LABEL: @pow_float
// CHECK-NEXT{LITERAL}: dense<[2.000000e+00, 1.024000e+03, -8.000000e+00, 0.111111112]> : tensor<4xf32>

// A negative exponent gives a fraction, cut towards zero.
func.func @pow_integer() -> tensor<5xi64> {
  %a = dnn.constant {value = dense<[2, -3, 5, -1, 2]> : tensor<5xi64>} : () -> tensor<5xi64>
  %b = dnn.constant {value = dense<[10, 3, 0, -3, -1]> : tensor<5xi64>} : () -> tensor<5xi64>
  %y = dnn.pow %a, %b : (tensor<5xi64>, tensor<5xi64>) -> tensor<5xi64>
  return %y : tensor<5xi64>
}
// CHECK-LABEL: @pow_integer
// CHECK-NEXT{LITERAL}: dense<[1024, -27, 1, -1, 0]> : tensor<5xi64>

func.func @pow_quantized() -> tensor<3x!quant.uniform<u8:f32, 2.0>> {
  %a = dnn.constant {value = dense<[0, 10, 200]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.1>>
  %b = dnn.constant {value = dense<[2.0]> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = dnn.pow %a, %b : (tensor<3x!quant.uniform<u8:f32, 0.1>>, tensor<1xf32>) -> tensor<3x!quant.uniform<u8:f32, 2.0>>
  return %y : tensor<3x!quant.uniform<u8:f32, 2.0>>
}
// CHECK-LABEL: @pow_quantized
// CHECK-NEXT{LITERAL}: dense<[0, 0, 200]> : tensor<3xui8>
