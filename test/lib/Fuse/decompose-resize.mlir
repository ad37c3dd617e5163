// RUN: dnnc-opt --decompose-resize --split-input-file --verify-diagnostics %s | FileCheck %s
// Nearest moves elements: equal in every bit. Linear rounds a few times more than the reference, which uses double.
// RUN: %python %S/Inputs/resize_cases.py nearest > %t.nearest.mlir
// RUN: dnnc-opt --test-reference-evaluate %t.nearest.mlir -o %t.before > %t.expected
// RUN: dnnc-opt --decompose-resize --test-reference-evaluate %t.nearest.mlir -o %t.after > %t.decomposed
// RUN: not grep resize %t.after
// RUN: diff %t.expected %t.decomposed
// RUN: %python %S/Inputs/resize_cases.py linear > %t.linear.mlir
// RUN: dnnc-opt --test-reference-evaluate %t.linear.mlir -o %t.before > %t.expected
// RUN: dnnc-opt --decompose-resize --test-reference-evaluate %t.linear.mlir -o %t.after > %t.decomposed
// RUN: not grep resize %t.after
// RUN: %python %S/Inputs/compare_evaluations.py %t.expected %t.decomposed 3e-7

!q = !quant.uniform<u8:f32, 5.0e-01:3>

// Every element twice, quantized: views and a broadcast.
// CHECK-LABEL: func @double
// CHECK-NEXT: %[[A:.*]] = dnn.reshape %arg0 : ({{.*}}) -> tensor<1x3x1x!quant
// CHECK-NEXT: %[[B:.*]] = dnn.expand %[[A]] : ({{.*}}) -> tensor<1x3x2x!quant
// CHECK-NEXT: %[[C:.*]] = dnn.reshape %[[B]] {dnn.tensors = ["y"]} : ({{.*}}) -> tensor<1x6x!quant
// CHECK-NEXT: return %[[C]]
func.func @double(%x: tensor<1x3x!q>) -> tensor<1x6x!q> {
  %y = dnn.resize %x {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 2.0>, dnn.tensors = ["y"]} : (tensor<1x3x!q>) -> tensor<1x6x!q>
  return %y : tensor<1x6x!q>
}

// CHECK-LABEL: func @halve
// CHECK-NEXT: dnn.slice %arg0 {offsets = array<i64: 0, 0>, steps = array<i64: 1, 2>}
func.func @halve(%x: tensor<1x6xf32>) -> tensor<1x3xf32> {
  %y = dnn.resize %x {mode = #dnn.resize_mode<nearest>, scales = array<f32: 1.0, 0.5>} : (tensor<1x6xf32>) -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}

// CHECK-LABEL: func @linear
// CHECK: %[[LI:.*]] = dnn.constant {value = dense<[0, 0, 0, 1]> : tensor<4xi32>}
// CHECK: %[[L:.*]] = dnn.gather %arg0, %[[LI]] {axis = 1 : i64}
// CHECK: %[[LW:.*]] = dnn.constant {value = dense<[1.000000e+00, 7.500000e-01, 2.500000e-01, 1.000000e+00]>
// CHECK: %[[LP:.*]] = dnn.mul %[[L]], %[[LW]]
// CHECK: %[[H:.*]] = dnn.gather
// CHECK: %[[HP:.*]] = dnn.mul %[[H]]
// CHECK: dnn.add %[[LP]], %[[HP]] {dnn.tensors = ["y"]}
func.func @linear(%x: tensor<1x2xf32>) -> tensor<1x4xf32> {
  %y = dnn.resize %x {mode = #dnn.resize_mode<linear>, scales = array<f32: 1.0, 2.0>, dnn.tensors = ["y"]} : (tensor<1x2xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

func.func @cubic(%x: tensor<1x2xf32>) -> tensor<1x4xf32> {
  // expected-error @below {{have mode cubic, need nearest or linear}}
  %y = dnn.resize %x {mode = #dnn.resize_mode<cubic>, scales = array<f32: 1.0, 2.0>} : (tensor<1x2xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
