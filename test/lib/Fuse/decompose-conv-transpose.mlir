// RUN: dnnc-opt --decompose-conv-transpose --dnn-fold-constants --mlir-print-local-scope %s | FileCheck %s
// The same numbers bit for bit, for kernels, strides, dilations, padding and groups of many sizes.
// RUN: %python %S/Inputs/conv_transpose_cases.py > %t.mlir
// RUN: dnnc-opt --test-reference-evaluate %t.mlir -o %t.before > %t.expected
// RUN: dnnc-opt --decompose-conv-transpose --test-reference-evaluate %t.mlir -o %t.after > %t.decomposed
// RUN: not grep conv_transpose %t.after
// RUN: grep -q case100 %t.expected
// RUN: diff %t.expected %t.decomposed

// Stride 2, kernel 2: four phases of one tap each, interleaved.
// CHECK-LABEL: func @upsample
// CHECK: %[[W:.*]] = dnn.constant {value = dense<{{\[\[}}{{\[\[}}1.000000e+00]]], {{.*}}4.000000e+00]]]]> : tensor<4x1x1x1xf32>}
// CHECK: %[[B:.*]] = dnn.constant {value = dense<7.000000e+00> : tensor<4xf32>}
// CHECK: %[[C:.*]] = dnn.conv %arg0, %[[W]], %[[B]] : ({{.*}}) -> tensor<1x4x3x3xf32>
// CHECK: %[[R:.*]] = dnn.reshape %[[C]] : (tensor<1x4x3x3xf32>) -> tensor<1x1x2x2x3x3xf32>
// CHECK: %[[T:.*]] = dnn.transpose %[[R]] {perm = array<i64: 0, 1, 4, 2, 5, 3>}
// CHECK: %[[Y:.*]] = dnn.reshape %[[T]] {dnn.tensors = ["y"]} : (tensor<1x1x3x2x3x2xf32>) -> tensor<1x1x6x6xf32>
// CHECK: return %[[Y]]
func.func @upsample(%x: tensor<1x1x3x3xf32>) -> tensor<1x1x6x6xf32> {
  %w = dnn.constant {value = dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %b = dnn.constant {value = dense<7.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = dnn.conv_transpose %x, %w, %b {strides = array<i64: 2, 2>, dnn.tensors = ["y"]} : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>) -> tensor<1x1x6x6xf32>
  return %y : tensor<1x1x6x6xf32>
}

// Stride 1 is a convolution with the kernel turned over.
// CHECK-LABEL: func @turned
// CHECK: %[[W:.*]] = dnn.constant {value = dense<{{\[\[}}{{\[\[}}3.000000e+00, 2.000000e+00, 1.000000e+00]]]]> : tensor<1x1x1x3xf32>}
// CHECK-NEXT: %[[Y:.*]] = dnn.conv %arg0, %[[W]] {dnn.tensors = ["y"], pads = array<i64: 0, 1, 0, 1>}
// CHECK-NEXT: return %[[Y]]
func.func @turned(%x: tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32> {
  %w = dnn.constant {value = dense<[[[[1.0, 2.0, 3.0]]]]> : tensor<1x1x1x3xf32>} : () -> tensor<1x1x1x3xf32>
  %y = dnn.conv_transpose %x, %w {pads = array<i64: 0, 1, 0, 1>, dnn.tensors = ["y"]} : (tensor<1x1x3x3xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}
