// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @less_integer() -> tensor<3xi1> {
  %a = dnn.constant {value = dense<[1, 2, 3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %b = dnn.constant {value = dense<[2]> : tensor<1xi64>} : () -> tensor<1xi64>
  %y = dnn.less %a, %b : (tensor<3xi64>, tensor<1xi64>) -> tensor<3xi1>
  return %y : tensor<3xi1>
}
// CHECK-LABEL: @less_integer
// CHECK-NEXT{LITERAL}: dense<[true, false, false]> : tensor<3xi1>

func.func @less_float() -> tensor<2xi1> {
  %a = dnn.constant {value = dense<[1.5, 2.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %b = dnn.constant {value = dense<2.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.less %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  return %y : tensor<2xi1>
}
// CHECK-LABEL: @less_float
// CHECK-NEXT{LITERAL}: dense<[true, false]> : tensor<2xi1>
