// Groups of several ops, tensors in DRAM and their views, streams (lib/Schedule/TilesToTasks.cpp, Boxes.cpp).
// RUN: dnnc-opt --choose-mapping --tiles-to-tasks --split-input-file %s | FileCheck %s

// Two convolutions: output rows [d0·2, +2) need four rows of the first one's result from d0·2 - 1 on, and six of the input from
// d0·2 - 2 on. Rows outside are clipped by the bounds of each. What goes between is a buffer and no tensor.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0) -> (0, 0, d0 * 2 - 2, 0)>
// CHECK-DAG: #[[INNER:.*]] = affine_map<(d0) -> (0, 0, 0, 0, d0 * 2 - 1, 0, 0, 0)>
// CHECK-DAG: #[[INNER_ORIGIN:.*]] = affine_map<(d0) -> (d0 * 2 - 2, -1)>
// CHECK-DAG: #[[OUTER:.*]] = affine_map<(d0) -> (0, 0, 0, 0, d0 * 2, 0, 0, 0)>
// CHECK-DAG: #[[OUTER_ORIGIN:.*]] = affine_map<(d0) -> (d0 * 2 - 1, -1)>
// CHECK-LABEL: func.func @halo
// CHECK-NOT: acc.tensor intermediate
// CHECK: acc.nest node 0 "convs" from ["c", "d"] attributes {macs = 18432 : i64} {
// CHECK: %[[H:.*]] = acc.buffer : !acc.buffer<1x4x4x8xi8, ifmap, slots = 2>
// CHECK: acc.for 4 {
// CHECK-NEXT: acc.load %{{.*}}, %[[X:.*]] offsets #[[IN]] slots [{{.*}}] : tensor<1x4x8x8xi8>, !acc.buffer<1x4x6x8xi8, ifmap, slots = 2>
// CHECK-NEXT: acc.array ifmap %[[X]] weight %{{[0-9]+}} output %[[H]] slots [
// CHECK-SAME: bounds = array<i64: 1, 1, 4, 4, 8, 8, 3, 3>, {{.*}} extents = array<i64: 1, 1, 4, 4, 4, 8, 3, 3>, ifmap_offset = -1 : i64
// CHECK-SAME: offsets = #[[INNER]], origin = #[[INNER_ORIGIN]]
// CHECK-NEXT: acc.array ifmap %[[H]] weight %{{[0-9]+}} output %{{[0-9]+}} slots [
// CHECK-SAME: extents = array<i64: 1, 1, 4, 4, 2, 8, 3, 3>, ifmap_offset = -1 : i64
// CHECK-SAME: offsets = #[[OUTER]], origin = #[[OUTER_ORIGIN]]
// CHECK-NEXT: acc.store
func.func @halo(%x: tensor<1x4x8x8xi8>, %w: tensor<4x4x3x3xi8>) -> tensor<1x4x8x8xi8> {
  %y = acc.group(%x, %w, %w) node 0 "convs" from ["c", "d"] tiled <sizes = [1, 4, 2, 8], order = [0, 1, 2, 3]>
      : (tensor<1x4x8x8xi8>, tensor<4x4x3x3xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x8x8xi8> {
  ^bb0(%a: tensor<1x4x8x8xi8>, %f: tensor<4x4x3x3xi8>, %g: tensor<4x4x3x3xi8>):
    %h = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x4x8x8xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x8x8xi8>
    %r = acc.conv %h, %g strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x4x8x8xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x8x8xi8>
    acc.yield %r : tensor<1x4x8x8xi8>
  }
  return %y : tensor<1x4x8x8xi8>
}

// -----

// Depthwise, then pointwise with filters tiled: every tile needs all channels of the first, which is computed once before the
// loop, whatever the filter.
// CHECK-LABEL: func.func @separable
// CHECK: acc.array ifmap %{{[0-9]+}} weight %{{[0-9]+}} output %[[H:[0-9]+]] slots
// CHECK-SAME: bounds = array<i64: 1, 6, 1, 1, 4, 4, 3, 3>, {{.*}} extents = array<i64: 1, 6, 1, 1, 4, 4, 3, 3>
// CHECK: acc.for 4 {
// CHECK: acc.array ifmap %[[H]] weight
// CHECK-SAME: bounds = array<i64: 1, 1, 8, 6, 4, 4, 1, 1>, {{.*}} extents = array<i64: 1, 1, 2, 6, 4, 4, 1, 1>
func.func @separable(%x: tensor<1x6x4x4xi8>, %w: tensor<6x1x3x3xi8>, %v: tensor<8x6x1x1xi8>) -> tensor<1x8x4x4xi8> {
  %y = acc.group(%x, %w, %v) node 0 "convs" from [] tiled <sizes = [1, 2, 4, 4], order = [0, 1, 2, 3]>
      : (tensor<1x6x4x4xi8>, tensor<6x1x3x3xi8>, tensor<8x6x1x1xi8>) -> tensor<1x8x4x4xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<6x1x3x3xi8>, %g: tensor<8x6x1x1xi8>):
    %h = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] groups 6 mode requantize
        : (tensor<1x6x4x4xi8>, tensor<6x1x3x3xi8>) -> tensor<1x6x4x4xi8>
    %r = acc.conv %h, %g strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x6x4x4xi8>, tensor<8x6x1x1xi8>) -> tensor<1x8x4x4xi8>
    acc.yield %r : tensor<1x8x4x4xi8>
  }
  return %y : tensor<1x8x4x4xi8>
}

// -----

// The same with the second one's input channels in parts: the first one computes the channels of the part, two groups at a time.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1) -> (0, d1 * 2, 0, 0)>
// CHECK-DAG: #[[GROUPS:.*]] = affine_map<(d0, d1) -> (0, d1 * 2, 0, 0, 0, 0, 0, 0)>
// CHECK-DAG: #[[PARTS:.*]] = affine_map<(d0, d1) -> (0, 0, d0 * 2, d1 * 2, 0, 0, 0, 0)>
// CHECK-LABEL: func.func @separable_parts
// CHECK: acc.for 4 {
// CHECK-NEXT: acc.for 3 {
// CHECK: acc.load %{{.*}}, %{{.*}} offsets #[[IN]] slots [{{.*}}] : tensor<1x6x4x4xi8>, !acc.buffer<1x2x4x4xi8, ifmap, slots = 2>
// CHECK: acc.array
// CHECK-SAME: extents = array<i64: 1, 2, 1, 1, 4, 4, 3, 3>
// CHECK-SAME: offsets = #[[GROUPS]]
// CHECK: acc.array
// CHECK-SAME: extents = array<i64: 1, 1, 2, 2, 4, 4, 1, 1>
// CHECK-SAME: offsets = #[[PARTS]]
func.func @separable_parts(%x: tensor<1x6x4x4xi8>, %w: tensor<6x1x3x3xi8>, %v: tensor<8x6x1x1xi8>) -> tensor<1x8x4x4xi8> {
  %y = acc.group(%x, %w, %v) node 0 "convs" from [] tiled <sizes = [1, 2, 4, 4], order = [0, 1, 2, 3], reduction = [2]>
      : (tensor<1x6x4x4xi8>, tensor<6x1x3x3xi8>, tensor<8x6x1x1xi8>) -> tensor<1x8x4x4xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<6x1x3x3xi8>, %g: tensor<8x6x1x1xi8>):
    %h = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] groups 6 mode requantize
        : (tensor<1x6x4x4xi8>, tensor<6x1x3x3xi8>) -> tensor<1x6x4x4xi8>
    %r = acc.conv %h, %g strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x6x4x4xi8>, tensor<8x6x1x1xi8>) -> tensor<1x8x4x4xi8>
    acc.yield %r : tensor<1x8x4x4xi8>
  }
  return %y : tensor<1x8x4x4xi8>
}

// -----

// What is handed over has the role of who reads it: the sum of a convolution is the next one's ifmap, and the convolution's
// result the sum's operand. A padding in front is a load that fills, of ifmap.
// CHECK-LABEL: func.func @roles
// CHECK: acc.load %{{.*}}, %[[X:[0-9]+]] offsets #{{.*}} slots [{{.*}}] {fill = 5 : i64} : tensor<1x4x6x6xi8>, !acc.buffer<1x4x8x8xi8, ifmap, slots = 1>
// CHECK: acc.array ifmap %[[X]] weight %{{.*}} output %{{.*}} : (!acc.buffer<1x4x8x8xi8, ifmap, slots = 1>, !acc.buffer<4x4x3x3xi8, weight, slots = 1>, !acc.buffer<1x4x6x6xi8, vector, slots = 1>) -> ()
// CHECK: acc.vector_map %{{.*}} : (!acc.buffer<1x4x6x6xi8, vector, slots = 1>, !acc.buffer<1x4x6x6xi8, vector, slots = 1>, !acc.buffer<1x4x6x6xi8, ifmap, slots = 1>) -> ()
// CHECK: acc.array ifmap {{.*}} : (!acc.buffer<1x4x6x6xi8, ifmap, slots = 1>, !acc.buffer<4x4x3x3xi8, weight, slots = 1>, !acc.buffer<1x4x6x6xi8, ofmap, slots = 1>) -> ()
func.func @roles(%x: tensor<1x4x6x6xi8>, %w: tensor<4x4x3x3xi8>) -> tensor<1x4x6x6xi8> {
  %y = acc.group(%x, %w, %x, %w) node 0 "convs" from [] tiled <sizes = [1, 4, 6, 6], order = [0, 1, 2, 3]>
      : (tensor<1x4x6x6xi8>, tensor<4x4x3x3xi8>, tensor<1x4x6x6xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x6x6xi8> {
  ^bb0(%a: tensor<1x4x6x6xi8>, %f: tensor<4x4x3x3xi8>, %b: tensor<1x4x6x6xi8>, %g: tensor<4x4x3x3xi8>):
    %p = acc.move %a dims [0, 1, 2, 3] offsets [0, 0, -1, -1] steps [1, 1, 1, 1] fill 5 : tensor<1x4x6x6xi8> -> tensor<1x4x8x8xi8>
    %h = acc.conv %p, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x4x8x8xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x6x6xi8>
    %s = acc.map %h, %b : (tensor<1x4x6x6xi8>, tensor<1x4x6x6xi8>) -> tensor<1x4x6x6xi8> {
    ^bb0(%e: i32, %i: i32):
      %t = arith.addi %e, %i : i32
      acc.yield %t : i32
    }
    %r = acc.conv %s, %g strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x4x6x6xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x6x6xi8>
    acc.yield %r : tensor<1x4x6x6xi8>
  }
  return %y : tensor<1x4x6x6xi8>
}

// -----

// Tensors in DRAM: names and kinds; a reshape is a view, whose result is the output; the parts of a concatenation are views of
// the whole, and their groups store there. Constants are tensors with a value, compressed ones with their storage.
// CHECK-LABEL: func.func @tensors
// CHECK-SAME: () {
// CHECK: acc.tensor input "data" -> tensor<2x4xi8>
// CHECK: %[[WHOLE:.*]] = acc.tensor output "joined" -> tensor<2x7xi8>
// CHECK: %[[A:.*]] = acc.tensor intermediate "joined[0]" of %[[WHOLE]] : tensor<2x7xi8> {strides = array<i64: 7, 1>} -> tensor<2x4xi8>
// CHECK: %[[B:.*]] = acc.tensor intermediate "joined[4]" of %[[WHOLE]] : tensor<2x7xi8> {offset = 4 : i64, strides = array<i64: 7, 1>} -> tensor<2x3xi8>
// CHECK: acc.tensor constant "constant0" {storage = #acc.storage<bitmask, segment = [2, 3]>, value = dense<{{.*}}> : tensor<2x3xi8>} -> tensor<2x3xi8>
// CHECK: %[[T:.*]] = acc.tensor observed "kept" -> tensor<4x2xi8>
// CHECK: acc.tensor output "view" of %[[T]] : tensor<4x2xi8> {strides = array<i64: 1>} -> tensor<8xi8>
// CHECK: %[[N:.*]] = acc.tensor intermediate "tensor0" -> tensor<2x4xi8>
// CHECK: acc.tensor intermediate "named" of %[[N]] : tensor<2x4xi8> {strides = array<i64: 4, 1>} -> tensor<2x4xi8>
// CHECK: acc.nest node 0
// CHECK: acc.store %{{.*}}, %[[A]]
// CHECK: acc.nest node 1
// CHECK: acc.store %{{.*}}, %[[B]]
// CHECK: acc.nest node 2
// CHECK: acc.store %{{.*}}, %[[T]]
// CHECK: return
// CHECK-NOT: acc.group
func.func @tensors(%x: tensor<2x4xi8> {dnn.name = "data"}) -> (tensor<2x7xi8> {dnn.name = "joined"}, tensor<8xi8> {dnn.name = "view"}, tensor<4x2xi8> {dnn.name = "kept", dnn.observed}) {
  %a = acc.group(%x) node 0 "copy" from [] tiled <sizes = [2, 4], order = [0, 1]> : (tensor<2x4xi8>) -> tensor<2x4xi8> {
  ^bb0(%i: tensor<2x4xi8>):
    %m = acc.move %i dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x4xi8> -> tensor<2x4xi8>
    acc.yield %m : tensor<2x4xi8>
  }
  %k = acc.constant dense<[[0, 1, 0], [0, 0, 2]]> : tensor<2x3xi8> {storage = #acc.storage<bitmask, segment = [2, 3]>} -> tensor<2x3xi8>
  %b = acc.group(%k) node 1 "copy" from [] tiled <sizes = [2, 3], order = [0, 1]> : (tensor<2x3xi8>) -> tensor<2x3xi8> {
  ^bb0(%i: tensor<2x3xi8>):
    %m = acc.move %i dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x3xi8> -> tensor<2x3xi8>
    acc.yield %m : tensor<2x3xi8>
  }
  %t = acc.group(%x) node 2 "transpose" from [] tiled <sizes = [4, 2], order = [0, 1]> : (tensor<2x4xi8>) -> tensor<4x2xi8> {
  ^bb0(%i: tensor<2x4xi8>):
    %m = acc.move %i dims [1, 0] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x4xi8> -> tensor<4x2xi8>
    acc.yield %m : tensor<4x2xi8>
  }
  %v = acc.reshape %t : tensor<4x2xi8> -> tensor<8xi8>
  %n = acc.group(%x) node 3 "copy" from [] tiled <sizes = [2, 4], order = [0, 1]> : (tensor<2x4xi8>) -> tensor<2x4xi8> {
  ^bb0(%i: tensor<2x4xi8>):
    %m = acc.move %i dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x4xi8> -> tensor<2x4xi8>
    acc.yield %m : tensor<2x4xi8>
  }
  %w = acc.reshape %n {dnn.tensors = ["named"]} : tensor<2x4xi8> -> tensor<2x4xi8>
  %c = acc.concat %a, %b axis 1 : (tensor<2x4xi8>, tensor<2x3xi8>) -> tensor<2x7xi8>
  return %c, %v, %t : tensor<2x7xi8>, tensor<8xi8>, tensor<4x2xi8>
}
