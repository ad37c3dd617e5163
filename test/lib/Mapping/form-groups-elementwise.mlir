// Element-wise ops become lane programs (lib/Mapping/FormElementwise.cpp, LanePrograms.cpp).
// RUN: dnnc-opt --form-groups --split-input-file %s | FileCheck %s

// A tree of ops with one group is one program over what comes from outside, each operand once.
// CHECK-LABEL: func.func @tree
// CHECK: acc.group(%arg0, %arg1) node 0 "mul+add" from ["m", "a"] : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
// CHECK: acc.map %{{.*}}, %{{.*}} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32> {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32):
// CHECK-NEXT: %[[M:.*]] = arith.mulf %[[X]], %[[Y]] : f32
// CHECK-NEXT: %[[A:.*]] = arith.addf %[[M]], %[[X]] : f32
// CHECK-NEXT: acc.yield %[[A]] : f32
func.func @tree(%x: tensor<2x3xf32>, %y: tensor<3xf32>) -> tensor<2x3xf32> {
  %m = dnn.mul %x, %y {dnn.group = 0 : i64} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32> loc("m")
  %a = dnn.add %m, %x {dnn.group = 0 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> loc("a")
  return %a : tensor<2x3xf32>
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<u8:f32, 0.25>
!y = !quant.uniform<i8:f32, 0.125:-1>

// Quantized sum: real values (x - z)·s in float32, added, divided by the result's scale, rounded to even, clamped, plus its
// zero point (hardware.md, Numerics). A zero point of 0 is not subtracted.
// CHECK-LABEL: func.func @sum
// CHECK: ^bb0(%[[A:.*]]: i32, %[[B:.*]]: i32):
// CHECK-NEXT: %[[Z:.*]] = arith.constant 3 : i32
// CHECK-NEXT: %[[C:.*]] = arith.subi %[[A]], %[[Z]] : i32
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[C]] : i32 to f32
// CHECK-NEXT: %[[S:.*]] = arith.constant 5.000000e-01 : f32
// CHECK-NEXT: %[[R:.*]] = arith.mulf %[[F]], %[[S]] : f32
// CHECK-NEXT: %[[G:.*]] = arith.sitofp %[[B]] : i32 to f32
// CHECK-NEXT: %[[T:.*]] = arith.constant 2.500000e-01 : f32
// CHECK-NEXT: %[[Q:.*]] = arith.mulf %[[G]], %[[T]] : f32
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[R]], %[[Q]] : f32
// CHECK-NEXT: %[[STEP:.*]] = arith.constant 1.250000e-01 : f32
// CHECK-NEXT: %[[D:.*]] = arith.divf %[[SUM]], %[[STEP]] : f32
// CHECK-NEXT: %[[E:.*]] = math.roundeven %[[D]] : f32
// CHECK-NEXT: %[[LOW:.*]] = arith.constant -1.270000e+02 : f32
// CHECK-NEXT: %[[HIGH:.*]] = arith.constant 1.280000e+02 : f32
// CHECK-NEXT: %[[L:.*]] = arith.maximumf %[[E]], %[[LOW]] : f32
// CHECK-NEXT: %[[H:.*]] = arith.minimumf %[[L]], %[[HIGH]] : f32
// CHECK-NEXT: %[[I:.*]] = arith.fptosi %[[H]] : f32 to i32
// CHECK-NEXT: %[[P:.*]] = arith.constant -1 : i32
// CHECK-NEXT: %[[W:.*]] = arith.addi %[[I]], %[[P]] : i32
// CHECK-NEXT: acc.yield %[[W]] : i32
func.func @sum(%a: tensor<4x!a>, %b: tensor<4x!b>) -> tensor<4x!y> {
  %0 = dnn.add %a, %b : (tensor<4x!a>, tensor<4x!b>) -> tensor<4x!y>
  return %0 : tensor<4x!y>
}

// -----

!a = !quant.uniform<i8:f32, 0.5:3>
!b = !quant.uniform<u8:f32, 0.25>
!y = !quant.uniform<i8:f32, 0.125>

// The product of two quantized tensors is an integer, scaled once by fl32(fl32(s_a·s_b) / s_y).
// CHECK-LABEL: func.func @product
// CHECK: %[[P:.*]] = arith.muli %{{.*}}, %{{.*}} : i32
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[P]] : i32 to f32
// CHECK-NEXT: %[[S:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-NEXT: %[[M:.*]] = arith.mulf %[[F]], %[[S]] : f32
// CHECK-NEXT: math.roundeven %[[M]] : f32
// Without a quantized result by fl32(s_a·s_b).
// CHECK: %[[P:.*]] = arith.muli %{{.*}}, %{{.*}} : i32
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[P]] : i32 to f32
// CHECK-NEXT: %[[S:.*]] = arith.constant 1.250000e-01 : f32
// CHECK-NEXT: %[[M:.*]] = arith.mulf %[[F]], %[[S]] : f32
// CHECK-NEXT: acc.yield %[[M]] : f32
func.func @product(%a: tensor<4x!a>, %b: tensor<4x!b>) -> (tensor<4x!y>, tensor<4xf32>) {
  %0 = dnn.mul %a, %b : (tensor<4x!a>, tensor<4x!b>) -> tensor<4x!y>
  %1 = dnn.mul %a, %b : (tensor<4x!a>, tensor<4x!b>) -> tensor<4xf32>
  return %0, %1 : tensor<4x!y>, tensor<4xf32>
}

// -----

!a = !quant.uniform<i8:f32, 0.5>
!y = !quant.uniform<u8:f32, 0.25:128>

// A function of 8-bit values is a table, its last input: of bits 0 and 1 (real 0 and 0.5, which rounds to 0) it has 128, of 2
// (1.0, four steps) 132, of 255 (-0.5) 128.
// CHECK-LABEL: func.func @table
// CHECK: %[[T:.*]] = acc.constant dense<"0x808084888888
// CHECK-SAME: 78787C80"> : tensor<256xi8> -> tensor<256x!quant.uniform<u8:f32, 2.500000e-01:128>>
// CHECK: acc.group(%arg0, %[[T]]) node 0 "round" from
// CHECK: ^bb0(%[[X:.*]]: i32, %{{.*}}: i32):
// CHECK-NEXT: acc.lane_table %[[X]] in 1 : i32
func.func @table(%a: tensor<4x!a>) -> tensor<4x!y> {
  %0 = dnn.round %a : (tensor<4x!a>) -> tensor<4x!y>
  return %0 : tensor<4x!y>
}

// -----

// Comparisons give 0 or 1, a choice reads them; casts between integers and floats; plain integers stay integers.
// CHECK-LABEL: func.func @logic
// CHECK: "less"
// CHECK: %[[L:.*]] = arith.cmpf olt, %{{.*}}, %{{.*}} : f32
// CHECK-NEXT: %[[E:.*]] = arith.extui %[[L]] : i1 to i32
// CHECK-NEXT: acc.yield %[[E]] : i32
// CHECK: "equal"
// CHECK: arith.cmpi eq, %{{.*}}, %{{.*}} : i32
// CHECK: "where"
// CHECK: ^bb0(%[[C:.*]]: i32, %[[A:.*]]: f32, %[[B:.*]]: f32):
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-NEXT: %[[T:.*]] = arith.cmpi ne, %[[C]], %[[ZERO]] : i32
// CHECK-NEXT: %[[R:.*]] = arith.select %[[T]], %[[A]], %[[B]] : f32
// CHECK: "cast"
// CHECK: arith.fptosi %{{.*}} : f32 to i64
// CHECK: "cast"
// CHECK: arith.trunci %{{.*}} : i64 to i32
// CHECK: "add"
// CHECK: arith.addi %{{.*}}, %{{.*}} : i32
func.func @logic(%x: tensor<4xf32>, %y: tensor<4xf32>, %i: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi1>, tensor<4xi32>) {
  %l = dnn.less %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %e = dnn.equal %i, %i : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
  %w = dnn.where %l, %x, %y : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = dnn.cast %x : (tensor<4xf32>) -> tensor<4xi64>
  %d = dnn.cast %c : (tensor<4xi64>) -> tensor<4xi32>
  %s = dnn.add %d, %i : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %w, %e, %s : tensor<4xf32>, tensor<4xi1>, tensor<4xi32>
}

// -----

// Functions that are several steps.
// CHECK-LABEL: func.func @functions
// CHECK: "leaky_relu"
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select
// CHECK: "softplus"
// CHECK: math.absf
// CHECK: math.log
// CHECK: "gelu"
// CHECK: math.tanh
// CHECK: "hard_swish"
// CHECK: arith.constant 0.166666672 : f32
func.func @functions(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = dnn.leaky_relu %x {alpha = 0.1 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = dnn.softplus %x : (tensor<4xf32>) -> tensor<4xf32>
  %2 = dnn.gelu %x {approximate = "tanh"} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = dnn.hard_swish %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// On chip a tensor has at least one dimension: scalars are vectors of one.
// CHECK-LABEL: func.func @scalars
// CHECK: %[[A:.*]] = acc.reshape %arg0 : tensor<f32> -> tensor<1xf32>
// CHECK: acc.map %{{.*}} : (tensor<1xf32>) -> tensor<1xf32>
// CHECK: acc.reshape %{{.*}} : tensor<1xf32> -> tensor<f32>
func.func @scalars(%x: tensor<f32>) -> tensor<f32> {
  %0 = dnn.exp %x : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

!q = !quant.uniform<i8:f32, 0.5>

// A cast of storage inside a tree costs nothing, alone it is a view.
// CHECK-LABEL: func.func @storage
// CHECK: acc.reshape %arg0 : tensor<4xi8> -> tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK: acc.group(%arg0) node 2 "storage_cast+dequantize"
// CHECK: ^bb0(%[[X:.*]]: i32):
// CHECK-NEXT: arith.sitofp %[[X]] : i32 to f32
func.func @storage(%x: tensor<4xi8>) -> (tensor<4xf32>, tensor<4xi32>) {
  %v = dnn.storage_cast %x : (tensor<4xi8>) -> tensor<4x!q>
  %k = dnn.constant {value = dense<1> : tensor<4xi8>} : () -> tensor<4x!q>
  %m = dnn.mul %v, %k : (tensor<4x!q>, tensor<4x!q>) -> tensor<4xf32>
  %c = dnn.cast %m : (tensor<4xf32>) -> tensor<4xi32>
  %w = dnn.storage_cast %x {dnn.group = 0 : i64} : (tensor<4xi8>) -> tensor<4x!q>
  %d = dnn.dequantize %w {dnn.group = 0 : i64} : (tensor<4x!q>) -> tensor<4xf32>
  return %d, %c : tensor<4xf32>, tensor<4xi32>
}
