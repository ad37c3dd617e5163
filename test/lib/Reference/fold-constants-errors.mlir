// RUN: dnnc-opt %s --dnn-fold-constants --verify-diagnostics

func.func @no_value() -> tensor<1xi64> {
  %a = dnn.constant {value = dense<4> : tensor<1xi64>} : () -> tensor<1xi64>
  %b = dnn.constant {value = dense<0> : tensor<1xi64>} : () -> tensor<1xi64>
  // expected-error @+1 {{'dnn.div' op divides an integer by zero}}
  %y = dnn.div %a, %b : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  return %y : tensor<1xi64>
}
