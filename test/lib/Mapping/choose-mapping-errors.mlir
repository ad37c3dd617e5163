// RUN: dnnc-opt --choose-mapping=target=%source/test/targets/tiny.yaml --split-input-file --verify-diagnostics %s
// RUN: not dnnc-opt --choose-mapping=target=no-such-machine --split-input-file %s 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: {{.*}}no-such-machine

// The least that one element of the result needs: 40000 bytes of input, and two slots of an index and an element.
func.func @memory(%x: tensor<40000xi8>) -> tensor<2xi8> {
  %i = acc.constant dense<[5, 39999]> : tensor<2xi32> -> tensor<2xi32>
  // expected-error @below {{has no tiling that fits the memories of target 'tiny'; with the smallest tiles the tiles take 40032 bytes of memory 'glb', which has 32768}}
  %y = acc.group(%x, %i) node 0 "gather" from ["g"] : (tensor<40000xi8>, tensor<2xi32>) -> tensor<2xi8> {
  ^bb0(%a: tensor<40000xi8>, %j: tensor<2xi32>):
    %r = acc.gather %a, %j axis 0 : (tensor<40000xi8>, tensor<2xi32>) -> tensor<2xi8>
    acc.yield %r : tensor<2xi8>
  }
  return %y : tensor<2xi8>
}

// -----

func.func @given_memory(%x: tensor<40000xi8>) -> tensor<40000xi8> {
  // expected-error @below {{has a tiling that does not run on target 'tiny': the tiles take 40000 bytes of memory 'glb', which has 32768}}
  %y = acc.group(%x) node 0 "copy" from ["g"] tiled <sizes = [10000], order = [0]> : (tensor<40000xi8>) -> tensor<40000xi8> {
  ^bb0(%a: tensor<40000xi8>):
    %r = acc.move %a dims [0] offsets [0] steps [1] fill 0 : tensor<40000xi8> -> tensor<40000xi8>
    acc.yield %r : tensor<40000xi8>
  }
  return %y : tensor<40000xi8>
}

// -----

func.func @given_channels(%x: tensor<1x6x4x4xi8>, %w: tensor<12x2x3x3xi8>) -> tensor<1x12x2x2xi8> {
  // expected-error @below {{has a tiling that does not run on target 'tiny': 6 output channels in a tile neither divide a group's 4 nor are whole groups}}
  %y = acc.group(%x, %w) node 0 "conv" from ["c"] tiled <sizes = [1, 6, 2, 2], order = [0, 1, 2, 3]> : (tensor<1x6x4x4xi8>, tensor<12x2x3x3xi8>) -> tensor<1x12x2x2xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<12x2x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 3 mode requantize
        : (tensor<1x6x4x4xi8>, tensor<12x2x3x3xi8>) -> tensor<1x12x2x2xi8>
    acc.yield %r : tensor<1x12x2x2xi8>
  }
  return %y : tensor<1x12x2x2xi8>
}

// -----

func.func @given_reduction(%x: tensor<1x6x4x4xi8>, %w: tensor<12x2x3x3xi8>) -> tensor<1x12x2x2xi8> {
  // expected-error @below {{has a tiling that does not run on target 'tiny': a tile of 2 groups has 4 of 4 output channels and 1 of 2 input channels; several groups in a tile need all of both}}
  %y = acc.group(%x, %w) node 0 "conv" from ["c"] tiled <sizes = [1, 8, 2, 2], order = [0, 1, 2, 3], reduction = [1]> : (tensor<1x6x4x4xi8>, tensor<12x2x3x3xi8>) -> tensor<1x12x2x2xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<12x2x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 3 mode requantize
        : (tensor<1x6x4x4xi8>, tensor<12x2x3x3xi8>) -> tensor<1x12x2x2xi8>
    acc.yield %r : tensor<1x12x2x2xi8>
  }
  return %y : tensor<1x12x2x2xi8>
}

// -----

func.func @given_batch(%x: tensor<5x8x4xf32>, %w: tensor<5x4x8xf32>) -> tensor<5x8x8xf32> {
  // expected-error @below {{has a tiling that does not run on target 'tiny': the tile has 2 matrices of the batch; need 1}}
  %p = acc.group(%x, %w) node 0 "matmul" from [] tiled <sizes = [2, 8, 8], order = [0, 1, 2]> : (tensor<5x8x4xf32>, tensor<5x4x8xf32>) -> tensor<5x8x8xf32> {
  ^bb0(%a: tensor<5x8x4xf32>, %f: tensor<5x4x8xf32>):
    %r = acc.matmul %a, %f mode float : (tensor<5x8x4xf32>, tensor<5x4x8xf32>) -> tensor<5x8x8xf32>
    acc.yield %r : tensor<5x8x8xf32>
  }
  return %p : tensor<5x8x8xf32>
}

// -----

func.func @given_axis(%x: tensor<1x8x4xf32>, %w: tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  %p = acc.group(%x, %w) node 0 "matmul" from [] : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4xf32>, %f: tensor<1x4x8xf32>):
    // expected-error @below {{has a mapping that does not run on target 'tiny': the mapping uses 2 PE rows, the target has 1}}
    %r = acc.matmul %a, %f mode float {mapping = #acc.mapping<os, passes = [M = 4, C = 4, Q = 8], cluster_rows = [], cluster_columns = [], pe_rows = [M = 2], pe_columns = [], macs = [], spad = []>}
        : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32>
    acc.yield %r : tensor<1x8x8xf32>
  }
  return %p : tensor<1x8x8xf32>
}

// -----

func.func @given_cover(%x: tensor<1x8x4xf32>, %w: tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  %p = acc.group(%x, %w) node 0 "matmul" from [] tiled <sizes = [1, 8, 8], order = [0, 1, 2], reduction = [4]> : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4xf32>, %f: tensor<1x4x8xf32>):
    // expected-error @below {{has a mapping that does not run on target 'tiny': the mapping covers 7 of M, the tile has 8}}
    %r = acc.matmul %a, %f mode float {mapping = #acc.mapping<os, passes = [M = 7, C = 4, Q = 8], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32>
    acc.yield %r : tensor<1x8x8xf32>
  }
  return %p : tensor<1x8x8xf32>
}

// -----

func.func @given_spad(%x: tensor<1x8x4xf32>, %w: tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  %p = acc.group(%x, %w) node 0 "matmul" from [] tiled <sizes = [1, 8, 8], order = [0, 1, 2], reduction = [4]> : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4xf32>, %f: tensor<1x4x8xf32>):
    // expected-error @below {{has a mapping that does not run on target 'tiny': the mapping keeps 8 words of psums in a PE, its spad has 4}}
    %r = acc.matmul %a, %f mode float {mapping = #acc.mapping<os, passes = [C = 4, Q = 8], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = [M = 8]>}
        : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32>
    acc.yield %r : tensor<1x8x8xf32>
  }
  return %p : tensor<1x8x8xf32>
}
