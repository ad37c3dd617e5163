// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

func.func @storage_cast_to_quantized() -> tensor<2x!quant.uniform<u8:f32, 0.5:7>> {
  %a = dnn.constant {value = dense<[1, 255]> : tensor<2xui8>} : () -> tensor<2xui8>
  %y = dnn.storage_cast %a : (tensor<2xui8>) -> tensor<2x!quant.uniform<u8:f32, 0.5:7>>
  return %y : tensor<2x!quant.uniform<u8:f32, 0.5:7>>
}
// CHECK-LABEL: @storage_cast_to_quantized
// CHECK-NEXT{LITERAL}: dense<[1, 255]> : tensor<2xui8>

func.func @storage_cast_from_quantized() -> tensor<2xi8> {
  %a = dnn.constant {value = dense<[1, -1]> : tensor<2xi8>} : () -> tensor<2x!quant.uniform<i8:f32, 0.5:7>>
  %y = dnn.storage_cast %a : (tensor<2x!quant.uniform<i8:f32, 0.5:7>>) -> tensor<2xi8>
  return %y : tensor<2xi8>
}
// CHECK-LABEL: @storage_cast_from_quantized
// CHECK-NEXT{LITERAL}: dense<[1, -1]> : tensor<2xi8>
