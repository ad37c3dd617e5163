// A target whose weights bypass the memories: a tile is streamed by the load queue for every task that takes it.
// RUN: dnnc-opt --choose-mapping=target=%source/test/targets/clusters.yaml --tiles-to-tasks=target=%source/test/targets/clusters.yaml %s | FileCheck %s
// RUN: dnnc-opt --choose-mapping=target=%source/test/targets/clusters.yaml --tiles-to-tasks=target=%source/test/targets/clusters.yaml --place-tensors --allocate-buffers=target=%source/test/targets/clusters.yaml --insert-tokens %s | FileCheck %s --check-prefix=ORDER

// The weights move with no loop, and still they are loaded in the innermost one. Parameters, in a memory, are not.
// CHECK-DAG: #[[D0:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[W:.*]] = affine_map<(d0) -> (0, 0, 0, 0)>
// CHECK-LABEL: func.func @stream
// CHECK: acc.buffer : !acc.buffer<4x4xi32, param, slots = 1>
// CHECK: %[[F:.*]] = acc.buffer {stream} : !acc.buffer<4x2x3x3xi8, weight, slots = 2>
// CHECK: acc.load %{{.*}} : tensor<4x4xi32>
// CHECK: acc.for 3 {
// CHECK: acc.load %{{.*}}, %[[F]] offsets #[[W]] slots [#[[D0]]] : tensor<4x2x3x3xi8>
// CHECK: acc.array ifmap %{{.*}} weight %[[F]]

// No token orders a stream: the FIFO does.
// ORDER-NOT: "weight of node
// ORDER: acc.token 0 "param of node 0 full" initial 0 maximum 1
// ORDER-NOT: "weight of node
// ORDER: %[[F:.*]] = acc.buffer {address = 0 : i64, memory = 2 : i64, stream}
// ORDER: acc.load %{{.*}}, %[[F]] offsets #{{.*}} slots [#{{.*}}] : tensor<4x2x3x3xi8>
func.func @stream(%x: tensor<1x2x9x9xi8>, %w: tensor<4x2x3x3xi8>, %p: tensor<4x4xi32>) -> tensor<1x4x9x9xi8> {
  %y = acc.group(%x, %w, %p) node 0 "conv" from [] tiled <sizes = [1, 4, 3, 9], order = [0, 1, 2, 3]>
      : (tensor<1x2x9x9xi8>, tensor<4x2x3x3xi8>, tensor<4x4xi32>) -> tensor<1x4x9x9xi8> {
  ^bb0(%a: tensor<1x2x9x9xi8>, %f: tensor<4x2x3x3xi8>, %q: tensor<4x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x2x9x9xi8>, tensor<4x2x3x3xi8>, tensor<4x4xi32>) -> tensor<1x4x9x9xi8>
    acc.yield %r : tensor<1x4x9x9xi8>
  }
  return %y : tensor<1x4x9x9xi8>
}
