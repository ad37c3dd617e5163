// RUN: dnnc-opt --quantize-fold-qdq --canonicalize --split-input-file %s | FileCheck %s

!a = !quant.uniform<u8:f32, 5.0e-01:128>
!y = !quant.uniform<u8:f32, 1.0e-01:7>

// Equal parameters: the stored values move.
// CHECK-LABEL: func @equal
// CHECK-NEXT: %[[P:.*]] = dnn.max_pool %arg0
// CHECK-NEXT: %[[R:.*]] = dnn.reshape %[[P]] {dnn.tensors = ["y"]}
// CHECK-NEXT: return %[[R]]
func.func @equal(%a: tensor<1x1x4x4x!a>) -> tensor<1x4x!a> {
  %af = dnn.dequantize %a : (tensor<1x1x4x4x!a>) -> tensor<1x1x4x4xf32>
  %p = dnn.max_pool %af {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
  %r = dnn.reshape %p : (tensor<1x1x2x2xf32>) -> tensor<1x4xf32>
  %q = dnn.quantize %r {dnn.tensors = ["y"]} : (tensor<1x4xf32>) -> tensor<1x4x!a>
  return %q : tensor<1x4x!a>
}

// Others: a requantization follows.
// CHECK-LABEL: func @requantize
// CHECK-NEXT: %[[T:.*]] = dnn.transpose %arg0
// CHECK-NEXT: %[[Q:.*]] = dnn.quantize %[[T]] {dnn.tensors = ["y"]} : (tensor<4x2x!quant{{.*}}:128>>) -> tensor<4x2x!quant{{.*}}:7>>
// CHECK-NEXT: return %[[Q]]
func.func @requantize(%a: tensor<2x4x!a>) -> tensor<4x2x!y> {
  %af = dnn.dequantize %a : (tensor<2x4x!a>) -> tensor<2x4xf32>
  %t = dnn.transpose %af {perm = array<i64: 1, 0>} : (tensor<2x4xf32>) -> tensor<4x2xf32>
  %q = dnn.quantize %t {dnn.tensors = ["y"]} : (tensor<4x2xf32>) -> tensor<4x2x!y>
  return %q : tensor<4x2x!y>
}

// Each part of a concatenation is requantized by itself, where it must be.
// CHECK-LABEL: func @concat
// CHECK-NEXT: %[[A:.*]] = dnn.quantize %arg0
// CHECK-NEXT: %[[C:.*]] = dnn.concat %[[A]], %arg1 {axis = 0 : i64, dnn.tensors = ["y"]}
// CHECK-NEXT: return %[[C]]
func.func @concat(%a: tensor<2x!a>, %b: tensor<3x!y>) -> tensor<5x!y> {
  %af = dnn.dequantize %a : (tensor<2x!a>) -> tensor<2xf32>
  %bf = dnn.dequantize %b : (tensor<3x!y>) -> tensor<3xf32>
  %c = dnn.concat %af, %bf {axis = 0 : i64} : (tensor<2xf32>, tensor<3xf32>) -> tensor<5xf32>
  %q = dnn.quantize %c {dnn.tensors = ["y"]} : (tensor<5xf32>) -> tensor<5x!y>
  return %q : tensor<5x!y>
}

// Padding with 0 is the zero point. With a value that the type does not have, it is quantized as the result is.
// CHECK-LABEL: func @pad
// CHECK-NEXT: %[[P:.*]] = dnn.pad %arg0 {high = array<i64: 1>, low = array<i64: 1>} : (tensor<2x!quant.uniform<u8:f32, 5.0{{[^:]*}}:128>>)
// CHECK-NEXT: %[[Q:.*]] = dnn.quantize %[[P]]
// CHECK-NEXT: %[[R:.*]] = dnn.quantize %arg0
// CHECK-NEXT: %[[S:.*]] = dnn.pad %[[R]] {{.*}}value = 3.000000e-01
// CHECK-NEXT: return %[[Q]], %[[S]]
func.func @pad(%a: tensor<2x!a>) -> (tensor<4x!y>, tensor<4x!y>) {
  %af = dnn.dequantize %a : (tensor<2x!a>) -> tensor<2xf32>
  %p = dnn.pad %af {low = array<i64: 1>, high = array<i64: 1>} : (tensor<2xf32>) -> tensor<4xf32>
  %q = dnn.quantize %p : (tensor<4xf32>) -> tensor<4x!y>
  %r = dnn.pad %af {low = array<i64: 1>, high = array<i64: 1>, value = 0.3 : f64} : (tensor<2xf32>) -> tensor<4xf32>
  %s = dnn.quantize %r : (tensor<4xf32>) -> tensor<4x!y>
  return %q, %s : tensor<4x!y>, tensor<4x!y>
}

// A float between: the dequantize goes behind what only moves, and keeps the tensor's name.
// CHECK-LABEL: func @sink
// CHECK-NEXT: %[[S:.*]] = dnn.slice %arg0 {offsets = array<i64: 1>, steps = array<i64: 1>}
// CHECK-NEXT: %[[D:.*]] = dnn.dequantize %[[S]] {dnn.tensors = ["s"]}
// CHECK-NEXT: dnn.softmax %[[D]]
func.func @sink(%a: tensor<4x!a>) -> tensor<3xf32> {
  %af = dnn.dequantize %a {dnn.tensors = ["a"]} : (tensor<4x!a>) -> tensor<4xf32>
  %s = dnn.slice %af {offsets = array<i64: 1>, steps = array<i64: 1>, dnn.tensors = ["s"]} : (tensor<4xf32>) -> tensor<3xf32>
  %m = dnn.softmax %s {axis = 0 : i64} : (tensor<3xf32>) -> tensor<3xf32>
  return %m : tensor<3xf32>
}

// Nearest resize moves, linear resize is float work.
// CHECK-LABEL: func @resize
// CHECK: dnn.resize %arg0 {mode = #dnn.resize_mode<nearest>, {{.*}} -> tensor<4x!quant
// CHECK: dnn.resize %{{.*}} {mode = #dnn.resize_mode<linear>, {{.*}} -> tensor<4xf32>
func.func @resize(%a: tensor<2x!a>) -> (tensor<4x!a>, tensor<4x!a>) {
  %af = dnn.dequantize %a : (tensor<2x!a>) -> tensor<2xf32>
  %n = dnn.resize %af {mode = #dnn.resize_mode<nearest>, scales = array<f32: 2.0>} : (tensor<2xf32>) -> tensor<4xf32>
  %l = dnn.resize %af {mode = #dnn.resize_mode<linear>, scales = array<f32: 2.0>} : (tensor<2xf32>) -> tensor<4xf32>
  %nq = dnn.quantize %n : (tensor<4xf32>) -> tensor<4x!a>
  %lq = dnn.quantize %l : (tensor<4xf32>) -> tensor<4x!a>
  return %nq, %lq : tensor<4x!a>, tensor<4x!a>
}

// Int8 inputs of the graph are cast without arithmetic; a constant takes the type itself.
// CHECK-LABEL: func @storage
// CHECK-DAG: %[[C:.*]] = dnn.constant {value = dense<[1, 2]> : tensor<2xui8>} : () -> tensor<2x!quant
// CHECK-DAG: %[[X:.*]] = dnn.storage_cast %arg0
// CHECK: dnn.add %[[X]], %[[C]]
func.func @storage(%x: tensor<2xui8>) -> tensor<2x!y> {
  %k = dnn.constant {value = dense<[1, 2]> : tensor<2xui8>} : () -> tensor<2xui8>
  %kq = dnn.storage_cast %k : (tensor<2xui8>) -> tensor<2x!a>
  %xq = dnn.storage_cast %x : (tensor<2xui8>) -> tensor<2x!a>
  %kf = dnn.dequantize %kq : (tensor<2x!a>) -> tensor<2xf32>
  %xf = dnn.dequantize %xq : (tensor<2x!a>) -> tensor<2xf32>
  %s = dnn.add %xf, %kf : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = dnn.quantize %s : (tensor<2xf32>) -> tensor<2x!y>
  return %y : tensor<2x!y>
}

// A relu with other parameters before and after is one op.
// CHECK-LABEL: func @relu
// CHECK-NEXT: dnn.relu %arg0 {dnn.tensors = ["y"]} : (tensor<2x!quant{{.*}}:128>>) -> tensor<2x!quant{{.*}}:7>>
// CHECK-NEXT: return
func.func @relu(%a: tensor<2x!a>) -> tensor<2x!y> {
  %af = dnn.dequantize %a : (tensor<2x!a>) -> tensor<2xf32>
  %r = dnn.relu %af : (tensor<2xf32>) -> tensor<2xf32>
  %y = dnn.quantize %r {dnn.tensors = ["y"]} : (tensor<2xf32>) -> tensor<2x!y>
  return %y : tensor<2x!y>
}

// A product that is only quantized behind a concatenation has no quantize directly behind it.
// CHECK-LABEL: func @product_in_concat
// CHECK: %[[C:.*]] = dnn.concat
// CHECK-NEXT: dnn.quantize %[[C]]
func.func @product_in_concat(%a: tensor<1x2x!a>, %b: tensor<1x2x!a>) -> tensor<1x4x!y> {
  %af = dnn.dequantize %a : (tensor<1x2x!a>) -> tensor<1x2xf32>
  %bf = dnn.dequantize %b : (tensor<1x2x!a>) -> tensor<1x2xf32>
  %m = dnn.mul %af, %bf : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %c = dnn.concat %m, %af {axis = 1 : i64} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x4xf32>
  %y = dnn.quantize %c : (tensor<1x4xf32>) -> tensor<1x4x!y>
  return %y : tensor<1x4x!y>
}
