// RUN: dnnc-opt %s --test-reference-evaluate -o /dev/null | FileCheck %s

!x = !quant.uniform<i16:f32, 1.0>
!y = !quant.uniform<i16:f32, 1048576.0>

// Accumulators of 16-bit products have 64 bits: 4 · 32767² is 4294705156, beyond 32. Requantized by fl32(acc) / 2²⁰: 4095.75.
func.func @conv() -> tensor<1x1x1x1x!y> {
  %a = dnn.constant {value = dense<32767> : tensor<1x4x1x1xi16>} : () -> tensor<1x4x1x1x!x>
  %y = dnn.conv %a, %a : (tensor<1x4x1x1x!x>, tensor<1x4x1x1x!x>) -> tensor<1x1x1x1x!y>
  return %y : tensor<1x1x1x1x!y>
}
// CHECK-LABEL: @conv
// CHECK-NEXT{LITERAL}: dense<4096> : tensor<1x1x1x1xi16>

// With a zero point the factors have 17 bits: (32767 + 32768)² is 4294836225.
!z = !quant.uniform<i16:f32, 1.0:-32768>
func.func @matmul() -> tensor<1x1x!y> {
  %a = dnn.constant {value = dense<32767> : tensor<1x1xi16>} : () -> tensor<1x1x!z>
  %y = dnn.matmul %a, %a : (tensor<1x1x!z>, tensor<1x1x!z>) -> tensor<1x1x!y>
  return %y : tensor<1x1x!y>
}
// CHECK-LABEL: @matmul
// CHECK-NEXT{LITERAL}: dense<4096> : tensor<1x1xi16>

func.func @mul() -> tensor<1x!y> {
  %a = dnn.constant {value = dense<32767> : tensor<1xi16>} : () -> tensor<1x!z>
  %b = dnn.constant {value = dense<-16384> : tensor<1xi16>} : () -> tensor<1x!z>
  %y = dnn.mul %a, %b : (tensor<1x!z>, tensor<1x!z>) -> tensor<1x!y>
  return %y : tensor<1x!y>
}
// CHECK-LABEL: @mul
// CHECK-NEXT{LITERAL}: dense<1024> : tensor<1xi16>

func.func @saturates() -> tensor<2x!x> {
  %a = dnn.constant {value = dense<[1.0e6, -1.0e6]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = dnn.quantize %a : (tensor<2xf32>) -> tensor<2x!x>
  return %y : tensor<2x!x>
}
// CHECK-LABEL: @saturates
// CHECK-NEXT{LITERAL}: dense<[32767, -32768]> : tensor<2xi16>
