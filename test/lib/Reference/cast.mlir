// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

// Towards zero; what does not fit saturates, NaN gives 0.
func.func @cast_float_to_i64() -> tensor<5xi64> {
  %a = dnn.constant {value = dense<[-1.9, 1.9, 0x7FC00000, 1.0e+30, -1.0e+30]> : tensor<5xf32>} : () -> tensor<5xf32>
  %y = dnn.cast %a : (tensor<5xf32>) -> tensor<5xi64>
  return %y : tensor<5xi64>
}
// CHECK-LABEL: @cast_float_to_i64
// CHECK-NEXT{LITERAL}: dense<[-1, 1, 0, 9223372036854775807, -9223372036854775808]> : tensor<5xi64>

func.func @cast_float_to_ui8() -> tensor<3xui8> {
  %a = dnn.constant {value = dense<[-1.9, 254.9, 300.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.cast %a : (tensor<3xf32>) -> tensor<3xui8>
  return %y : tensor<3xui8>
}
// CHECK-LABEL: @cast_float_to_ui8
// CHECK-NEXT{LITERAL}: dense<[0, 254, 255]> : tensor<3xui8>

func.func @cast_float_to_i1() -> tensor<3xi1> {
  %a = dnn.constant {value = dense<[0.0, -0.25, -0.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = dnn.cast %a : (tensor<3xf32>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}
// CHECK-LABEL: @cast_float_to_i1
// CHECK-NEXT{LITERAL}: dense<[false, true, false]> : tensor<3xi1>

func.func @cast_i64_to_i32() -> tensor<2xi32> {
  %a = dnn.constant {value = dense<[4294967301, -1]> : tensor<2xi64>} : () -> tensor<2xi64>
  %y = dnn.cast %a : (tensor<2xi64>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}
// CHECK-LABEL: @cast_i64_to_i32
// CHECK-NEXT{LITERAL}: dense<[5, -1]> : tensor<2xi32>

func.func @cast_i64_to_float() -> tensor<2xf32> {
  %a = dnn.constant {value = dense<[16777217, -3]> : tensor<2xi64>} : () -> tensor<2xi64>
  %y = dnn.cast %a : (tensor<2xi64>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
// CHECK-LABEL: @cast_i64_to_float
// CHECK-NEXT{LITERAL}: dense<[0x4B800000, -3.000000e+00]> : tensor<2xf32>

func.func @cast_i1_to_float() -> tensor<3xf32> {
  %a = dnn.constant {value = dense<[true, false, true]> : tensor<3xi1>} : () -> tensor<3xi1>
  %y = dnn.cast %a : (tensor<3xi1>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
// CHECK-LABEL: @cast_i1_to_float
// CHECK-NEXT{LITERAL}: dense<[1.000000e+00, 0.000000e+00, 1.000000e+00]> : tensor<3xf32>
