// The order of the loads of one loop body on a machine whose array stands still for transfers, but for those into memories
// that are prefetched. These stand first: parameters, and weights that have room in their FIFO of 8 KiB. Larger ones stream
// while the array works, and stand behind all that the array waits for.
// RUN: dnnc-opt --tiles-to-tasks=target=eyeriss-v1 %s | FileCheck %s

// CHECK-LABEL: @small
// CHECK: acc.for
// CHECK: acc.load {{.*}}, weight, slots = 2>
// CHECK: acc.load {{.*}}, ifmap, slots = 1>
func.func @small(%x: tensor<1x16x64xi16>, %w: tensor<1x64x16xi16>) -> tensor<1x16x16xf32> {
  %y = acc.group(%x, %w) node 0 "matmul" from [] tiled <sizes = [1, 8, 16], order = [0, 1, 2], reduction = [64]>
      : (tensor<1x16x64xi16>, tensor<1x64x16xi16>) -> tensor<1x16x16xf32> {
  ^bb0(%a: tensor<1x16x64xi16>, %b: tensor<1x64x16xi16>):
    %r = acc.matmul %a, %b mode dequantize {mapping = #acc.mapping<os, passes = [M = 16, Q = 8], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (tensor<1x16x64xi16>, tensor<1x64x16xi16>) -> tensor<1x16x16xf32>
    acc.yield %r : tensor<1x16x16xf32>
  }
  return %y : tensor<1x16x16xf32>
}

// CHECK-LABEL: @large
// CHECK: acc.load {{.*}}, param, slots = 1>
// CHECK: acc.load {{.*}}, ifmap, slots = 1>
// CHECK: acc.load {{.*}}, weight, slots = 1>
func.func @large(%x: tensor<1x8x64xi16>, %w: tensor<1x64x128xi16>, %p: tensor<128x4xi32>) -> tensor<1x8x128xf32> {
  %y = acc.group(%x, %w, %p) node 0 "matmul" from [] tiled <sizes = [1, 8, 128], order = [0, 1, 2], reduction = [64]>
      : (tensor<1x8x64xi16>, tensor<1x64x128xi16>, tensor<128x4xi32>) -> tensor<1x8x128xf32> {
  ^bb0(%a: tensor<1x8x64xi16>, %b: tensor<1x64x128xi16>, %c: tensor<128x4xi32>):
    %r = acc.matmul %a, %b params %c mode dequantize {mapping = #acc.mapping<os, passes = [M = 128, Q = 8], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (tensor<1x8x64xi16>, tensor<1x64x128xi16>, tensor<128x4xi32>) -> tensor<1x8x128xf32>
    acc.yield %r : tensor<1x8x128xf32>
  }
  return %y : tensor<1x8x128xf32>
}
