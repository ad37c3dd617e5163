// Pools, window sums and reductions (lib/Mapping/FormReduction.cpp): a program on each element, a combination, a finish.
// RUN: dnnc-opt --form-groups --split-input-file %s | FileCheck %s

!q = !quant.uniform<u8:f32, 0.5:3>
!p = !quant.uniform<u8:f32, 0.25>

// A maximum works on the stored values; only another quantization of the result makes it requantize.
// CHECK-LABEL: func.func @max
// CHECK: acc.window %{{.*}} dims [2, 3] sizes [2, 3] strides [2, 1] dilations [1, 2] pads [1, 0] count [0, 0] to [6, 7] max : tensor<1x2x6x7x{{.*}}> -> tensor<1x2x4x3x{{.*}}> program {
// CHECK-NEXT: ^bb0(%[[X:.*]]: i32):
// CHECK-NEXT: acc.yield %[[X]] : i32
// CHECK-NEXT: } finish {
// CHECK-NEXT: ^bb0(%[[V:.*]]: i32, %{{.*}}: i32):
// CHECK-NEXT: acc.yield %[[V]] : i32
// CHECK: acc.window
// CHECK: finish {
// CHECK: arith.subi
// CHECK: math.roundeven
func.func @max(%x: tensor<1x2x6x7x!q>) -> (tensor<1x2x4x3x!q>, tensor<1x2x4x3x!p>) {
  %0 = dnn.max_pool %x {kernel = array<i64: 2, 3>, strides = array<i64: 2, 1>, dilations = array<i64: 1, 2>, pads = array<i64: 1, 0, 1, 0>} : (tensor<1x2x6x7x!q>) -> tensor<1x2x4x3x!q>
  %1 = dnn.max_pool %x {kernel = array<i64: 2, 3>, strides = array<i64: 2, 1>, dilations = array<i64: 1, 2>, pads = array<i64: 1, 0, 1, 0>} : (tensor<1x2x6x7x!q>) -> tensor<1x2x4x3x!p>
  return %0, %1 : tensor<1x2x4x3x!q>, tensor<1x2x4x3x!p>
}

// -----

// What counts: the input's elements, or its padding too. The mean divides by the count.
// CHECK-LABEL: func.func @average
// CHECK: pads [1, 1] count [0, 0] to [6, 7] add
// CHECK: ^bb0(%[[S:.*]]: f32, %[[N:.*]]: i32):
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[N]] : i32 to f32
// CHECK-NEXT: arith.divf %[[S]], %[[F]] : f32
// CHECK: pads [1, 1] count [-1, -1] to [7, 8] add
func.func @average(%x: tensor<1x2x6x7xf32>) -> (tensor<1x2x6x7xf32>, tensor<1x2x6x7xf32>) {
  %0 = dnn.avg_pool %x {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x2x6x7xf32>) -> tensor<1x2x6x7xf32>
  %1 = dnn.avg_pool %x {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = true} : (tensor<1x2x6x7xf32>) -> tensor<1x2x6x7xf32>
  return %0, %1 : tensor<1x2x6x7xf32>, tensor<1x2x6x7xf32>
}

// -----

!q = !quant.uniform<i8:f32, 0.5:3>
!p = !quant.uniform<i8:f32, 0.25:-1>

// A quantized mean is an exact integer sum, requantized by fl32(s_x / fl32(s_y·n)) (Numerics).
// CHECK-LABEL: func.func @mean
// CHECK: acc.reduce %{{.*}} axes [2, 3] add : tensor<1x2x6x7x{{.*}}> -> tensor<1x2x1x1x{{.*}}> program {
// CHECK: arith.subi %{{.*}}, %{{.*}} : i32
// CHECK: } finish {
// CHECK-NEXT: ^bb0(%[[S:.*]]: i32, %[[N:.*]]: i32):
// CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[S]] : i32 to f32
// CHECK-NEXT: arith.constant
// CHECK-NEXT: %[[M:.*]] = arith.sitofp %[[N]] : i32 to f32
// CHECK-NEXT: %[[SY:.*]] = arith.constant 2.500000e-01 : f32
// CHECK-NEXT: %[[D:.*]] = arith.mulf %[[SY]], %[[M]] : f32
// CHECK-NEXT: %[[SX:.*]] = arith.constant 5.000000e-01 : f32
// CHECK-NEXT: %[[SCALE:.*]] = arith.divf %[[SX]], %[[D]] : f32
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[F]], %[[SCALE]] : f32
// CHECK-NEXT: math.roundeven %[[P]] : f32
// CHECK: acc.reshape %{{.*}} : tensor<1x2x1x1x{{.*}}> -> tensor<1x2x{{.*}}>
func.func @mean(%x: tensor<1x2x6x7x!q>) -> tensor<1x2x!p> {
  %0 = dnn.reduce %x {kind = #dnn.reduce_kind<mean>, axes = array<i64: 2, 3>, keepdims = false} : (tensor<1x2x6x7x!q>) -> tensor<1x2x!p>
  return %0 : tensor<1x2x!p>
}

// -----

!q = !quant.uniform<u8:f32, 0.5>

// Sums of more elements than 32 bits hold are kept in 64.
// CHECK-LABEL: func.func @wide
// CHECK: arith.extsi %{{.*}} : i32 to i64
// CHECK: ^bb0(%[[S:.*]]: i64, %{{.*}}: i32):
// CHECK-NEXT: arith.sitofp %[[S]] : i64 to f32
func.func @wide(%x: tensor<4x9000000x!q>) -> tensor<4x1xf32> {
  %0 = dnn.reduce %x {kind = #dnn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = true} : (tensor<4x9000000x!q>) -> tensor<4x1xf32>
  return %0 : tensor<4x1xf32>
}

// -----

// Each kind has its element, its combination and its finish.
// CHECK-LABEL: func.func @kinds
// CHECK: axes [0] min
// CHECK: axes [0] mul
// CHECK: axes [0] add
// CHECK: arith.mulf %[[A:.*]], %[[A]] : f32
// CHECK: axes [0] add
// CHECK: math.absf
// CHECK: axes [0] add
// CHECK: arith.mulf %[[B:.*]], %[[B]] : f32
// CHECK: finish
// CHECK: math.sqrt
func.func @kinds(%x: tensor<8xf32>) -> (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) {
  %0 = dnn.reduce %x {kind = #dnn.reduce_kind<min>, axes = array<i64: 0>, keepdims = true} : (tensor<8xf32>) -> tensor<1xf32>
  %1 = dnn.reduce %x {kind = #dnn.reduce_kind<prod>, axes = array<i64: 0>, keepdims = true} : (tensor<8xf32>) -> tensor<1xf32>
  %2 = dnn.reduce %x {kind = #dnn.reduce_kind<sum_square>, axes = array<i64: 0>, keepdims = true} : (tensor<8xf32>) -> tensor<1xf32>
  %3 = dnn.reduce %x {kind = #dnn.reduce_kind<l1>, axes = array<i64: 0>, keepdims = true} : (tensor<8xf32>) -> tensor<1xf32>
  %4 = dnn.reduce %x {kind = #dnn.reduce_kind<l2>, axes = array<i64: 0>, keepdims = true} : (tensor<8xf32>) -> tensor<1xf32>
  return %0, %1, %2, %3, %4 : tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>
}

// -----

// Plain integers: the mean divides as integers do.
// CHECK-LABEL: func.func @integers
// CHECK: finish {
// CHECK-NEXT: ^bb0(%[[S:.*]]: i32, %[[N:.*]]: i32):
// CHECK-NEXT: arith.divsi %[[S]], %[[N]] : i32
func.func @integers(%x: tensor<8xi32>) -> tensor<1xi32> {
  %0 = dnn.reduce %x {kind = #dnn.reduce_kind<mean>, axes = array<i64: 0>, keepdims = true} : (tensor<8xi32>) -> tensor<1xi32>
  return %0 : tensor<1xi32>
}

// -----

// The sum over channels of a local response normalization.
// CHECK-LABEL: func.func @window_sum
// CHECK: acc.window %{{.*}} dims [1] sizes [5] strides [1] dilations [1] pads [2] count [0] to [8] add : tensor<1x8x2x2xf32> -> tensor<1x8x2x2xf32>
func.func @window_sum(%x: tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32> {
  %0 = dnn.window_sum %x {axis = 1 : i64, size = 5 : i64, before = 2 : i64} : (tensor<1x8x2x2xf32>) -> tensor<1x8x2x2xf32>
  return %0 : tensor<1x8x2x2xf32>
}
