// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

// i1 values, which the attribute packs into bits.
func.func @constant_i1() -> tensor<3x3xi1> {
  %a = dnn.constant {value = dense<[true, false, true, true, false, false, false, true, true]> : tensor<9xi1>} : () -> tensor<9xi1>
  %y = dnn.reshape %a : (tensor<9xi1>) -> tensor<3x3xi1>
  return %y : tensor<3x3xi1>
}
// CHECK-LABEL: @constant_i1
// CHECK-NEXT{LITERAL}: dense<[[true, false, true], [true, false, false], [false, true, true]]> : tensor<3x3xi1>

func.func @constant_i1_splat() -> tensor<2x2xi1> {
  %a = dnn.constant {value = dense<[true, true, true, true]> : tensor<4xi1>} : () -> tensor<4xi1>
  %y = dnn.reshape %a : (tensor<4xi1>) -> tensor<2x2xi1>
  return %y : tensor<2x2xi1>
}
// CHECK-LABEL: @constant_i1_splat
// CHECK-NEXT{LITERAL}: dense<true> : tensor<2x2xi1>
