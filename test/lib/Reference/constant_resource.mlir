// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

// Constants of more than 64 elements are resource blobs; their bytes are read in place.
func.func @resource_float() -> tensor<3xf32> {
  %x = dnn.constant {value = dense_resource<three> : tensor<3xf32>} : () -> tensor<3xf32>
  return %x : tensor<3xf32>
}
// CHECK-LABEL: @resource_float
// CHECK-NEXT: dense<[1.000000e+00, 2.000000e+00, -1.500000e+00]> : tensor<3xf32>

// In a resource an i1 takes a byte; anything but 0 is true.
func.func @resource_i1() -> tensor<3xi64> {
  %c = dnn.constant {value = dense_resource<bits> : tensor<3xi1>} : () -> tensor<3xi1>
  %y = dnn.cast %c : (tensor<3xi1>) -> tensor<3xi64>
  return %y : tensor<3xi64>
}
// CHECK-LABEL: @resource_i1
// CHECK-NEXT: dense<[1, 0, 1]> : tensor<3xi64>

func.func @resource_quantized() -> tensor<3xf32> {
  %x = dnn.constant {value = dense_resource<bytes> : tensor<3xui8>} : () -> tensor<3x!quant.uniform<u8:f32, 0.5:128>>
  %y = dnn.dequantize %x : (tensor<3x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
// CHECK-LABEL: @resource_quantized
// CHECK-NEXT: dense<[-6.400000e+01, 0.000000e+00, 6.350000e+01]> : tensor<3xf32>

{-#
  dialect_resources: {
    builtin: {
      three: "0x040000000000803F000000400000C0BF",
      bits: "0x01000000FF0001",
      bytes: "0x010000000080FF"
    }
  }
#-}
