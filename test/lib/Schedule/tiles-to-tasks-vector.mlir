// Groups of one vector op as tasks (lib/Schedule/EmitVector.cpp).
// RUN: dnnc-opt --tiles-to-tasks --split-input-file %s | FileCheck %s

// Broadcasting: a stride of zero. What does not move with a loop is loaded before it; a table stands whole and has no strides.
// CHECK-DAG: #[[ROWS:.*]] = affine_map<(d0) -> (0, d0 * 2, 0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0) -> (d0 * 2, 0)>
// CHECK-DAG: #[[D0:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[ZERO:.*]] = affine_map<(d0) -> (0)>
// CHECK-LABEL: func.func @broadcast
// CHECK: acc.load %{{.*}}, %[[T:.*]] offsets {{.*}} : tensor<256xi8>, !acc.buffer<256xi8, vector, slots = 1>
// CHECK: acc.load %{{.*}}, %[[Z:.*]] offsets {{.*}} : tensor<3x1x8xi8>, !acc.buffer<3x1x8xi8, vector, slots = 1>
// CHECK: acc.for 3 {
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets #[[ROWS]] slots [#[[D0]]] : tensor<3x5x8xi8>, !acc.buffer<3x2x8xi8, vector, slots = 2>
// CHECK: acc.load %{{.*}}, %[[Y:.*]] offsets #[[COLUMN]] slots [#[[D0]]] : tensor<5x1xi8>, !acc.buffer<2x1xi8, vector, slots = 2>
// CHECK: acc.vector_map %[[X]], %[[Y]], %[[T]], %[[Z]] into %[[O:.*]] slots [#[[D0]], #[[D0]], #[[ZERO]], #[[ZERO]], #[[D0]]]
// CHECK-SAME: bounds = array<i64: 3, 5, 8>, extents = array<i64: 3, 2, 8>
// CHECK-SAME: input_strides = array<i64: 16, 8, 1, 0, 1, 0, 0, 0, 0, 8, 0, 1>, offsets = #[[ROWS]], output_strides = array<i64: 16, 8, 1>
// CHECK: acc.lane_table %{{.*}} in 2
// CHECK: acc.store %[[O]], %{{.*}} offsets #[[ROWS]] slots [#[[D0]]]
func.func @broadcast(%x: tensor<3x5x8xi8>, %y: tensor<5x1xi8>, %t: tensor<256xi8>, %z: tensor<3x1x8xi8>) -> tensor<3x5x8xi8> {
  %r = acc.group(%x, %y, %t, %z) node 0 "map" from [] tiled <sizes = [3, 2, 8], order = [0, 1, 2]>
      : (tensor<3x5x8xi8>, tensor<5x1xi8>, tensor<256xi8>, tensor<3x1x8xi8>) -> tensor<3x5x8xi8> {
  ^bb0(%a: tensor<3x5x8xi8>, %b: tensor<5x1xi8>, %c: tensor<256xi8>, %d: tensor<3x1x8xi8>):
    %m = acc.map %a, %b, %c, %d : (tensor<3x5x8xi8>, tensor<5x1xi8>, tensor<256xi8>, tensor<3x1x8xi8>) -> tensor<3x5x8xi8> {
    ^bb0(%e: i32, %f: i32, %unused: i32, %g: i32):
      %s = arith.addi %e, %f : i32
      %l = acc.lane_table %s in 2 : i32
      %p = arith.addi %l, %g : i32
      acc.yield %p : i32
    }
    acc.yield %m : tensor<3x5x8xi8>
  }
  return %r : tensor<3x5x8xi8>
}

// -----

// A window of 3 with stride 2 and padding: output rows [d0·2, +2) read 5 input rows from d0·4 - 1. Columns are not tiled: all of
// them are loaded, and window element 0 of output 0 lies at column -1 of them.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (0, d0 * 4 - 1, 0)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0) -> (0, d0 * 2, 0)>
// CHECK-DAG: #[[ORIGIN:.*]] = affine_map<(d0) -> (d0 * 4 - 1, -1)>
// CHECK-LABEL: func.func @window
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets #[[IN]] slots [{{.*}}] : tensor<2x9x9xf32>, !acc.buffer<2x5x9xf32, vector, slots = 2>
// CHECK: acc.vector_window %[[X]] into %{{.*}} slots [{{.*}}] max
// CHECK-SAME: bounds = array<i64: 2, 5, 5>, count_high = array<i64: 9, 9>, count_low = array<i64: 0, 0>, dilations = array<i64: 1, 1>, dims = array<i64: 1, 2>, extents = array<i64: 2, 2, 5>
// CHECK-SAME: input_bounds = array<i64: 9, 9>, input_offset = -1 : i64, input_strides = array<i64: 45, 9, 1>, offsets = #[[OUT]], origins = #[[ORIGIN]], output_strides = array<i64: 10, 5, 1>
// CHECK-SAME: sizes = array<i64: 3, 3>, strides = array<i64: 2, 2>
func.func @window(%x: tensor<2x9x9xf32>) -> tensor<2x5x5xf32> {
  %r = acc.group(%x) node 0 "max_pool" from [] tiled <sizes = [2, 2, 5], order = [0, 1, 2]> : (tensor<2x9x9xf32>) -> tensor<2x5x5xf32> {
  ^bb0(%a: tensor<2x9x9xf32>):
    %m = acc.window %a dims [1, 2] sizes [3, 3] strides [2, 2] dilations [1, 1] pads [1, 1] count [0, 0] to [9, 9] max
        : tensor<2x9x9xf32> -> tensor<2x5x5xf32> program {
    ^bb0(%e: f32):
      acc.yield %e : f32
    } finish {
    ^bb0(%v: f32, %n: i32):
      acc.yield %v : f32
    }
    acc.yield %m : tensor<2x5x5xf32>
  }
  return %r : tensor<2x5x5xf32>
}

// -----

// A reduction in parts: the kept dimensions, then the reduced ones; an accumulator of the program's type with one slot, read
// with the output's strides; the result is stored when all parts are in.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1, d2) -> (d1 * 3, d0 * 2, d2 * 2)>
// CHECK-DAG: #[[OFFSETS:.*]] = affine_map<(d0, d1, d2) -> (d0 * 2, d1 * 3, d2 * 2)>
// CHECK-DAG: #[[OUTER:.*]] = affine_map<(d0, d1, d2) -> (d0)>
// CHECK-LABEL: func.func @reduce
// CHECK: %[[ACC:.*]] = acc.buffer : !acc.buffer<1x2x1xi64, vector, slots = 1>
// CHECK: %[[O:.*]] = acc.buffer : !acc.buffer<1x2x1xi8, vector, slots = 2>
// CHECK: acc.for 2 {
// CHECK: acc.for 3 {
// CHECK: acc.for 2 {
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets #[[IN]] slots
// CHECK: acc.vector_reduce %[[X]], %[[ACC]] into %[[O]] slots [#{{.*}}, #[[OUTER]], #[[OUTER]]] add
// CHECK-SAME: bounds = array<i64: 4, 7, 3>, extents = array<i64: 2, 3, 2>, input_strides = array<i64: 2, 4, 1, 1, 0, 0>, offsets = #[[OFFSETS]], output_strides = array<i64: 1>, reduced = 2 : i64
// CHECK: program {
// CHECK: arith.extsi
// CHECK: } finish {
// CHECK: acc.yield %{{.*}} : i32
// CHECK: acc.store %[[O]]
func.func @reduce(%x: tensor<7x4x3xi8>) -> tensor<1x4x1xi8> {
  %r = acc.group(%x) node 0 "reduce" from [] tiled <sizes = [1, 2, 1], order = [0, 1, 2], reduction = [3, 2]> : (tensor<7x4x3xi8>) -> tensor<1x4x1xi8> {
  ^bb0(%a: tensor<7x4x3xi8>):
    %m = acc.reduce %a axes [0, 2] add : tensor<7x4x3xi8> -> tensor<1x4x1xi8> program {
    ^bb0(%e: i32):
      %w = arith.extsi %e : i32 to i64
      acc.yield %w : i64
    } finish {
    ^bb0(%v: i64, %n: i32):
      %t = arith.trunci %v : i64 to i32
      acc.yield %t : i32
    }
    acc.yield %m : tensor<1x4x1xi8>
  }
  return %r : tensor<1x4x1xi8>
}

// -----

// Whole reductions need no accumulator, and axes may stand in any order.
// CHECK-LABEL: func.func @reduce_whole
// CHECK: acc.vector_reduce %{{.*}} into %{{.*}} slots [{{.*}}] max {bounds = array<i64: 4, 3, 7>, extents = array<i64: 4, 3, 7>, input_strides = array<i64: 3, 1, 12>
func.func @reduce_whole(%x: tensor<7x4x3xi8>) -> tensor<1x4x1xi8> {
  %r = acc.group(%x) node 0 "reduce" from [] tiled <sizes = [1, 4, 1], order = [0, 1, 2]> : (tensor<7x4x3xi8>) -> tensor<1x4x1xi8> {
  ^bb0(%a: tensor<7x4x3xi8>):
    %m = acc.reduce %a axes [2, 0] max : tensor<7x4x3xi8> -> tensor<1x4x1xi8> program {
    ^bb0(%e: i32):
      acc.yield %e : i32
    } finish {
    ^bb0(%v: i32, %n: i32):
      acc.yield %v : i32
    }
    acc.yield %m : tensor<1x4x1xi8>
  }
  return %r : tensor<1x4x1xi8>
}

// -----

// A transpose, tiled: the input tile is the transposed output tile.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1) -> (d1 * 3, d0 * 4)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1) -> (d0 * 4, d1 * 3)>
// CHECK-LABEL: func.func @transpose
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets #[[IN]] slots [{{.*}}] : tensor<6x8xi8>, !acc.buffer<3x4xi8, vector, slots = 2>
// CHECK: acc.vector_permute %[[X]] into %{{.*}} slots [{{.*}}] {bounds = array<i64: 8, 6>, extents = array<i64: 4, 3>, input_strides = array<i64: 1, 4>, offsets = #[[OUT]], output_strides = array<i64: 3, 1>}
func.func @transpose(%x: tensor<6x8xi8>) -> tensor<8x6xi8> {
  %r = acc.group(%x) node 0 "transpose" from [] tiled <sizes = [4, 3], order = [0, 1]> : (tensor<6x8xi8>) -> tensor<8x6xi8> {
  ^bb0(%a: tensor<6x8xi8>):
    %m = acc.move %a dims [1, 0] offsets [0, 0] steps [1, 1] fill 0 : tensor<6x8xi8> -> tensor<8x6xi8>
    acc.yield %m : tensor<8x6xi8>
  }
  return %r : tensor<8x6xi8>
}

// -----

// A step of -2 from position 7: output [d0·2, +2) reads positions 7 - d0·4 and two below; the tile begins at the lower one and
// is read from its third element on.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (d0 * -4 + 5)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0) -> (d0 * 2)>
// CHECK-LABEL: func.func @backwards
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets #[[IN]] slots [{{.*}}] : tensor<8xi8>, !acc.buffer<3xi8, vector, slots = 2>
// CHECK: acc.vector_permute %[[X]] into %{{.*}} slots [{{.*}}] {bounds = array<i64: 4>, extents = array<i64: 2>, input_offset = 2 : i64, input_strides = array<i64: -2>, offsets = #[[OUT]]
func.func @backwards(%x: tensor<8xi8>) -> tensor<4xi8> {
  %r = acc.group(%x) node 0 "slice" from [] tiled <sizes = [2], order = [0]> : (tensor<8xi8>) -> tensor<4xi8> {
  ^bb0(%a: tensor<8xi8>):
    %m = acc.move %a dims [0] offsets [7] steps [-2] fill 0 : tensor<8xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return %r : tensor<4xi8>
}

// -----

// Padding, and any other copy of boxes, needs no vector work: the load fills what lies outside, and the tile is stored.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (d0 * 3 - 2, -1)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0) -> (d0 * 3, 0)>
// CHECK-LABEL: func.func @pad
// CHECK-NOT: acc.vector
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets #[[IN]] slots [#[[D0:.*]]] {fill = 7 : i64} : tensor<4x6xi8>, !acc.buffer<3x9xi8, vector, slots = 2>
// CHECK-NEXT: acc.store %[[X]], %{{.*}} offsets #[[OUT]] slots [#[[D0]]]
func.func @pad(%x: tensor<4x6xi8>) -> tensor<8x9xi8> {
  %r = acc.group(%x) node 0 "pad" from [] tiled <sizes = [3, 9], order = [0, 1]> : (tensor<4x6xi8>) -> tensor<8x9xi8> {
  ^bb0(%a: tensor<4x6xi8>):
    %m = acc.move %a dims [0, 1] offsets [-2, -1] steps [1, 1] fill 7 : tensor<4x6xi8> -> tensor<8x9xi8>
    acc.yield %m : tensor<8x9xi8>
  }
  return %r : tensor<8x9xi8>
}

// -----

// A slice is a copy as well, without a fill. A broadcast is not: one position is read for all of a dimension.
// CHECK-LABEL: func.func @slice
// CHECK-NOT: fill
// CHECK-NOT: acc.vector
// CHECK: acc.nest node 1
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets {{.*}} : tensor<2x1xi8>, !acc.buffer<2x1xi8, vector, slots = 1>
// CHECK: acc.vector_permute %[[X]] into %{{.*}} slots [{{.*}}] {bounds = array<i64: 2, 6>, extents = array<i64: 2, 3>, input_strides = array<i64: 1, 0>
func.func @slice(%x: tensor<4x6xi8>) -> tensor<2x6xi8> {
  %s = acc.group(%x) node 0 "slice" from [] tiled <sizes = [2, 1], order = [0, 1]> : (tensor<4x6xi8>) -> tensor<2x1xi8> {
  ^bb0(%a: tensor<4x6xi8>):
    %m = acc.move %a dims [0, 1] offsets [1, 4] steps [1, 1] fill 0 : tensor<4x6xi8> -> tensor<2x1xi8>
    acc.yield %m : tensor<2x1xi8>
  }
  %r = acc.group(%s) node 1 "copy" from [] tiled <sizes = [2, 3], order = [0, 1]> : (tensor<2x1xi8>) -> tensor<2x6xi8> {
  ^bb0(%a: tensor<2x1xi8>):
    %m = acc.move %a dims [0, -1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x1xi8> -> tensor<2x6xi8>
    acc.yield %m : tensor<2x6xi8>
  }
  return %r : tensor<2x6xi8>
}

// -----

// The whole axis is on chip, and the tile's part of the indices; their row of strides names the axis.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (d0 * 2, 0)>
// CHECK-DAG: #[[INDICES:.*]] = affine_map<(d0, d1) -> (d1 * 3)>
// CHECK-LABEL: func.func @gather
// CHECK: acc.load %{{.*}}, %[[X:.*]] offsets #[[IN]] slots [{{.*}}] : tensor<4x6xi8>, !acc.buffer<2x6xi8, vector, slots = 2>
// CHECK: acc.for 2 {
// CHECK: acc.load %{{.*}}, %[[I:.*]] offsets #[[INDICES]] slots [{{.*}}] : tensor<5xi32>, !acc.buffer<3xi32, vector, slots = 2>
// CHECK: acc.vector_gather %[[X]], %[[I]] into %{{.*}} slots [{{.*}}] {axis = 1 : i64, bounds = array<i64: 4, 5>, extents = array<i64: 2, 3>, input_strides = array<i64: 6, 1, 0, 1>
func.func @gather(%x: tensor<4x6xi8>, %i: tensor<5xi32>) -> tensor<4x5xi8> {
  %r = acc.group(%x, %i) node 0 "gather" from [] tiled <sizes = [2, 3], order = [0, 1]> : (tensor<4x6xi8>, tensor<5xi32>) -> tensor<4x5xi8> {
  ^bb0(%a: tensor<4x6xi8>, %j: tensor<5xi32>):
    %m = acc.gather %a, %j axis 1 : (tensor<4x6xi8>, tensor<5xi32>) -> tensor<4x5xi8>
    acc.yield %m : tensor<4x5xi8>
  }
  return %r : tensor<4x5xi8>
}
