// RUN: dnnc-opt --decompose-pools %s | FileCheck %s

// CHECK-LABEL: func @global
// CHECK-NEXT: %[[A:.*]] = dnn.reduce %arg0 {axes = array<i64: 2, 3>, dnn.tensors = ["a"], kind = #dnn.reduce_kind<mean>}
// CHECK-NEXT: %[[M:.*]] = dnn.reduce %arg0 {axes = array<i64: 2, 3>, kind = #dnn.reduce_kind<max>}
// CHECK-NEXT: return %[[A]], %[[M]]
func.func @global(%x: tensor<1x4x7x5xf32>) -> (tensor<1x4x1x1xf32>, tensor<1x4x1x1xf32>) {
  %a = dnn.avg_pool %x {kernel = array<i64: 7, 5>, strides = array<i64: 2, 2>, dnn.tensors = ["a"]} : (tensor<1x4x7x5xf32>) -> tensor<1x4x1x1xf32>
  %m = dnn.max_pool %x {kernel = array<i64: 7, 5>} : (tensor<1x4x7x5xf32>) -> tensor<1x4x1x1xf32>
  return %a, %m : tensor<1x4x1x1xf32>, tensor<1x4x1x1xf32>
}

// Padding counts in the divisor, dilation leaves elements out, a smaller window too.
// CHECK-LABEL: func @others
// CHECK-NEXT: dnn.avg_pool
// CHECK-NEXT: dnn.max_pool
// CHECK-NEXT: dnn.max_pool
// CHECK-NEXT: return
func.func @others(%x: tensor<1x4x3x3xf32>) -> (tensor<1x4x1x1xf32>, tensor<1x4x1x1xf32>, tensor<1x4x1x1xf32>) {
  %a = dnn.avg_pool %x {kernel = array<i64: 4, 4>, pads = array<i64: 0, 0, 1, 1>, count_include_pad = true} : (tensor<1x4x3x3xf32>) -> tensor<1x4x1x1xf32>
  %m = dnn.max_pool %x {kernel = array<i64: 2, 2>, dilations = array<i64: 2, 2>} : (tensor<1x4x3x3xf32>) -> tensor<1x4x1x1xf32>
  %n = dnn.max_pool %x {kernel = array<i64: 2, 3>, strides = array<i64: 2, 1>} : (tensor<1x4x3x3xf32>) -> tensor<1x4x1x1xf32>
  return %a, %m, %n : tensor<1x4x1x1xf32>, tensor<1x4x1x1xf32>, tensor<1x4x1x1xf32>
}
