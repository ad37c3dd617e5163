// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @add_float() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.5, -2.0, 0.1], [4.0, 5.0, -6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %b = dnn.constant {value = dense<[0.3, -7.0, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.add %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @add_float
// CHECK-NEXT{LITERAL}: dense<[[1.800000e+00, -9.000000e+00, 2.100000e+00], [4.300000e+00, -2.000000e+00, -4.000000e+00]]> : tensor<2x3xf32>

// One float32 operation on the dequantized values, then quantized by division.
func.func @add_quantized() -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>> {
  %a = dnn.constant {value = dense<[[-128, -3, 3], [4, 50, 127]]> : tensor<2x3xi8>} : () -> tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>
  %b = dnn.constant {value = dense<[0, 121, 255]> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.02:120>>
  %y = dnn.add %a, %b : (tensor<2x3x!quant.uniform<i8:f32, 0.05:3>>, tensor<3x!quant.uniform<u8:f32, 0.02:120>>) -> tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
  return %y : tensor<2x3x!quant.uniform<i8:f32, 0.04:-5>>
}
// CHECK-LABEL: @add_quantized
// CHECK-NEXT{LITERAL}: dense<[[-128, -12, 63], [-64, 54, 127]]> : tensor<2x3xi8>

func.func @add_integer() -> tensor<2x3xi64> {
  %a = dnn.constant {value = dense<[[7, -7, 9], [1, 0, -4]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %b = dnn.constant {value = dense<[2, 2, -3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %y = dnn.add %a, %b : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x3xi64>
  return %y : tensor<2x3xi64>
}
// CHECK-LABEL: @add_integer
// CHECK-NEXT{LITERAL}: dense<[[9, -5, 6], [3, 2, -7]]> : tensor<2x3xi64>

func.func @add_broadcast_both() -> tensor<2x3xf32> {
  %a = dnn.constant {value = dense<[[1.0], [2.0]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %b = dnn.constant {value = dense<[[10.0, 20.0, 30.0]]> : tensor<1x3xf32>} : () -> tensor<1x3xf32>
  %y = dnn.add %a, %b : (tensor<2x1xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
// CHECK-LABEL: @add_broadcast_both
// CHECK-NEXT{LITERAL}: dense<[[1.100000e+01, 2.100000e+01, 3.100000e+01], [1.200000e+01, 2.200000e+01, 3.200000e+01]]> : tensor<2x3xf32>

func.func @add_scalar() -> tensor<2xf32> {
  %a = dnn.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %b = dnn.constant {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %y = dnn.add %a, %b : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// CHECK-LABEL: @add_scalar
// CHECK-NEXT{LITERAL}: dense<[1.500000e+00, 2.500000e+00]> : tensor<2xf32>

func.func @add_saturates() -> tensor<2x!quant.uniform<i8:f32, 1.0>> {
  %a = dnn.constant {value = dense<[127, -128]> : tensor<2xi8>} : () -> tensor<2x!quant.uniform<i8:f32, 1.0>>
  %b = dnn.constant {value = dense<[127, -128]> : tensor<2xi8>} : () -> tensor<2x!quant.uniform<i8:f32, 1.0>>
  %y = dnn.add %a, %b : (tensor<2x!quant.uniform<i8:f32, 1.0>>, tensor<2x!quant.uniform<i8:f32, 1.0>>) -> tensor<2x!quant.uniform<i8:f32, 1.0>>
  return %y : tensor<2x!quant.uniform<i8:f32, 1.0>>
}
// CHECK-LABEL: @add_saturates
// CHECK-NEXT{LITERAL}: dense<[127, -128]> : tensor<2xi8>

func.func @add_integer_wraps() -> tensor<1xi32> {
  %a = dnn.constant {value = dense<[2147483647]> : tensor<1xi32>} : () -> tensor<1xi32>
  %b = dnn.constant {value = dense<[1]> : tensor<1xi32>} : () -> tensor<1xi32>
  %y = dnn.add %a, %b : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi32>
  return %y : tensor<1xi32>
}
// CHECK-LABEL: @add_integer_wraps
// CHECK-NEXT{LITERAL}: dense<-2147483648> : tensor<1xi32>
