// Two multipliers have two filters of eight channels each in a pass, of which the spads get what is not zero. In order the fullest
// gets 5 weights, and the slowest of the two passes have 5 and 5 to do. Sorted it would be 6 and 2: sooner done, where there is
// room for 6.
// RUN: sed -e 's/weight_spad: {words: 128/weight_spad: {words: 6/' %source/targets/edge.yaml > %t.6.yaml
// RUN: sed -e 's/weight_spad: {words: 128/weight_spad: {words: 5/' %source/targets/edge.yaml > %t.5.yaml
// RUN: dnnc-opt --distribute-weights=target=%t.6.yaml %s | FileCheck %s
// RUN: dnnc-opt %s -o %t.same.mlir
// RUN: dnnc-opt --distribute-weights=target=%t.5.yaml %s | diff %t.same.mlir -
// Nor where there was room for the weights of the next pass as well, and would not be.
// RUN: sed -e 's/weight_spad: {words: 128, bits: 8, double_buffered: true/weight_spad: {words: 10, bits: 8, double_buffered: false/' %source/targets/edge.yaml > %t.10.yaml
// RUN: sed -e 's/words: 10, bits/words: 12, bits/' %t.10.yaml > %t.12.yaml
// RUN: dnnc-opt --distribute-weights=target=%t.10.yaml %s | diff %t.same.mlir -
// RUN: dnnc-opt --distribute-weights=target=%t.12.yaml %s | FileCheck %s
// CHECK: acc.matmul {{.*}} {displaced,
func.func @matmul(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xi8> {
  %w = acc.constant dense<[[[1, 1, 1, 0, 0, 0, 0, 0], [2, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0], [4, 0, 0, 0, 0, 0, 0, 0], [5, 5, 5, 0, 0, 0, 0, 0], [6, 6, 0, 0, 0, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]]]> : tensor<1x8x8xi8> -> tensor<1x8x8xi8>
  %p = acc.constant dense<[[0, 1, 0, 9], [10, 1, 0, 9], [20, 1, 0, 9], [30, 1, 0, 9], [40, 1, 0, 9], [50, 1, 0, 9], [60, 1, 0, 9], [70, 1, 0, 9]]> : tensor<8x4xi32> -> tensor<8x4xi32>
  %y = acc.group(%x, %w, %p) node 0 "matmul" from ["m"] tiled <sizes = [1, 4, 8], order = [0, 1, 2]>
      : (tensor<1x4x8xi8>, tensor<1x8x8xi8>, tensor<8x4xi32>) -> tensor<1x4x8xi8> {
  ^bb0(%a: tensor<1x4x8xi8>, %b: tensor<1x8x8xi8>, %c: tensor<8x4xi32>):
    %r = acc.matmul %a, %b params %c mode requantize {transpose_weight = true, mapping = #acc.mapping<os, passes = [M = 2],
        cluster_rows = [M = 2], cluster_columns = [Q = 4], pe_rows = [], pe_columns = [], macs = [], spad = [M = 2, C = 8]>}
        : (tensor<1x4x8xi8>, tensor<1x8x8xi8>, tensor<8x4xi32>) -> tensor<1x4x8xi8>
    acc.yield %r : tensor<1x4x8xi8>
  }
  return %y : tensor<1x4x8xi8>
}
