// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @where_broadcast() -> tensor<2x2xi64> {
  %a = dnn.constant {value = dense<[[true], [false]]> : tensor<2x1xi1>} : () -> tensor<2x1xi1>
  %b = dnn.constant {value = dense<[1, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
  %c = dnn.constant {value = dense<9> : tensor<i64>} : () -> tensor<i64>
  %y = dnn.where %a, %b, %c : (tensor<2x1xi1>, tensor<2xi64>, tensor<i64>) -> tensor<2x2xi64>
  return %y : tensor<2x2xi64>
}
// CHECK-LABEL: @where_broadcast
// CHECK-NEXT{LITERAL}: dense<[[1, 2], [9, 9]]> : tensor<2x2xi64>

func.func @where_quantized() -> tensor<2x!quant.uniform<u8:f32, 0.5:7>> {
  %a = dnn.constant {value = dense<[true, false]> : tensor<2xi1>} : () -> tensor<2xi1>
  %b = dnn.constant {value = dense<[1, 2]> : tensor<2xui8>} : () -> tensor<2x!quant.uniform<u8:f32, 0.5:7>>
  %c = dnn.constant {value = dense<[8, 9]> : tensor<2xui8>} : () -> tensor<2x!quant.uniform<u8:f32, 0.5:7>>
  %y = dnn.where %a, %b, %c : (tensor<2xi1>, tensor<2x!quant.uniform<u8:f32, 0.5:7>>, tensor<2x!quant.uniform<u8:f32, 0.5:7>>) -> tensor<2x!quant.uniform<u8:f32, 0.5:7>>
  return %y : tensor<2x!quant.uniform<u8:f32, 0.5:7>>
}
// CHECK-LABEL: @where_quantized
// CHECK-NEXT{LITERAL}: dense<[1, 9]> : tensor<2xui8>
