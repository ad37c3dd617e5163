// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @equal_integer() -> tensor<3xi1> {
  %a = dnn.constant {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %b = dnn.constant {value = dense<[2]> : tensor<1xi64>} : () -> tensor<1xi64>
  %y = dnn.equal %a, %b : (tensor<3xi64>, tensor<1xi64>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}
// CHECK-LABEL: @equal_integer
// CHECK-NEXT{LITERAL}: dense<[false, true, false]> : tensor<3xi1>

func.func @equal_float() -> tensor<2xi1> {
  %a = dnn.constant {value = dense<[1.0, 0x7FC00000]> : tensor<2xf32>} : () -> tensor<2xf32>
  %b = dnn.constant {value = dense<[1.0, 0x7FC00000]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.equal %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  return %y : tensor<2xi1>
}
// CHECK-LABEL: @equal_float
// CHECK-NEXT{LITERAL}: dense<[true, false]> : tensor<2xi1>
