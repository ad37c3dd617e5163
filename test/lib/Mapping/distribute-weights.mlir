// Filters change places inside their tile so that the multipliers of each pass have about as many non-zero weights.
// RUN: dnnc-opt --distribute-weights --split-input-file %s | FileCheck %s
// A second run finds nothing to do, and what was decided is applied: the flag goes through to the instruction.
// RUN: dnnc-opt --distribute-weights --split-input-file %s -o %t.once.mlir
// RUN: dnnc-opt --distribute-weights --split-input-file %t.once.mlir -o %t.twice.mlir
// RUN: diff %t.once.mlir %t.twice.mlir
// Targets that cannot place filters, or skip nothing, leave all as it is.
// RUN: dnnc-opt --split-input-file %s -o %t.same.mlir
// RUN: dnnc-opt --distribute-weights=target=eyeriss-v2 --split-input-file %s | diff %t.same.mlir -
// RUN: dnnc-opt --distribute-weights=target=edge:dense --split-input-file %s | diff %t.same.mlir -
// RUN: not dnnc-opt --distribute-weights=target=none %s 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: no target 'none'

// The filters have 8, 7, 1, 2, 6, 5, 3 and 4 non-zeros; a pass has two multipliers with two filters each. In order the
// slowest have 15 and 11. The fullest four go to one pass, 8 + 5 and 7 + 6, the others to the other, 4 + 1 and 3 + 2.
// Filters 0, 5, 1, 4, 7, 2, 6, 3 are displaced by 0, 4, -1, 1, 3, -3, 0, -4, in the high 16 bits.
// CHECK-LABEL: @matmul(
// CHECK: %[[W:.*]] = acc.constant dense<{{\[}}{{\[}}{{\[}}1, 1, 1, 1, 1, 1, 1, 1], [6, 6, 6, 6, 6, 0, 0, 0], [2, 2, 2, 2, 2, 2, 2, 0], [5, 5, 5, 5, 5, 5, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0, 0, 0]]]>
// CHECK: %[[P:.*]] = acc.constant dense<{{\[}}{{\[}}0, 1, 0, 9], [50, 1, 262144, 9], [10, 1, -65536, 9], [40, 1, 65536, 9], [70, 1, 196608, 9], [20, 1, -196608, 9], [60, 1, 0, 9], [30, 1, -262144, 9]]>
// CHECK-NOT: acc.constant
// CHECK: acc.group(%{{.*}}, %[[W]], %[[P]])
// CHECK: acc.matmul {{.*}} {displaced,
func.func @matmul(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xi8> {
  %w = acc.constant dense<[[[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 0], [3, 0, 0, 0, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0, 0, 0], [5, 5, 5, 5, 5, 5, 0, 0], [6, 6, 6, 6, 6, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0]]]> : tensor<1x8x8xi8> -> tensor<1x8x8xi8>
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

// -----

!q = !quant.uniform<i8:f32, 1.0:-3>
// Filters are columns here, and stay in their tiles of four, each of which has one pass: 8 + 1 and 7 + 2, 6 + 3 and 5 + 4. A negative
// zero point keeps to its 16 bits.
// CHECK-LABEL: @tiles(
// CHECK: acc.constant dense<{{\[}}{{\[}}{{\[}}1, 3, 2, 4, 5, 7, 6, 8], [1, -3, 2, 4, 5, 7, 6, 8],
// CHECK: acc.constant dense<{{\[}}{{\[}}0, 1, 65533, 9], [20, 1, 131069, 9], [10, 1, -3, 9], [30, 1, 65533, 9], [40, 1, 65533, 9], [60, 1, 131069, 9], [50, 1, -3, 9], [70, 1, 65533, 9]]>
// CHECK: acc.matmul {{.*}} {displaced,
func.func @tiles(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xi8> {
  %w = acc.constant dense<[[[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, -3, 4, 5, 6, 7, 8], [1, 2, -3, -3, 5, 6, 7, 8], [1, 2, -3, -3, 5, 6, -3, 8], [1, 2, -3, -3, 5, 6, -3, -3], [1, 2, -3, -3, 5, -3, -3, -3], [1, 2, -3, -3, -3, -3, -3, -3], [1, -3, -3, -3, -3, -3, -3, -3]]]> : tensor<1x8x8xi8> -> tensor<1x8x8x!q>
  %p = acc.constant dense<[[0, 1, -3, 9], [10, 1, -3, 9], [20, 1, -3, 9], [30, 1, -3, 9], [40, 1, -3, 9], [50, 1, -3, 9], [60, 1, -3, 9], [70, 1, -3, 9]]> : tensor<8x4xi32> -> tensor<8x4xi32>
  %y = acc.group(%x, %w, %p) node 0 "matmul" from ["m"] tiled <sizes = [1, 4, 4], order = [0, 1, 2]>
      : (tensor<1x4x8xi8>, tensor<1x8x8x!q>, tensor<8x4xi32>) -> tensor<1x4x8xi8> {
  ^bb0(%a: tensor<1x4x8xi8>, %b: tensor<1x8x8x!q>, %c: tensor<8x4xi32>):
    %r = acc.matmul %a, %b params %c mode requantize {mapping = #acc.mapping<os, passes = [],
        cluster_rows = [M = 2], cluster_columns = [Q = 4], pe_rows = [], pe_columns = [], macs = [], spad = [M = 2, C = 8]>}
        : (tensor<1x4x8xi8>, tensor<1x8x8x!q>, tensor<8x4xi32>) -> tensor<1x4x8xi8>
    acc.yield %r : tensor<1x4x8xi8>
  }
  return %y : tensor<1x4x8xi8>
}

// -----

// Two groups take one constant, a convolution in another shape, with a scale for each filter: it gets one of
// its own, whose scales went with their filters.
!w = !quant.uniform<i8:f32:0, {1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0}>
// CHECK-LABEL: @shared(
// CHECK-DAG: acc.constant dense<{{.*}}> : tensor<8x8xi8> -> tensor<8x8x!quant.uniform<i8:f32:0, {1.000000e+00,2.000000e+00,3.000000e+00,4.000000e+00,5.000000e+00,6.000000e+00,7.000000e+00,8.000000e+00}>>
// CHECK-DAG: acc.constant dense<{{.*}}> : tensor<8x8x1x1xi8> -> tensor<8x8x1x1x!quant.uniform<i8:f32:0, {1.000000e+00,6.000000e+00,2.000000e+00,5.000000e+00,8.000000e+00,3.000000e+00,7.000000e+00,4.000000e+00}>>
// CHECK: acc.conv {{.*}} {displaced,
// CHECK: acc.move
func.func @shared(%x: tensor<1x8x2x2xi8>) -> (tensor<1x8x2x2xi8>, tensor<8x8x!w>) {
  %w = acc.constant dense<[[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 0], [3, 0, 0, 0, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0, 0, 0], [5, 5, 5, 5, 5, 5, 0, 0], [6, 6, 6, 6, 6, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0]]> : tensor<8x8xi8> -> tensor<8x8x!w>
  %v = acc.reshape %w : tensor<8x8x!w> -> tensor<8x8x1x1x!w>
  %p = acc.constant dense<[[0, 1, 0, 9], [10, 1, 0, 9], [20, 1, 0, 9], [30, 1, 0, 9], [40, 1, 0, 9], [50, 1, 0, 9], [60, 1, 0, 9], [70, 1, 0, 9]]> : tensor<8x4xi32> -> tensor<8x4xi32>
  %y = acc.group(%x, %v, %p) node 0 "conv" from ["c"] tiled <sizes = [1, 8, 2, 2], order = [0, 1, 2, 3]>
      : (tensor<1x8x2x2xi8>, tensor<8x8x1x1x!w>, tensor<8x4xi32>) -> tensor<1x8x2x2xi8> {
  ^bb0(%a: tensor<1x8x2x2xi8>, %b: tensor<8x8x1x1x!w>, %c: tensor<8x4xi32>):
    %r = acc.conv %a, %b params %c strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize {mapping = #acc.mapping<os, passes = [M = 2],
        cluster_rows = [M = 2], cluster_columns = [Q = 2], pe_rows = [], pe_columns = [], macs = [], spad = [M = 2, C = 8]>}
        : (tensor<1x8x2x2xi8>, tensor<8x8x1x1x!w>, tensor<8x4xi32>) -> tensor<1x8x2x2xi8>
    acc.yield %r : tensor<1x8x2x2xi8>
  }
  %z = acc.group(%w) node 1 "copy" from ["k"] tiled <sizes = [8, 8], order = [0, 1]> : (tensor<8x8x!w>) -> tensor<8x8x!w> {
  ^bb0(%a: tensor<8x8x!w>):
    %r = acc.move %a dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<8x8x!w> -> tensor<8x8x!w>
    acc.yield %r : tensor<8x8x!w>
  }
  return %y, %z : tensor<1x8x2x2xi8>, tensor<8x8x!w>
}

// -----

// Weights of which more than 7 of 8 are not zero are sent as they are, and their zeros are not skipped.
// CHECK-LABEL: @dense(
// CHECK-NOT: displaced
// CHECK: return
func.func @dense(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xi8> {
  %w = acc.constant dense<[[[1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 0]]]> : tensor<1x8x8xi8> -> tensor<1x8x8xi8>
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

// -----

// Nothing is better than the order they have.
// CHECK-LABEL: @balanced(
// CHECK-NOT: displaced
// CHECK: return
func.func @balanced(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xi8> {
  %w = acc.constant dense<[[[1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0]]]> : tensor<1x8x8xi8> -> tensor<1x8x8xi8>
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

// -----

// There is no record that could say where a result goes.
// CHECK-LABEL: @no_records(
// CHECK-NOT: displaced
// CHECK: return
func.func @no_records(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xf32> {
  %w = acc.constant dense<[[[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 0], [3, 0, 0, 0, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0, 0, 0], [5, 5, 5, 5, 5, 5, 0, 0], [6, 6, 6, 6, 6, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0]]]> : tensor<1x8x8xi8> -> tensor<1x8x8xi8>
  %y = acc.group(%x, %w) node 0 "matmul" from ["m"] tiled <sizes = [1, 4, 8], order = [0, 1, 2]>
      : (tensor<1x4x8xi8>, tensor<1x8x8xi8>) -> tensor<1x4x8xf32> {
  ^bb0(%a: tensor<1x4x8xi8>, %b: tensor<1x8x8xi8>):
    %r = acc.matmul %a, %b mode dequantize {transpose_weight = true, mapping = #acc.mapping<os, passes = [M = 2],
        cluster_rows = [M = 2], cluster_columns = [Q = 4], pe_rows = [], pe_columns = [], macs = [], spad = [M = 2, C = 8]>}
        : (tensor<1x4x8xi8>, tensor<1x8x8xi8>) -> tensor<1x4x8xf32>
    acc.yield %r : tensor<1x4x8xf32>
  }
  return %y : tensor<1x4x8xf32>
}

// -----

// Psums between the two halves of the reduction lie where the results of as many bits will.
// CHECK-LABEL: @psums_in_place(
// CHECK-NOT: displaced
// CHECK: return
func.func @psums_in_place(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xf32> {
  %w = acc.constant dense<[[[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 0], [3, 0, 0, 0, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0, 0, 0], [5, 5, 5, 5, 5, 5, 0, 0], [6, 6, 6, 6, 6, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0]]]> : tensor<1x8x8xi8> -> tensor<1x8x8xi8>
  %p = acc.constant dense<[[0, 1, 0, 9], [10, 1, 0, 9], [20, 1, 0, 9], [30, 1, 0, 9], [40, 1, 0, 9], [50, 1, 0, 9], [60, 1, 0, 9], [70, 1, 0, 9]]> : tensor<8x4xi32> -> tensor<8x4xi32>
  %y = acc.group(%x, %w, %p) node 0 "matmul" from ["m"] tiled <sizes = [1, 4, 8], order = [0, 1, 2], reduction = [4]>
      : (tensor<1x4x8xi8>, tensor<1x8x8xi8>, tensor<8x4xi32>) -> tensor<1x4x8xf32> {
  ^bb0(%a: tensor<1x4x8xi8>, %b: tensor<1x8x8xi8>, %c: tensor<8x4xi32>):
    %r = acc.matmul %a, %b params %c mode dequantize {transpose_weight = true, mapping = #acc.mapping<os, passes = [M = 2],
        cluster_rows = [M = 2], cluster_columns = [Q = 4], pe_rows = [], pe_columns = [], macs = [], spad = [M = 2, C = 4]>}
        : (tensor<1x4x8xi8>, tensor<1x8x8xi8>, tensor<8x4xi32>) -> tensor<1x4x8xf32>
    acc.yield %r : tensor<1x4x8xf32>
  }
  return %y : tensor<1x4x8xf32>
}

// -----

// The weights are an input.
// CHECK-LABEL: @computed(
// CHECK-NOT: displaced
// CHECK: return
func.func @computed(%x: tensor<1x4x8xi8>, %w: tensor<1x8x8xi8>) -> tensor<1x4x8xi8> {
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

// -----

// How the weights stand in DRAM is decided already.
// CHECK-LABEL: @stored(
// CHECK-NOT: displaced
// CHECK: return
func.func @stored(%x: tensor<1x4x8xi8>) -> tensor<1x4x8xi8> {
  %w = acc.constant dense<[[[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 0], [3, 0, 0, 0, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0, 0, 0], [5, 5, 5, 5, 5, 5, 0, 0], [6, 6, 6, 6, 6, 0, 0, 0], [7, 7, 7, 0, 0, 0, 0, 0], [8, 8, 8, 8, 0, 0, 0, 0]]]> : tensor<1x8x8xi8> {storage = #acc.storage<bitmask, segment = [1, 8, 8]>}
      -> tensor<1x8x8xi8>
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
