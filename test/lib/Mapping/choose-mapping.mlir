// choose-mapping writes two attributes and nothing else (lib/Mapping/ChooseMapping.cpp).
// RUN: dnnc-opt --choose-mapping --split-input-file %s | FileCheck %s
// RUN: dnnc-opt --choose-mapping=target=%source/test/targets/tiny.yaml --split-input-file %s | FileCheck %s --check-prefix=TINY

// What is there stays: without its decisions the text is the text before.
// RUN: dnnc-opt --split-input-file %s -o %t.before.mlir
// RUN: dnnc-opt --choose-mapping --split-input-file %s | sed -E 's/ tiled <[^>]*>//; s/, mapping = #acc.mapping<[^>]*>//; s/ \{mapping = #acc.mapping<[^>]*>\}//' > %t.after.mlir
// RUN: sed -E 's/ tiled <[^>]*>//; s/ \{mapping = #acc.mapping<[^>]*>\}//' %t.before.mlir | diff - %t.after.mlir

// Which tiles are best is the search's business (test/unit/TileProblemTest.cpp).
// CHECK-LABEL: func.func @conv
// CHECK: acc.group(%{{.*}}) node 0 "conv" from ["c"] tiled <sizes = [1, {{[0-9]+}}, {{[0-9]+}}, {{[0-9]+}}], order = [{{[0-3, ]*}}], reduction = [{{[0-9]+}}]>
// CHECK: mapping = #acc.mapping<os, passes = [{{.*}}], cluster_rows = [{{.*}}], cluster_columns = [{{.*}}], pe_rows = [{{.*}}], pe_columns = [{{.*}}], macs = [{{.*}}], spad = [{{.*}}]>
// TINY-LABEL: func.func @conv
// TINY: tiled <sizes = [1, {{[0-9]+}}, {{[0-9]+}}, {{[0-9]+}}], order
// On one PE with one MAC nothing is spatial.
// TINY: cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad
func.func @conv(%x: tensor<1x16x16x16xi8>, %w: tensor<32x16x3x3xi8>) -> tensor<1x32x16x16xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from ["c"] : (tensor<1x16x16x16xi8>, tensor<32x16x3x3xi8>) -> tensor<1x32x16x16xi8> {
  ^bb0(%a: tensor<1x16x16x16xi8>, %f: tensor<32x16x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize {ifmap_zero_point = 1 : i32}
        : (tensor<1x16x16x16xi8>, tensor<32x16x3x3xi8>) -> tensor<1x32x16x16xi8>
    acc.yield %r : tensor<1x32x16x16xi8>
  }
  return %y : tensor<1x32x16x16xi8>
}

// -----

// A decision that is there is kept: the tiling, or the mapping, or both.
// CHECK-LABEL: func.func @given
// CHECK: tiled <sizes = [1, 4, 2, 3], order = [3, 2, 1, 0], reduction = [5]>
// CHECK: {mapping = #acc.mapping<ws, passes = [M = 4, C = 5, P = 2, Q = 3], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
func.func @given(%x: tensor<1x16x16x16xi8>, %w: tensor<32x16x1x1xi8>) -> tensor<1x32x16x16xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from ["c"] tiled <sizes = [1, 4, 2, 3], order = [3, 2, 1, 0], reduction = [5]>
      : (tensor<1x16x16x16xi8>, tensor<32x16x1x1xi8>) -> tensor<1x32x16x16xi8> {
  ^bb0(%a: tensor<1x16x16x16xi8>, %f: tensor<32x16x1x1xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        {mapping = #acc.mapping<ws, passes = [M = 4, C = 5, P = 2, Q = 3], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (tensor<1x16x16x16xi8>, tensor<32x16x1x1xi8>) -> tensor<1x32x16x16xi8>
    acc.yield %r : tensor<1x32x16x16xi8>
  }
  return %y : tensor<1x32x16x16xi8>
}

// -----

// A tile of a grouped convolution is whole groups, or a divisor of one: of 3 groups of 4 channels never 5 or 8 in 3.
// CHECK-LABEL: func.func @grouped
// CHECK: tiled <sizes = [1, {{1|2|4|8|12}},
// TINY-LABEL: func.func @grouped
// TINY: tiled <sizes = [1, {{1|2|4|8|12}},
func.func @grouped(%x: tensor<1x6x40x40xi8>, %w: tensor<12x2x3x3xi8>) -> tensor<1x12x38x38xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from ["c"] : (tensor<1x6x40x40xi8>, tensor<12x2x3x3xi8>) -> tensor<1x12x38x38xi8> {
  ^bb0(%a: tensor<1x6x40x40xi8>, %f: tensor<12x2x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 3 mode requantize
        : (tensor<1x6x40x40xi8>, tensor<12x2x3x3xi8>) -> tensor<1x12x38x38xi8>
    acc.yield %r : tensor<1x12x38x38xi8>
  }
  return %y : tensor<1x12x38x38xi8>
}

// -----

// One matrix of a batch at a time; an op of the vector unit has a tiling and no mapping; a scalar result too.
// CHECK-LABEL: func.func @others
// CHECK: "matmul" from [] tiled <sizes = [1, {{[0-9]}}, {{[0-9]}}], order = [{{.*}}], reduction = [{{[0-9]}}]>
// CHECK: mapping
// CHECK: "reduce" from [] tiled <sizes = [{{[135]}}, 1, 1], order = [{{.*}}], reduction = [{{[0-9]}}, {{[0-9]}}]>
// CHECK-NOT: mapping
func.func @others(%x: tensor<5x8x4xf32>, %w: tensor<5x4x8xf32>) -> tensor<5x1x1xf32> {
  %p = acc.group(%x, %w) node 0 "matmul" from [] : (tensor<5x8x4xf32>, tensor<5x4x8xf32>) -> tensor<5x8x8xf32> {
  ^bb0(%a: tensor<5x8x4xf32>, %f: tensor<5x4x8xf32>):
    %r = acc.matmul %a, %f mode float : (tensor<5x8x4xf32>, tensor<5x4x8xf32>) -> tensor<5x8x8xf32>
    acc.yield %r : tensor<5x8x8xf32>
  }
  %y = acc.group(%p) node 1 "reduce" from [] : (tensor<5x8x8xf32>) -> tensor<5x1x1xf32> {
  ^bb0(%a: tensor<5x8x8xf32>):
    %r = acc.reduce %a axes [1, 2] max : tensor<5x8x8xf32> -> tensor<5x1x1xf32> program {
    ^bb0(%e: f32):
      acc.yield %e : f32
    } finish {
    ^bb0(%e: f32, %n: i32):
      acc.yield %e : f32
    }
    acc.yield %r : tensor<5x1x1xf32>
  }
  return %y : tensor<5x1x1xf32>
}

// -----

// Several ops in a group: every product has a mapping, of the tile that the result's tile needs.
// CHECK-LABEL: func.func @fused
// CHECK: tiled <sizes = [1, 4, 2, 8], order = [0, 1, 2, 3]>
// CHECK: acc.conv {{.*}} {mapping = #acc.mapping<mixed,
// CHECK: acc.conv {{.*}} {mapping = #acc.mapping<mixed,
func.func @fused(%x: tensor<1x4x8x8xi8>, %w: tensor<4x4x3x3xi8>) -> tensor<1x4x8x8xi8> {
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
