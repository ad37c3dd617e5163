// What a strategy file decides becomes attributes; what it cannot is an error with the place in the file.
// RUN: rm -rf %t && split-file %s %t
// RUN: dnnc-opt --apply-strategy='file=%t/good.yaml target=edge' %t/net.mlir | FileCheck %s
// RUN: dnnc-opt --apply-strategy='file=%t/good.yaml' --choose-mapping --save-strategy=file=%t/saved.yaml %t/net.mlir | FileCheck %s --check-prefix=CHOSEN
// RUN: FileCheck %s --check-prefix=SAVED < %t/saved.yaml
// RUN: not dnnc-opt --apply-strategy=file=%t/bad.yaml %t/net.mlir 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not dnnc-opt --apply-strategy='file=%t/large.yaml target=%source/test/targets/tiny.yaml' --choose-mapping=target=%source/test/targets/tiny.yaml %t/net.mlir 2>&1 | FileCheck %s --check-prefix=LARGE
// RUN: not dnnc-opt --apply-strategy='file=%t/storage.yaml target=%source/test/targets/rows.yaml' %t/net.mlir 2>&1 | FileCheck %s --check-prefix=STORAGE
// RUN: not dnnc-opt --apply-strategy='file=%t/good.yaml target=nowhere' %t/net.mlir 2>&1 | FileCheck %s --check-prefix=TARGET

// A whole tiling; M stands for the groups too.
// CHECK: acc.group{{.*}} node 0 "conv" from ["grouped"] tiled <sizes = [1, 16, 4, 16], order = [1, 2, 0, 3]
// CHECK-SAME: pinned_at = "{{.*}}good.yaml:4:11"
// CHECK: acc.conv {{.*}}mapping = #acc.mapping<mixed, passes = [Q = 16, M = 8, C = 2, P = 2], {{.*}}pe_rows = [G = 2]{{.*}}pinned_at = "{{.*}}good.yaml:6:14"
// A tile without an order is for the search.
// CHECK: acc.group{{.*}} node 1 "matmul"
// CHECK-SAME: pins = {tile = {C = 8 : i64, G = 1 : i64, M = 8 : i64, N = 1 : i64, P = 1 : i64, Q = 5 : i64, R = 1 : i64, S = 1 : i64}}
// CHECK: acc.group{{.*}} node 2 "copy" from ["c"] tiled <sizes = [5, 4], order = [1, 0]>

// CHOSEN-NOT: pinned
// CHOSEN-NOT: pins =
// CHOSEN: acc.group{{.*}} node 1 "matmul" {{.*}}tiled <sizes = [1, 5, 8], order = [{{.*}}], reduction = [8]>

// SAVED: layer: {N: 1, G: 4, M: 8, C: 2, P: 16, Q: 16, R: 3, S: 3}
// SAVED: tile: {N: 1, G: 2, M: 8, P: 4, Q: 16}
// SAVED: order: [M, P, N, Q]
// SAVED: dataflow: mixed
// SAVED: op: matmul
// SAVED: layer: {N: 1, G: 1, M: 24, C: 32, P: 1, Q: 20, R: 1, S: 1}
// SAVED: result: [20, 24]
// SAVED-NEXT: tile: [5, 4]
// SAVED-NEXT: order: [1, 0]

// BAD: bad.yaml:4:11: node 0: tile: have 3 of 8 output channels of each of 2 groups; a tile of several groups has them whole
// BAD: bad.yaml:6:11: node 1: tile: the node is a convolution or matrix product; need named sizes
// BAD: bad.yaml:8:11: node 2: tile: the node is no convolution or matrix product; need a list of sizes
// BAD: bad.yaml:10:12: node 3: layer: the node does not end with a convolution or matrix product

// LARGE: large.yaml:4:11: node 3 ("d") has a tiling that does not run on target 'tiny': the tiles take {{[0-9]+}} bytes of memory 'glb', which has 32768

// STORAGE: storage.yaml:4:22: node 2: storage.ofmap: cannot have 'i8' stored as #acc.storage<rlc, segment = [1, 2]>: element_bytes = 1 with codec = rlc, need 2; store it raw

// TARGET: no target 'nowhere'

//--- net.mlir
func.func @main(%x: tensor<1x8x16x16xi8>, %w: tensor<32x2x3x3xi8>, %a: tensor<1x20x32xi8>, %b: tensor<1x32x24xi8>, %c: tensor<20000x24xi8>) -> (tensor<1x32x16x16xi8>, tensor<1x20x24xi8>, tensor<20x24xi8>, tensor<20000x24xi8>) {
  %y = acc.group(%x, %w) node 0 "conv" from ["grouped"] : (tensor<1x8x16x16xi8>, tensor<32x2x3x3xi8>) -> tensor<1x32x16x16xi8> {
  ^bb0(%i: tensor<1x8x16x16xi8>, %f: tensor<32x2x3x3xi8>):
    %r = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] groups 4 mode requantize : (tensor<1x8x16x16xi8>, tensor<32x2x3x3xi8>) -> tensor<1x32x16x16xi8>
    acc.yield %r : tensor<1x32x16x16xi8>
  }
  %p = acc.group(%a, %b) node 1 "matmul" from ["m"] : (tensor<1x20x32xi8>, tensor<1x32x24xi8>) -> tensor<1x20x24xi8> {
  ^bb0(%i: tensor<1x20x32xi8>, %f: tensor<1x32x24xi8>):
    %r = acc.matmul %i, %f mode requantize : (tensor<1x20x32xi8>, tensor<1x32x24xi8>) -> tensor<1x20x24xi8>
    acc.yield %r : tensor<1x20x24xi8>
  }
  %q = acc.reshape %p : tensor<1x20x24xi8> -> tensor<20x24xi8>
  %s = acc.group(%q) node 2 "copy" from ["c"] : (tensor<20x24xi8>) -> tensor<20x24xi8> {
  ^bb0(%i: tensor<20x24xi8>):
    %r = acc.move %i dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<20x24xi8> -> tensor<20x24xi8>
    acc.yield %r : tensor<20x24xi8>
  }
  %t = acc.group(%c) node 3 "copy" from ["d"] : (tensor<20000x24xi8>) -> tensor<20000x24xi8> {
  ^bb0(%i: tensor<20000x24xi8>):
    %r = acc.move %i dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<20000x24xi8> -> tensor<20000x24xi8>
    acc.yield %r : tensor<20000x24xi8>
  }
  return %y, %p, %s, %t : tensor<1x32x16x16xi8>, tensor<1x20x24xi8>, tensor<20x24xi8>, tensor<20000x24xi8>
}
//--- good.yaml
strategy: 1
nodes:
  - node: 0
    tile: {G: 2, P: 4}
    order: [M, P, N]
    mapping: {passes: [Q: 16, M: 8, C: 2, P: 2], pe_rows: [G: 2], pe_columns: [P: 2], spad: [R: 3, S: 3]}
  - onnx: m
    tile: {M: 8, C: 8, Q: 5}
  - node: 2
    tile: [5, 4]
    order: [1, 0]
//--- bad.yaml
strategy: 1
nodes:
  - node: 0
    tile: {G: 2, M: 3}
  - node: 1
    tile: [1, 2, 3]
  - node: 2
    tile: {M: 3}
  - node: 3
    layer: {M: 3}
//--- large.yaml
strategy: 1
nodes:
  - onnx: d
    tile: [10000, 24]
//--- storage.yaml
strategy: 1
nodes:
  - node: 2
    storage: {ofmap: {format: rlc, segment: [1, 2]}}
