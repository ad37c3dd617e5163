// Filters that are distributed by their non-zeros, from the decision to the run: the report says what it helps, the instruction
// displaces results, and they are those of filters in their order.
// In order the slowest multipliers of the two passes have 15 and 11 of the 36 non-zeros, distributed 13 and 5; the mean is 9.
// RUN: dnnc %s -o %t.bin --report %t.json
// RUN: FileCheck %s --check-prefix=REPORT < %t.json
// REPORT: "distributed": {
// REPORT-NEXT: "slowest_in_order": 1.44444444
// REPORT-NEXT: "slowest": 1.0
// RUN: dnnc-objdump %t.bin | FileCheck %s --check-prefix=CODE
// CODE: isa.conv {{.*}} has_params = true, has_table = false, has_displacements = true
// RUN: dnnc explain %s 0 | FileCheck %s --check-prefix=EXPLAIN
// EXPLAIN: filters are distributed by their non-zeros: slowest multiplier 1.44 -> 1.00 of the mean
// RUN: dnnc-sim %t.bin --seed 3 --output %t.npz --detail pe | FileCheck %s --check-prefix=STEPPED
// STEPPED: results and counts are the same

// On the same machine whose output path has channels in the order of filters, and without sparsity.
// RUN: sed -e 's/, places_filters: true//' %source/targets/edge.yaml > %t.yaml
// RUN: dnnc %s -o %t.order.bin --target %t.yaml --report %t.order.json
// RUN: FileCheck %s --check-prefix=ORDER --implicit-check-not=distributed < %t.order.json
// ORDER: "target": "edge"
// RUN: dnnc-sim %t.order.bin --seed 3 --output %t.order.npz
// RUN: cmp %t.npz %t.order.npz
// RUN: dnnc %s -o %t.off.bin --sparsity off
// RUN: dnnc-objdump %t.off.bin | FileCheck %s --check-prefix=OFF
// OFF: isa.conv {{.*}} has_displacements = false
// RUN: dnnc-sim %t.off.bin --seed 3 --output %t.off.npz
// RUN: cmp %t.npz %t.off.npz
// A strategy pins the mapping; the order of the filters follows from it.
// RUN: dnnc %s -o %t.bin --save-strategy %t.strategy.yaml
// RUN: dnnc %s -o %t.again.bin --strategy %t.strategy.yaml
// RUN: cmp %t.bin %t.again.bin

func.func @main(%x: tensor<1x4x8xi8> {dnn.name = "x"}) -> (tensor<1x4x8xi8> {dnn.name = "y"}) {
  %w = acc.constant dense<[[[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 0], [3, 0, 0, 0, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0, 0, 0], [5, 5, 5, 5, 5, 5, 0, 0], [6, 6, 6, 6, 6, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0]]]> : tensor<1x8x8xi8> -> tensor<1x8x8xi8>
  %p = acc.constant dense<[[0, 1065353216, 0, 0], [10, 1065353216, 0, 0], [20, 1065353216, 0, 0], [30, 1065353216, 0, 0], [40, 1065353216, 0, 0], [50, 1065353216, 0, 0], [60, 1065353216, 0, 0], [70, 1065353216, 0, 0]]> : tensor<8x4xi32> -> tensor<8x4xi32>
  %y = acc.group(%x, %w, %p) node 0 "matmul" from ["m"] tiled <sizes = [1, 4, 8], order = [0, 1, 2]>
      : (tensor<1x4x8xi8>, tensor<1x8x8xi8>, tensor<8x4xi32>) -> tensor<1x4x8xi8> {
  ^bb0(%a: tensor<1x4x8xi8>, %b: tensor<1x8x8xi8>, %c: tensor<8x4xi32>):
    %r = acc.matmul %a, %b params %c mode requantize {transpose_weight = true, mapping = #acc.mapping<mixed, passes = [M = 2],
        cluster_rows = [M = 2], cluster_columns = [Q = 4], pe_rows = [], pe_columns = [], macs = [], spad = [M = 2, C = 8]>}
        : (tensor<1x4x8xi8>, tensor<1x8x8xi8>, tensor<8x4xi32>) -> tensor<1x4x8xi8>
    acc.yield %r : tensor<1x4x8xi8>
  }
  return %y : tensor<1x4x8xi8>
}
