// Data movement (lib/Mapping/FormMovement.cpp), views, and the results of the function (FormGroups.cpp).
// RUN: dnnc-opt --form-groups --split-input-file %s | FileCheck %s

// Input dimension d is result dimension dims[d].
// CHECK-LABEL: func.func @moves
// CHECK: "transpose"
// CHECK: acc.move %{{.*}} dims [1, 2, 0] offsets [0, 0, 0] steps [1, 1, 1] fill 0 : tensor<2x3x4xi8> -> tensor<4x2x3xi8>
// CHECK: "slice"
// CHECK: acc.move %{{.*}} dims [0, 1, 2] offsets [0, 2, 3] steps [1, -2, -1] fill 0 : tensor<2x3x4xi8> -> tensor<2x2x4xi8>
// CHECK: "copy"
// CHECK: acc.move %{{.*}} dims [1, 2, 3] offsets [0, 0, 0] steps [1, 1, 1] fill 0 : tensor<2x3x4xi8> -> tensor<5x2x3x4xi8>
// CHECK: "copy"
// CHECK: acc.move %{{.*}} dims [0, -1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x1xi8> -> tensor<2x6xi8>
func.func @moves(%x: tensor<2x3x4xi8>, %y: tensor<2x1xi8>) -> (tensor<4x2x3xi8>, tensor<2x2x4xi8>, tensor<5x2x3x4xi8>, tensor<2x6xi8>) {
  %0 = dnn.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<2x3x4xi8>) -> tensor<4x2x3xi8>
  %1 = dnn.slice %x {offsets = array<i64: 0, 2, 3>, steps = array<i64: 1, -2, -1>} : (tensor<2x3x4xi8>) -> tensor<2x2x4xi8>
  %2 = dnn.expand %x : (tensor<2x3x4xi8>) -> tensor<5x2x3x4xi8>
  %3 = dnn.expand %y : (tensor<2x1xi8>) -> tensor<2x6xi8>
  return %0, %1, %2, %3 : tensor<4x2x3xi8>, tensor<2x2x4xi8>, tensor<5x2x3x4xi8>, tensor<2x6xi8>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:3>

// Padding by a value: its raw bits (1.5f, 0x3fc00000; 1.5 / 0.5 + 3, saturated; 7). By repetition: a gather an axis.
// CHECK-LABEL: func.func @pads
// CHECK: acc.move %{{.*}} dims [0, 1] offsets [0, -1] steps [1, 1] fill 1069547520 : tensor<2x4xf32> -> tensor<2x7xf32>
// CHECK: acc.move %{{.*}} dims [0] offsets [-1] steps [1] fill 6 : tensor<4x{{.*}}> -> tensor<5x{{.*}}>
// CHECK: acc.move %{{.*}} dims [0] offsets [-1] steps [1] fill 127 : tensor<4x{{.*}}> -> tensor<5x{{.*}}>
// CHECK: acc.move %{{.*}} dims [0] offsets [0] steps [1] fill 7 : tensor<3xi32> -> tensor<4xi32>
// CHECK: acc.constant dense<[2, 1, 0, 1, 2, 3, 2]> : tensor<7xi32>
// CHECK: acc.gather %{{.*}}, %{{.*}} axis 1 : (tensor<2x4xf32>, tensor<7xi32>) -> tensor<2x7xf32>
// CHECK: acc.constant dense<[0, 0, 1, 1, 1, 1]> : tensor<6xi32>
// CHECK: acc.gather %{{.*}}, %{{.*}} axis 0 : (tensor<2x4xf32>, tensor<6xi32>) -> tensor<6x4xf32>
// CHECK: acc.constant dense<[0, 1, 2, 3, 0, 1]> : tensor<6xi32>
// CHECK: acc.gather %{{.*}}, %{{.*}} axis 1 : (tensor<6x4xf32>, tensor<6xi32>) -> tensor<6x6xf32>
// CHECK: acc.constant dense<[3, 0, 1, 2, 3]> : tensor<5xi32>
func.func @pads(%x: tensor<2x4xf32>, %q: tensor<4x!q>, %i: tensor<3xi32>) -> (tensor<2x7xf32>, tensor<5x!q>, tensor<5x!q>, tensor<4xi32>, tensor<2x7xf32>, tensor<6x6xf32>, tensor<2x5xf32>) {
  %0 = dnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 2>, value = 1.5 : f64} : (tensor<2x4xf32>) -> tensor<2x7xf32>
  %1 = dnn.pad %q {low = array<i64: 1>, high = array<i64: 0>, value = 1.5 : f64} : (tensor<4x!q>) -> tensor<5x!q>
  %2 = dnn.pad %q {low = array<i64: 1>, high = array<i64: 0>, value = 1000.0 : f64} : (tensor<4x!q>) -> tensor<5x!q>
  %3 = dnn.pad %i {low = array<i64: 0>, high = array<i64: 1>, value = 7.0 : f64} : (tensor<3xi32>) -> tensor<4xi32>
  %4 = dnn.pad %x {low = array<i64: 0, 2>, high = array<i64: 0, 1>, mode = #dnn.pad_mode<reflect>} : (tensor<2x4xf32>) -> tensor<2x7xf32>
  %5 = dnn.pad %x {low = array<i64: 1, 0>, high = array<i64: 3, 0>, mode = #dnn.pad_mode<edge>} : (tensor<2x4xf32>) -> tensor<6x4xf32>
  %6 = dnn.pad %5 {low = array<i64: 0, 0>, high = array<i64: 0, 2>, mode = #dnn.pad_mode<wrap>} : (tensor<6x4xf32>) -> tensor<6x6xf32>
  %7 = dnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 0>, mode = #dnn.pad_mode<wrap>} : (tensor<2x4xf32>) -> tensor<2x5xf32>
  return %0, %1, %2, %3, %4, %6, %7 : tensor<2x7xf32>, tensor<5x!q>, tensor<5x!q>, tensor<4xi32>, tensor<2x7xf32>, tensor<6x6xf32>, tensor<2x5xf32>
}

// -----

// Indices of any shape, counted from the end where they are negative.
// CHECK-LABEL: func.func @gather
// CHECK: acc.constant dense<[0, 3, 2, 1]> : tensor<4xi32>
// CHECK: acc.gather %{{.*}}, %{{.*}} axis 1 : (tensor<2x4xf32>, tensor<4xi32>) -> tensor<2x4xf32>
// CHECK: acc.reshape %{{.*}} : tensor<2x4xf32> -> tensor<2x2x2xf32>
func.func @gather(%x: tensor<2x4xf32>) -> tensor<2x2x2xf32> {
  %i = dnn.constant {value = dense<[[0, -1], [2, -3]]> : tensor<2x2xi64>} : () -> tensor<2x2xi64>
  %0 = dnn.gather %x, %i {axis = 1 : i64} : (tensor<2x4xf32>, tensor<2x2xi64>) -> tensor<2x2x2xf32>
  return %0 : tensor<2x2x2xf32>
}

// -----

// A part whose group has no other use is stored in place; inputs, what is used twice, and views are copied; an empty part is
// nothing.
// CHECK-LABEL: func.func @concat
// CHECK: %[[A:.*]] = acc.group(%arg0) node 0 "relu"
// CHECK: %[[B:.*]] = acc.group(%arg0) node 1 "exp"
// CHECK: %[[V:.*]] = acc.reshape %{{.*}} : tensor<4x2xf32> -> tensor<2x4xf32>
// CHECK: %[[C:.*]] = acc.group(%arg0) node 3 "copy"
// CHECK: %[[D:.*]] = acc.group(%[[B]]) node 4 "copy"
// CHECK: %[[E:.*]] = acc.group(%[[V]]) node 5 "copy"
// CHECK: acc.concat %[[A]], %[[C]], %[[D]], %[[E]] axis 0 : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<8x4xf32>
func.func @concat(%x: tensor<2x4xf32>) -> (tensor<8x4xf32>, tensor<2x4xf32>) {
  %none = dnn.constant {value = dense<> : tensor<0x4xf32>} : () -> tensor<0x4xf32>
  %a = dnn.relu %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %b = dnn.exp %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %t = dnn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x4xf32>) -> tensor<4x2xf32>
  %v = dnn.reshape %t : (tensor<4x2xf32>) -> tensor<2x4xf32>
  %c = dnn.concat %a, %none, %x, %b, %v {axis = 0 : i64} : (tensor<2x4xf32>, tensor<0x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<8x4xf32>
  return %c, %b : tensor<8x4xf32>, tensor<2x4xf32>
}

// -----

// A reshape to the same shape is no op: what it gives has the users of its operand, so it is copied too.
// CHECK-LABEL: func.func @concat_alias
// CHECK: %[[A:.*]] = acc.group(%arg0) node 0 "relu"
// CHECK: %[[C:.*]] = acc.group(%[[A]]) node 1 "copy"
// CHECK: acc.concat %[[C]] axis 0
// CHECK: acc.group(%[[A]]) node 2 "exp"
func.func @concat_alias(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %a = dnn.relu %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = dnn.reshape %a : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = dnn.concat %v {axis = 0 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %e = dnn.exp %a : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %c, %e : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// Results are what groups make, each once: an input, a constant, a value a second time are copied.
// CHECK-LABEL: func.func @results
// CHECK: %[[K:.*]] = acc.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK: %[[R:.*]] = acc.group(%arg0) node 0 "relu"
// CHECK: %[[X:.*]] = acc.group(%arg0) node 1 "copy"
// CHECK: %[[C:.*]] = acc.group(%[[K]]) node 2 "copy"
// CHECK: %[[S:.*]] = acc.group(%[[R]]) node 3 "copy"
// CHECK: return %[[X]], %[[C]], %[[R]], %[[S]]
func.func @results(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %k = dnn.constant {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %r = dnn.relu %x : (tensor<2xf32>) -> tensor<2xf32>
  return %x, %k, %r, %r : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}
