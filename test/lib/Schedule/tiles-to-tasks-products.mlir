// Groups of one product as tasks (lib/Schedule/TilesToTasks.cpp, EmitProduct.cpp). In an array task dimensions are N, G, M, C,
// P, Q, R, S.
// RUN: dnnc-opt --choose-mapping --tiles-to-tasks --split-input-file %s | FileCheck %s

// Stride 2, dilation 2, padding: output rows [d0·3, +3) read input rows from d0·6 - 1 on, 2·2 + 2·2 + 1 = 9 of them. Weights do
// not move: one load before the loop, one slot.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (0, 0, d0 * 6 - 1, 0)>
// CHECK-DAG: #[[D0:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[ZERO:.*]] = affine_map<(d0) -> (0)>
// CHECK-DAG: #[[OFFSETS:.*]] = affine_map<(d0) -> (0, 0, 0, 0, d0 * 3, 0, 0, 0)>
// CHECK-DAG: #[[ORIGIN:.*]] = affine_map<(d0) -> (d0 * 6 - 1, -2)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0) -> (0, 0, d0 * 3, 0)>
// CHECK-LABEL: func.func @strided
// CHECK: %[[X:.*]] = acc.tensor input "x" -> tensor<1x2x12x12xi8>
// CHECK: %[[W:.*]] = acc.tensor input "input1" -> tensor<4x2x3x3xi8>
// CHECK: %[[Y:.*]] = acc.tensor output "y" -> tensor<1x4x5x6xi8>
// CHECK: acc.nest node 7 "conv" from ["c"] attributes {macs = 2160 : i64} {
// CHECK: %[[O:.*]] = acc.buffer : !acc.buffer<1x4x3x6xi8, ofmap, slots = 2>
// CHECK: %[[F:.*]] = acc.buffer : !acc.buffer<4x2x3x3xi8, weight, slots = 1>
// CHECK: %[[I:.*]] = acc.buffer : !acc.buffer<1x2x9x12xi8, ifmap, slots = 2>
// CHECK: acc.load %[[W]], %[[F]] offsets #{{.*}} slots [#{{.*}}] : tensor<4x2x3x3xi8>
// CHECK: acc.for 2 {
// CHECK: acc.load %[[X]], %[[I]] offsets #[[IN]] slots [#[[D0]]] : tensor<1x2x12x12xi8>, !acc.buffer<1x2x9x12xi8, ifmap, slots = 2>
// CHECK: acc.array ifmap %[[I]] weight %[[F]] output %[[O]] slots [#[[D0]], #[[ZERO]], #[[D0]]] mode requantize
// CHECK-SAME: bounds = array<i64: 1, 1, 4, 2, 5, 6, 3, 3>, dilations = array<i64: 2, 2>, extents = array<i64: 1, 1, 4, 2, 3, 6, 3, 3>
// The origin's column -2 lies two elements before the row that is loaded.
// CHECK-SAME: ifmap_offset = -2 : i64, ifmap_size = array<i64: 12, 12>, ifmap_strides = array<i64: 216, 216, 108, 12, 1>
// CHECK-SAME: offsets = #[[OFFSETS]], origin = #[[ORIGIN]], output_strides = array<i64: 72, 72, 18, 6, 1>
// CHECK-SAME: strides = array<i64: 2, 2>, weight_strides = array<i64: 72, 18, 9, 3, 1>
// CHECK: acc.store %[[O]], %[[Y]] offsets #[[OUT]] slots [#[[D0]]] : !acc.buffer<1x4x3x6xi8, ofmap, slots = 2>, tensor<1x4x5x6xi8>
func.func @strided(%x: tensor<1x2x12x12xi8> {dnn.name = "x"}, %w: tensor<4x2x3x3xi8>) -> (tensor<1x4x5x6xi8> {dnn.name = "y"}) {
  %y = acc.group(%x, %w) node 7 "conv" from ["c"] tiled <sizes = [1, 4, 3, 6], order = [0, 1, 2, 3]>
      : (tensor<1x2x12x12xi8>, tensor<4x2x3x3xi8>) -> tensor<1x4x5x6xi8> {
  ^bb0(%a: tensor<1x2x12x12xi8>, %f: tensor<4x2x3x3xi8>):
    %r = acc.conv %a, %f strides [2, 2] dilations [2, 2] pads [1, 2, 1, 1] mode requantize
        : (tensor<1x2x12x12xi8>, tensor<4x2x3x3xi8>) -> tensor<1x4x5x6xi8>
    acc.yield %r : tensor<1x4x5x6xi8>
  }
  return %y : tensor<1x4x5x6xi8>
}

// -----

// Input channels in parts: innermost, with psums in a buffer that only the array touches; the result is stored behind them.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1) -> (0, d1 * 3, 0, 0)>
// CHECK-DAG: #[[W:.*]] = affine_map<(d0, d1) -> (d0 * 2, d1 * 3, 0, 0)>
// CHECK-DAG: #[[TILE:.*]] = affine_map<(d0, d1) -> (d0 * 3 + d1)>
// CHECK-DAG: #[[OUTER:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[OFFSETS:.*]] = affine_map<(d0, d1) -> (0, 0, d0 * 2, d1 * 3, 0, 0, 0, 0)>
// CHECK-LABEL: func.func @reduction
// CHECK: %[[PSUM:.*]] = acc.buffer : !acc.buffer<1x2x4x4xi32, psum, slots = 1>
// CHECK: %[[O:.*]] = acc.buffer : !acc.buffer<1x2x4x4xi8, ofmap, slots = 2>
// CHECK: acc.for 2 {
// CHECK-NEXT: acc.load %{{.*}}, %{{.*}} offsets #{{.*}} slots [#{{.*}}] : tensor<4x4xi32>, !acc.buffer<2x4xi32, param, slots = 2>
// CHECK-NEXT: acc.for 3 {
// CHECK: acc.load %{{.*}}, %{{.*}} offsets #[[IN]] slots [#[[TILE]]] : tensor<1x8x4x4xi8>, !acc.buffer<1x3x4x4xi8, ifmap, slots = 2>
// CHECK: acc.load %{{.*}}, %{{.*}} offsets #[[W]] slots [#[[TILE]]] : tensor<4x8x1x1xi8>, !acc.buffer<2x3x1x1xi8, weight, slots = 2>
// CHECK: acc.array ifmap %{{.*}} weight %{{.*}} param %{{.*}} psum %[[PSUM]] output %[[O]] slots [#[[TILE]], #[[TILE]], #[[OUTER]], #[[OUTER]], #[[OUTER]]]
// CHECK-SAME: bounds = array<i64: 1, 1, 4, 8, 4, 4, 1, 1>, {{.*}} extents = array<i64: 1, 1, 2, 3, 4, 4, 1, 1>
// CHECK-SAME: offsets = #[[OFFSETS]]
// CHECK-NEXT: {{^ +}}}
// CHECK-NEXT: acc.store %[[O]]
func.func @reduction(%x: tensor<1x8x4x4xi8>, %w: tensor<4x8x1x1xi8>, %p: tensor<4x4xi32>) -> tensor<1x4x4x4xi8> {
  %y = acc.group(%x, %w, %p) node 0 "conv" from [] tiled <sizes = [1, 2, 4, 4], order = [0, 1, 2, 3], reduction = [3]>
      : (tensor<1x8x4x4xi8>, tensor<4x8x1x1xi8>, tensor<4x4xi32>) -> tensor<1x4x4x4xi8> {
  ^bb0(%a: tensor<1x8x4x4xi8>, %f: tensor<4x8x1x1xi8>, %q: tensor<4x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x8x4x4xi8>, tensor<4x8x1x1xi8>, tensor<4x4xi32>) -> tensor<1x4x4x4xi8>
    acc.yield %r : tensor<1x4x4x4xi8>
  }
  return %y : tensor<1x4x4x4xi8>
}

// -----

// Three groups of four filters, two at a time: a loop over groups and one within; the input tile is one group's channels.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (0, d0 * 2, 0, 0)>
// CHECK-DAG: #[[W:.*]] = affine_map<(d0, d1) -> (d0 * 4 + d1 * 2, 0, 0, 0)>
// CHECK-DAG: #[[OFFSETS:.*]] = affine_map<(d0, d1) -> (0, d0, d1 * 2, 0, 0, 0, 0, 0)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1) -> (0, d0 * 4 + d1 * 2, 0, 0)>
// CHECK-LABEL: func.func @inside_groups
// CHECK: acc.for 3 {
// CHECK-NEXT: acc.load %{{.*}}, %{{.*}} offsets #[[IN]] slots [{{.*}}] : tensor<1x6x4x4xi8>, !acc.buffer<1x2x4x4xi8, ifmap, slots = 2>
// CHECK-NEXT: acc.for 2 {
// CHECK-NEXT: acc.load %{{.*}}, %{{.*}} offsets #[[W]] slots [{{.*}}] : tensor<12x2x1x1xi8>, !acc.buffer<2x2x1x1xi8, weight, slots = 2>
// CHECK-NEXT: acc.array
// CHECK-SAME: bounds = array<i64: 1, 3, 4, 2, 4, 4, 1, 1>, {{.*}} extents = array<i64: 1, 1, 2, 2, 4, 4, 1, 1>
// CHECK-SAME: offsets = #[[OFFSETS]]
// CHECK-NEXT: acc.store %{{.*}}, %{{.*}} offsets #[[OUT]]
func.func @inside_groups(%x: tensor<1x6x4x4xi8>, %w: tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 2, 4, 4], order = [0, 1, 2, 3]>
      : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<12x2x1x1xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 3 mode requantize
        : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8>
    acc.yield %r : tensor<1x12x4x4xi8>
  }
  return %y : tensor<1x12x4x4xi8>
}

// -----

// One group at a time, its input channels in parts: the input tile moves with both loops.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1) -> (0, d0 * 2 + d1, 0, 0)>
// CHECK-DAG: #[[OFFSETS:.*]] = affine_map<(d0, d1) -> (0, d0, 0, d1, 0, 0, 0, 0)>
// CHECK-LABEL: func.func @one_group
// CHECK: acc.for 3 {
// CHECK-NEXT: acc.for 2 {
// CHECK-NEXT: acc.load %{{.*}}, %{{.*}} offsets #[[IN]] slots [{{.*}}] : tensor<1x6x4x4xi8>, !acc.buffer<1x1x4x4xi8, ifmap, slots = 2>
// CHECK: acc.array ifmap %{{[0-9]+}} weight %{{[0-9]+}} psum %{{[0-9]+}} output
// CHECK-SAME: extents = array<i64: 1, 1, 4, 1, 4, 4, 1, 1>
// CHECK-SAME: offsets = #[[OFFSETS]]
func.func @one_group(%x: tensor<1x6x4x4xi8>, %w: tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 4, 4, 4], order = [0, 1, 2, 3], reduction = [1]>
      : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<12x2x1x1xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 3 mode requantize
        : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8>
    acc.yield %r : tensor<1x12x4x4xi8>
  }
  return %y : tensor<1x12x4x4xi8>
}

// -----

// Depthwise: tiles of whole groups; the last one is clipped at the bounds.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (0, d0 * 4, 0, 0)>
// CHECK-DAG: #[[OFFSETS:.*]] = affine_map<(d0) -> (0, d0 * 4, 0, 0, 0, 0, 0, 0)>
// CHECK-LABEL: func.func @depthwise
// CHECK: acc.for 2 {
// CHECK-NEXT: acc.load %{{.*}}, %{{.*}} offsets #[[IN]] slots [{{.*}}] : tensor<1x6x4x4xi8>, !acc.buffer<1x4x4x4xi8, ifmap, slots = 2>
// CHECK: acc.array
// CHECK-SAME: bounds = array<i64: 1, 6, 1, 1, 4, 4, 3, 3>, {{.*}} extents = array<i64: 1, 4, 1, 1, 4, 4, 3, 3>
// CHECK-SAME: ifmap_strides = array<i64: 64, 16, 16, 4, 1>
// CHECK-SAME: offsets = #[[OFFSETS]]
// CHECK-SAME: output_strides = array<i64: 64, 16, 16, 4, 1>
// CHECK-SAME: weight_strides = array<i64: 9, 9, 9, 3, 1>
func.func @depthwise(%x: tensor<1x6x4x4xi8>, %w: tensor<6x1x3x3xi8>) -> tensor<1x6x4x4xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 4, 4, 4], order = [0, 1, 2, 3]>
      : (tensor<1x6x4x4xi8>, tensor<6x1x3x3xi8>) -> tensor<1x6x4x4xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<6x1x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] groups 6 mode requantize
        : (tensor<1x6x4x4xi8>, tensor<6x1x3x3xi8>) -> tensor<1x6x4x4xi8>
    acc.yield %r : tensor<1x6x4x4xi8>
  }
  return %y : tensor<1x6x4x4xi8>
}

// -----

// A matrix product: G is the batch, Q the rows, M the columns, C the inner dimension. Transposed operands are loaded as they
// lie and read by strides. A psum takes four bytes on this target, as a float32 result does: results take the psums' places.
// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3 * 4, d2 * 2)>
// CHECK-DAG: #[[W:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 * 5, d3 * 4)>
// CHECK-DAG: #[[OFFSETS:.*]] = affine_map<(d0, d1, d2, d3) -> (0, d0, d1 * 5, d3 * 4, 0, d2 * 2, 0, 0)>
// CHECK-DAG: #[[ORIGIN:.*]] = affine_map<(d0, d1, d2, d3) -> (0, d2 * 2)>
// CHECK-LABEL: func.func @matmul
// CHECK: acc.nest node 0 "matmul" from [] attributes {macs = 2880 : i64}
// CHECK-NOT: psum,
// CHECK: acc.for 3 {
// CHECK: acc.for 2 {
// CHECK: acc.for 3 {
// CHECK: acc.for 4 {
// CHECK: acc.load %{{.*}}, %{{.*}} offsets #[[X]] slots [{{.*}}] : tensor<3x16x6xf32>, !acc.buffer<1x4x2xf32, ifmap, slots = 2>
// CHECK: acc.load %{{.*}}, %{{.*}} offsets #[[W]] slots [{{.*}}] : tensor<3x10x16xf32>, !acc.buffer<1x5x4xf32, weight, slots = 2>
// CHECK: acc.array {{.*}} psum %[[Y:.*]] output %[[Y]] slots {{.*}} mode float
// CHECK-SAME: bounds = array<i64: 1, 3, 10, 16, 1, 6, 1, 1>, {{.*}} extents = array<i64: 1, 1, 5, 4, 1, 2, 1, 1>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 6>, ifmap_strides = array<i64: 0, 8, 2, 0, 1>
// CHECK-SAME: offsets = #[[OFFSETS]], origin = #[[ORIGIN]], output_strides = array<i64: 0, 10, 1, 0, 5>
// CHECK-SAME: weight_strides = array<i64: 20, 4, 1, 0, 0>
func.func @matmul(%x: tensor<3x16x6xf32>, %w: tensor<3x10x16xf32>) -> tensor<3x6x10xf32> {
  %y = acc.group(%x, %w) node 0 "matmul" from [] tiled <sizes = [1, 2, 5], order = [0, 2, 1], reduction = [4]>
      : (tensor<3x16x6xf32>, tensor<3x10x16xf32>) -> tensor<3x6x10xf32> {
  ^bb0(%a: tensor<3x16x6xf32>, %f: tensor<3x10x16xf32>):
    %r = acc.matmul %a, %f mode float {transpose_ifmap = true, transpose_weight = true}
        : (tensor<3x16x6xf32>, tensor<3x10x16xf32>) -> tensor<3x6x10xf32>
    acc.yield %r : tensor<3x6x10xf32>
  }
  return %y : tensor<3x6x10xf32>
}

// -----

// Parameters follow the channels, a table stands whole.
// CHECK-LABEL: func.func @output_path
// CHECK: acc.load %{{.*}}, %[[T:.*]] offsets #{{.*}} slots [{{.*}}] : tensor<256xi8>, !acc.buffer<256xi8, param, slots = 1>
// CHECK: acc.for 2 {
// CHECK: acc.load %{{.*}}, %[[P:.*]] offsets #{{.*}} slots [{{.*}}] : tensor<4x4xi32>, !acc.buffer<2x4xi32, param, slots = 2>
// CHECK: acc.array ifmap %{{.*}} weight %{{.*}} param %[[P]] table %[[T]] output %{{.*}} slots [{{.*}}] mode dequantize_quantize clamp [-1.000000e+00, 9.000000e+00]
// CHECK-SAME: ifmap_zero_point = 2 : i32
// CHECK-SAME: output_scale = 5.000000e-01 : f32
// CHECK-SAME: output_zero_point = -3 : i32
func.func @output_path(%x: tensor<1x8x4x4xi8>, %w: tensor<4x8x1x1xi8>, %p: tensor<4x4xi32>, %t: tensor<256xi8>) -> tensor<1x4x4x4xi8> {
  %y = acc.group(%x, %w, %p, %t) node 0 "conv" from [] tiled <sizes = [1, 2, 4, 4], order = [0, 1, 2, 3]>
      : (tensor<1x8x4x4xi8>, tensor<4x8x1x1xi8>, tensor<4x4xi32>, tensor<256xi8>) -> tensor<1x4x4x4xi8> {
  ^bb0(%a: tensor<1x8x4x4xi8>, %f: tensor<4x8x1x1xi8>, %q: tensor<4x4xi32>, %s: tensor<256xi8>):
    %r = acc.conv %a, %f params %q table %s strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode dequantize_quantize clamp [-1.0, 9.0]
        {ifmap_zero_point = 2 : i32, output_zero_point = -3 : i32, output_scale = 0.5 : f32}
        : (tensor<1x8x4x4xi8>, tensor<4x8x1x1xi8>, tensor<4x4xi32>, tensor<256xi8>) -> tensor<1x4x4x4xi8>
    acc.yield %r : tensor<1x4x4x4xi8>
  }
  return %y : tensor<1x4x4x4xi8>
}
