// RUN: dnnc-opt --quantize-fold-qdq --canonicalize --split-input-file %s | FileCheck %s

!a = !quant.uniform<u8:f32, 5.0e-01:128>
!b = !quant.uniform<i8:f32, 2.5e-01:-3>
!y = !quant.uniform<u8:f32, 1.0e-01:7>

// CHECK-LABEL: func @add_relu
// CHECK-NEXT: %[[S:.*]] = dnn.add %arg0, %arg1 : (
// CHECK-NEXT: %[[R:.*]] = dnn.relu %[[S]] {dnn.tensors = ["y"]} : (tensor<4x!quant.uniform<u8:f32, 1.0{{[^:]*}}:7>>) -> tensor<4x!quant
// CHECK-NEXT: return %[[R]]
func.func @add_relu(%a: tensor<4x!a>, %b: tensor<4x!b>) -> tensor<4x!y> {
  %af = dnn.dequantize %a : (tensor<4x!a>) -> tensor<4xf32>
  %bf = dnn.dequantize %b : (tensor<4x!b>) -> tensor<4xf32>
  %s = dnn.add %af, %bf : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = dnn.relu %s : (tensor<4xf32>) -> tensor<4xf32>
  %y = dnn.quantize %r {dnn.tensors = ["y"]} : (tensor<4xf32>) -> tensor<4x!y>
  return %y : tensor<4x!y>
}

// The squeeze-and-excite pattern: sigmoid, product, with the activation used twice.
// CHECK-LABEL: func @silu
// CHECK-NEXT: %[[S:.*]] = dnn.sigmoid %arg0 {dnn.tensors = ["s"]} : (tensor<4x!quant{{.*}}>) -> tensor<4x!quant
// CHECK-NEXT: %[[M:.*]] = dnn.mul %arg0, %[[S]] {dnn.tensors = ["y"]}
// CHECK-NEXT: return %[[M]]
func.func @silu(%a: tensor<4x!a>) -> tensor<4x!y> {
  %af = dnn.dequantize %a : (tensor<4x!a>) -> tensor<4xf32>
  %s = dnn.sigmoid %af : (tensor<4xf32>) -> tensor<4xf32>
  %sq = dnn.quantize %s {dnn.tensors = ["s"]} : (tensor<4xf32>) -> tensor<4x!b>
  %sf = dnn.dequantize %sq : (tensor<4x!b>) -> tensor<4xf32>
  %m = dnn.mul %af, %sf : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y = dnn.quantize %m {dnn.tensors = ["y"]} : (tensor<4xf32>) -> tensor<4x!y>
  return %y : tensor<4x!y>
}

// Without a quantize behind it a sum stays float, and so does what mixes in a float.
// CHECK-LABEL: func @float_sum
// CHECK: dnn.add %{{.*}} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK: dnn.mul %{{.*}} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK: dnn.quantize
func.func @float_sum(%a: tensor<4x!a>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x!y>) {
  %af = dnn.dequantize %a : (tensor<4x!a>) -> tensor<4xf32>
  %s = dnn.add %af, %af : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %m = dnn.mul %af, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y = dnn.quantize %m : (tensor<4xf32>) -> tensor<4x!y>
  return %s, %y : tensor<4xf32>, tensor<4x!y>
}

// CHECK-LABEL: func @pools
// CHECK-NEXT: %[[P:.*]] = dnn.avg_pool %arg0 {{.*}} -> tensor<1x1x2x2x!quant.uniform<u8:f32, 1.0
// CHECK-NEXT: %[[M:.*]] = dnn.reduce %arg0 {{.*}}mean{{.*}} -> tensor<1x1x1x1x!quant.uniform<u8:f32, 1.0
// CHECK-NEXT: return %[[P]], %[[M]]
func.func @pools(%a: tensor<1x1x4x4x!a>) -> (tensor<1x1x2x2x!y>, tensor<1x1x1x1x!y>) {
  %af = dnn.dequantize %a : (tensor<1x1x4x4x!a>) -> tensor<1x1x4x4xf32>
  %p = dnn.avg_pool %af {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
  %m = dnn.reduce %af {kind = #dnn.reduce_kind<mean>, axes = array<i64: 2, 3>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x1x1xf32>
  %pq = dnn.quantize %p : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2x!y>
  %mq = dnn.quantize %m : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1x!y>
  return %pq, %mq : tensor<1x1x2x2x!y>, tensor<1x1x1x1x!y>
}

// Float by nature.
// CHECK-LABEL: func @softmax
// CHECK-NEXT: dnn.dequantize
// CHECK-NEXT: dnn.softmax %{{.*}} : (tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: dnn.quantize
func.func @softmax(%a: tensor<4x!a>) -> tensor<4x!y> {
  %af = dnn.dequantize %a : (tensor<4x!a>) -> tensor<4xf32>
  %s = dnn.softmax %af {axis = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %y = dnn.quantize %s : (tensor<4xf32>) -> tensor<4x!y>
  return %y : tensor<4x!y>
}

// Two quantizes of one type are one; of two types, the op stays float.
// CHECK-LABEL: func @two_quantizes
// CHECK: %[[T:.*]] = dnn.tanh %arg0 {dnn.tensors = ["first"]}
// CHECK: %[[E:.*]] = dnn.exp %{{.*}} : (tensor<4xf32>) -> tensor<4xf32>
// CHECK: %[[Q1:.*]] = dnn.quantize %[[E]]
// CHECK: %[[Q2:.*]] = dnn.quantize %[[E]]
// CHECK: return %[[T]], %[[T]], %[[Q1]], %[[Q2]]
func.func @two_quantizes(%a: tensor<4x!a>) -> (tensor<4x!y>, tensor<4x!y>, tensor<4x!y>, tensor<4x!b>) {
  %af = dnn.dequantize %a : (tensor<4x!a>) -> tensor<4xf32>
  %t = dnn.tanh %af : (tensor<4xf32>) -> tensor<4xf32>
  %t1 = dnn.quantize %t {dnn.tensors = ["first"]} : (tensor<4xf32>) -> tensor<4x!y>
  %t2 = dnn.quantize %t {dnn.tensors = ["second"]} : (tensor<4xf32>) -> tensor<4x!y>
  %e = dnn.exp %af : (tensor<4xf32>) -> tensor<4xf32>
  %e1 = dnn.quantize %e : (tensor<4xf32>) -> tensor<4x!y>
  %e2 = dnn.quantize %e : (tensor<4xf32>) -> tensor<4x!b>
  return %t1, %t2, %e1, %e2 : tensor<4x!y>, tensor<4x!y>, tensor<4x!y>, tensor<4x!b>
}
