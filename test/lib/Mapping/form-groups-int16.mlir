// RUN: dnnc-opt --form-groups --split-input-file %s | FileCheck %s

!q = !quant.uniform<i16:f32, 5.0e-01:3>

// The product of two differences of 17 bits needs 64; a relu behind a convolution is a clamp, and what has a table in 8 bits
// is computed in float32.
// CHECK-LABEL: func.func @mul
// CHECK: acc.map
// CHECK: arith.subi {{.*}} : i32
// CHECK: arith.extsi {{.*}} : i32 to i64
// CHECK: arith.muli {{.*}} : i64
// CHECK: arith.sitofp {{.*}} : i64 to f32
func.func @mul(%a: tensor<4x!q>, %b: tensor<4x!q>) -> tensor<4x!q> {
  %y = dnn.mul %a, %b : (tensor<4x!q>, tensor<4x!q>) -> tensor<4x!q>
  return %y : tensor<4x!q>
}

// -----

!q = !quant.uniform<i16:f32, 5.0e-01:3>

// CHECK-LABEL: func.func @products
// CHECK: acc.conv {{.*}} mode requantize clamp [3.000000e+00, 3.276700e+04]
// CHECK: acc.map
// CHECK-NOT: lane_table
// CHECK: return
func.func @products(%x: tensor<1x2x2x2x!q>, %w: tensor<1x2x1x1x!q>) -> tensor<1x1x2x2x!q> {
  %c = dnn.conv %x, %w {dnn.group = 0 : i64} : (tensor<1x2x2x2x!q>, tensor<1x2x1x1x!q>) -> tensor<1x1x2x2x!q>
  %r = dnn.relu %c {dnn.group = 0 : i64} : (tensor<1x1x2x2x!q>) -> tensor<1x1x2x2x!q>
  %s = dnn.sigmoid %r {dnn.group = 1 : i64} : (tensor<1x1x2x2x!q>) -> tensor<1x1x2x2x!q>
  return %s : tensor<1x1x2x2x!q>
}

// -----

!q = !quant.uniform<i16:f32, 5.0e-01:3>

// Sums of up to 32768 differences fit 32 bits with their sign.
// CHECK-LABEL: func.func @sums
// CHECK: acc.window
// CHECK-NOT: i64
// CHECK: acc.reduce
// CHECK: arith.extsi {{.*}} : i32 to i64
func.func @sums(%x: tensor<1x1x182x182x!q>) -> (tensor<1x1x91x91x!q>, tensor<1x1x1x1x!q>) {
  %p = dnn.avg_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x182x182x!q>) -> tensor<1x1x91x91x!q>
  %m = dnn.reduce %x {kind = #dnn.reduce_kind<mean>, axes = array<i64: 2, 3>} : (tensor<1x1x182x182x!q>) -> tensor<1x1x1x1x!q>
  return %p, %m : tensor<1x1x91x91x!q>, tensor<1x1x1x1x!q>
}
