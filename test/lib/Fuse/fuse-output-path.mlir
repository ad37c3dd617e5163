// RUN: dnnc-opt --fuse-output-path --split-input-file %s | FileCheck %s

!q = !quant.uniform<i8:f32, 5.0e-01:3>
!s = !quant.uniform<i8:f32, 3.906250e-03:-128>
!u = !quant.uniform<u8:f32, 3.906250e-03>

// A product, its clamp, a function of its 8-bit result; not a sum, and not a function of another storage.
// CHECK-LABEL: func @product
// CHECK: dnn.conv {{.*}}dnn.group = 0
// CHECK: dnn.relu {{.*}}dnn.group = 0
// CHECK: dnn.sigmoid {{.*}}dnn.group = 0
// CHECK: dnn.add {{.*}}dnn.group = 1
// CHECK: dnn.conv {{.*}}dnn.group = 2
// CHECK: dnn.sigmoid {{.*}}dnn.group = 3
func.func @product(%x: tensor<1x2x2x2x!q>, %w: tensor<2x2x1x1x!q>) -> (tensor<1x2x2x2x!s>, tensor<1x2x2x2x!u>) {
  %c = dnn.conv %x, %w : (tensor<1x2x2x2x!q>, tensor<2x2x1x1x!q>) -> tensor<1x2x2x2x!q>
  %r = dnn.relu %c : (tensor<1x2x2x2x!q>) -> tensor<1x2x2x2x!q>
  %s = dnn.sigmoid %r : (tensor<1x2x2x2x!q>) -> tensor<1x2x2x2x!s>
  %a = dnn.add %s, %s : (tensor<1x2x2x2x!s>, tensor<1x2x2x2x!s>) -> tensor<1x2x2x2x!s>
  %d = dnn.conv %x, %w : (tensor<1x2x2x2x!q>, tensor<2x2x1x1x!q>) -> tensor<1x2x2x2x!q>
  %t = dnn.sigmoid %d : (tensor<1x2x2x2x!q>) -> tensor<1x2x2x2x!u>
  return %a, %t : tensor<1x2x2x2x!s>, tensor<1x2x2x2x!u>
}

// In float the output path clamps and nothing else. What is returned or used twice ends a group.
// CHECK-LABEL: func @float_product
// CHECK: dnn.matmul {{.*}}dnn.group = 0
// CHECK: dnn.clip {{.*}}dnn.group = 0
// CHECK: dnn.sigmoid {{.*}}dnn.group = 1
// CHECK: dnn.matmul {{.*}}dnn.group = 2
// CHECK: dnn.relu {{.*}}dnn.group = 3
func.func @float_product(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %c = dnn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %r = dnn.clip %c {min = 0.0 : f32, max = 6.0 : f32} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %s = dnn.sigmoid %r : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %d = dnn.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %t = dnn.relu %d : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %s, %d, %t : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// A tree of one shape: the scaled sum with a broadcast vector. The vector's own function has another shape.
// CHECK-LABEL: func @tree
// CHECK: dnn.constant
// CHECK-NOT: dnn.group
// CHECK: dnn.exp {{.*}}dnn.group = 0
// CHECK: dnn.mul {{.*}}dnn.group = 1
// CHECK: dnn.tanh {{.*}}dnn.group = 1
// CHECK: dnn.add {{.*}}dnn.group = 1
// CHECK: dnn.mul {{.*}}dnn.group = 1
// CHECK: dnn.reshape
// CHECK-NOT: dnn.group
// CHECK: dnn.reduce {{.*}}dnn.group = 2
func.func @tree(%x: tensor<2x4xf32>, %v: tensor<4xf32>) -> tensor<2x1xf32> {
  %k = dnn.constant {value = dense<2.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %e = dnn.exp %v : (tensor<4xf32>) -> tensor<4xf32>
  %m = dnn.mul %x, %e : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %t = dnn.tanh %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %a = dnn.add %m, %t : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %n = dnn.mul %a, %k : (tensor<2x4xf32>, tensor<1xf32>) -> tensor<2x4xf32>
  %r = dnn.reshape %n : (tensor<2x4xf32>) -> tensor<2x2x2xf32>
  %s = dnn.reduce %r {kind = #dnn.reduce_kind<sum>, axes = array<i64: 1, 2>, keepdims = true} : (tensor<2x2x2xf32>) -> tensor<2x1x1xf32>
  %y = dnn.reshape %s : (tensor<2x1x1xf32>) -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}

// Five tensors are more than four.
// CHECK-LABEL: func @wide
// CHECK: dnn.add {{.*}}dnn.group = [[FIRST:[01]]]
// CHECK: dnn.add {{.*}}dnn.group = [[SECOND:[01]]]
// CHECK: dnn.add {{.*}}dnn.group = 1
// CHECK: dnn.add {{.*}}dnn.group = 1
func.func @wide(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>, %d: tensor<4xf32>, %e: tensor<4xf32>) -> tensor<4xf32> {
  %0 = dnn.add %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = dnn.add %0, %c : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = dnn.add %1, %d : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = dnn.add %2, %e : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// A decision that is there already stays.
// CHECK-LABEL: func @pinned
// CHECK: dnn.exp {{.*}}dnn.group = 5
// CHECK: dnn.neg {{.*}}dnn.group = 6
func.func @pinned(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = dnn.exp %a {dnn.group = 5 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = dnn.neg %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
