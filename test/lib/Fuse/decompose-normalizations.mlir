// RUN: dnnc-opt --decompose-normalizations %s | FileCheck %s
// Several roundings to float32 instead of one: close to the reference; quantized results within a step of their scale.
// RUN: %python %S/Inputs/normalization_cases.py > %t.mlir
// RUN: dnnc-opt --test-reference-evaluate %t.mlir -o %t.before > %t.expected
// RUN: dnnc-opt --decompose-normalizations --test-reference-evaluate %t.mlir -o %t.after > %t.decomposed
// RUN: not grep -E "softmax|lrn|batch_norm" %t.after
// RUN: %python %S/Inputs/compare_evaluations.py %t.expected %t.decomposed 1e-6

!q = !quant.uniform<u8:f32, 5.0e-01:3>

// CHECK-LABEL: func @lrn
// CHECK: %[[S:.*]] = dnn.mul %arg0, %arg0
// CHECK: %[[W:.*]] = dnn.window_sum %[[S]] {axis = 1 : i64, before = 1 : i64, size = 4 : i64}
// CHECK: %[[F:.*]] = dnn.constant {value = dense<5.000000e-01>
// CHECK: %[[P:.*]] = dnn.mul %[[W]], %[[F]]
// CHECK: %[[B:.*]] = dnn.add %[[P]]
// CHECK: %[[E:.*]] = dnn.pow %[[B]]
// CHECK: dnn.div %arg0, %[[E]] {dnn.tensors = ["y"]}
func.func @lrn(%x: tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32> {
  %y = dnn.lrn %x {size = 4, alpha = 2.0 : f32, beta = 0.75 : f32, bias = 1.0 : f32, dnn.tensors = ["y"]} : (tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32>
  return %y : tensor<1x8x2x2xf32>
}

// CHECK-LABEL: func @softmax
// CHECK-NEXT: %[[M:.*]] = dnn.reduce %arg0 {axes = array<i64: 1>, kind = #dnn.reduce_kind<max>} : (tensor<2x8xf32>) -> tensor<2x1xf32>
// CHECK-NEXT: %[[S:.*]] = dnn.sub %arg0, %[[M]]
// CHECK-NEXT: %[[E:.*]] = dnn.exp %[[S]]
// CHECK-NEXT: %[[T:.*]] = dnn.reduce %[[E]] {axes = array<i64: 1>, kind = #dnn.reduce_kind<sum>}
// CHECK-NEXT: dnn.div %[[E]], %[[T]] {dnn.tensors = ["y"]}
func.func @softmax(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %y = dnn.softmax %x {axis = 1, dnn.tensors = ["y"]} : (tensor<2x8xf32>) -> tensor<2x8xf32>
  return %y : tensor<2x8xf32>
}

// CHECK-LABEL: func @quantized_log_softmax
// CHECK-NEXT: %[[X:.*]] = dnn.dequantize %arg0
// CHECK: %[[S:.*]] = dnn.sub %[[X]]
// CHECK: %[[L:.*]] = dnn.log
// CHECK: %[[D:.*]] = dnn.sub %[[S]], %[[L]]
// CHECK: dnn.quantize %[[D]] {dnn.tensors = ["y"]}
func.func @quantized_log_softmax(%x: tensor<2x8x!q>) -> tensor<2x8x!q> {
  %y = dnn.log_softmax %x {axis = 0, dnn.tensors = ["y"]} : (tensor<2x8x!q>) -> tensor<2x8x!q>
  return %y : tensor<2x8x!q>
}

// Statistics that are computed at run time.
// CHECK-LABEL: func @batch_norm
// CHECK: dnn.sqrt
// CHECK: %[[F:.*]] = dnn.div %arg1
// CHECK: %[[M:.*]] = dnn.mul %arg0, %{{.*}} : (tensor<1x4x2x2xf32>, tensor<4x1x1xf32>)
// CHECK: dnn.add %[[M]], %{{.*}} : (tensor<1x4x2x2xf32>, tensor<4x1x1xf32>)
func.func @batch_norm(%x: tensor<1x4x2x2xf32>, %s: tensor<4xf32>) -> tensor<1x4x2x2xf32> {
  %y = dnn.batch_norm %x, %s, %s, %s, %s : (tensor<1x4x2x2xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4x2x2xf32>
  return %y : tensor<1x4x2x2xf32>
}
