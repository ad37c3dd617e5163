// RUN: dnnc-opt --tiles-to-tasks=target=%source/test/targets/clusters.yaml --split-input-file --verify-diagnostics %s
// RUN: not dnnc-opt --tiles-to-tasks=target=no-such-machine --split-input-file %s 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: {{.*}}no-such-machine

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

func.func @undecided(%x: tensor<2x4xi8>, %y: tensor<1x2x4xi8>, %w: tensor<1x4x2xi8>) -> (tensor<2x4xi8>, tensor<1x2x2xf32>) {
  // expected-error @below {{has no tiling; run choose-mapping first, or write one}}
  %a = acc.group(%x) node 0 "copy" from [] : (tensor<2x4xi8>) -> tensor<2x4xi8> {
  ^bb0(%i: tensor<2x4xi8>):
    %m = acc.move %i dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x4xi8> -> tensor<2x4xi8>
    acc.yield %m : tensor<2x4xi8>
  }
  %b = acc.group(%y, %w) node 1 "matmul" from [] tiled <sizes = [1, 2, 2], order = [0, 1, 2]> : (tensor<1x2x4xi8>, tensor<1x4x2xi8>) -> tensor<1x2x2xf32> {
  ^bb0(%i: tensor<1x2x4xi8>, %f: tensor<1x4x2xi8>):
    // expected-error @below {{has no mapping; run choose-mapping first, or write one}}
    %m = acc.matmul %i, %f mode dequantize : (tensor<1x2x4xi8>, tensor<1x4x2xi8>) -> tensor<1x2x2xf32>
    acc.yield %m : tensor<1x2x2xf32>
  }
  return %a, %b : tensor<2x4xi8>, tensor<1x2x2xf32>
}

// -----

func.func @stage(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @below {{is not an op of the tiles stage; run form-groups first}}
  %r = dnn.relu %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

// -----

func.func @input_returned(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @below {{returns an input, a constant, or a value twice; copy it in a group of its own}}
  return %x : tensor<2x4xf32>
}

// -----

func.func @constant_returned() -> tensor<4xi8> {
  %k = acc.constant dense<1> : tensor<2x2xi8> -> tensor<2x2xi8>
  %v = acc.reshape %k : tensor<2x2xi8> -> tensor<4xi8>
  // expected-error @below {{returns an input, a constant, or a value twice; copy it in a group of its own}}
  return %v : tensor<4xi8>
}

// -----

func.func @returned_twice(%x: tensor<2x4xi8>) -> (tensor<2x4xi8>, tensor<2x4xi8>) {
  %a = acc.group(%x) node 0 "copy" from [] tiled <sizes = [2, 4], order = [0, 1]> : (tensor<2x4xi8>) -> tensor<2x4xi8> {
  ^bb0(%i: tensor<2x4xi8>):
    %m = acc.move %i dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<2x4xi8> -> tensor<2x4xi8>
    acc.yield %m : tensor<2x4xi8>
  }
  // expected-error @below {{returns an input, a constant, or a value twice; copy it in a group of its own}}
  return %a, %a : tensor<2x4xi8>, tensor<2x4xi8>
}

// -----

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

func.func @channels(%x: tensor<1x6x4x4xi8>, %w: tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 6, 4, 4], order = [0, 1, 2, 3]>
      : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<12x2x1x1xi8>):
    // expected-error @below {{computes tiles of 6 channels in groups of 4; a tile needs whole groups, or a divisor of one}}
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 3 mode requantize {mapping = #mapping}
        : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8>
    acc.yield %r : tensor<1x12x4x4xi8>
  }
  return %y : tensor<1x12x4x4xi8>
}

// -----

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

// Behind another op not even a divisor: the two loops over channels would be the result's.
func.func @inner_channels(%x: tensor<1x6x4x4xi8>, %w: tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  %y = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 2, 4, 4], order = [0, 1, 2, 3]>
      : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8> {
  ^bb0(%a: tensor<1x6x4x4xi8>, %f: tensor<12x2x1x1xi8>):
    // expected-error @below {{computes tiles of 2 channels in groups of 4; a tile needs whole groups}}
    %h = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 3 mode requantize {mapping = #mapping}
        : (tensor<1x6x4x4xi8>, tensor<12x2x1x1xi8>) -> tensor<1x12x4x4xi8>
    %r = acc.move %h dims [0, 1, 2, 3] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : tensor<1x12x4x4xi8> -> tensor<1x12x4x4xi8>
    acc.yield %r : tensor<1x12x4x4xi8>
  }
  return %y : tensor<1x12x4x4xi8>
}

// -----

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

func.func @matrices(%x: tensor<2x2x4xi8>, %w: tensor<2x4x2xi8>, %p: tensor<2x4xi32>) -> tensor<2x2x2xi8> {
  %b = acc.group(%x, %w, %p) node 1 "matmul" from [] tiled <sizes = [2, 2, 2], order = [0, 1, 2]> : (tensor<2x2x4xi8>, tensor<2x4x2xi8>, tensor<2x4xi32>) -> tensor<2x2x2xi8> {
  ^bb0(%i: tensor<2x2x4xi8>, %f: tensor<2x4x2xi8>, %q: tensor<2x4xi32>):
    // expected-error @below {{computes tiles of 2 matrices with parameters; a tile holds one matrix then}}
    %m = acc.matmul %i, %f params %q mode requantize {mapping = #mapping} : (tensor<2x2x4xi8>, tensor<2x4x2xi8>, tensor<2x4xi32>) -> tensor<2x2x2xi8>
    acc.yield %m : tensor<2x2x2xi8>
  }
  return %b : tensor<2x2x2xi8>
}

// -----

func.func @fill(%x: tensor<4xi8>) -> tensor<6xi8> {
  %a = acc.group(%x) node 0 "pads" from [] tiled <sizes = [6], order = [0]> : (tensor<4xi8>) -> tensor<6xi8> {
  ^bb0(%i: tensor<4xi8>):
    %m = acc.move %i dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    // expected-error @below {{fills around a tile that is made on chip; only what is loaded from DRAM can be filled around}}
    %n = acc.move %m dims [0] offsets [-1] steps [1] fill 0 : tensor<4xi8> -> tensor<6xi8>
    acc.yield %n : tensor<6xi8>
  }
  return %a : tensor<6xi8>
}

// -----

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

// Here ifmaps and psums stand in memories of their own.
func.func @memories(%x: tensor<1x4x4x4xi8>, %w: tensor<4x4x1x1xi8>) -> tensor<1x4x4x4xi8> {
  %y = acc.group(%x, %w, %w) node 0 "convs" from [] tiled <sizes = [1, 4, 4, 4], order = [0, 1, 2, 3]>
      : (tensor<1x4x4x4xi8>, tensor<4x4x1x1xi8>, tensor<4x4x1x1xi8>) -> tensor<1x4x4x4xi8> {
  ^bb0(%a: tensor<1x4x4x4xi8>, %f: tensor<4x4x1x1xi8>, %g: tensor<4x4x1x1xi8>):
    // expected-error @below {{hands its tile to acc.conv on chip; the memory for ifmap of target 'clusters' does not hold ofmap: put the two ops into groups of their own}}
    %h = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize {mapping = #mapping}
        : (tensor<1x4x4x4xi8>, tensor<4x4x1x1xi8>) -> tensor<1x4x4x4xi8>
    %r = acc.conv %h, %g strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize {mapping = #mapping}
        : (tensor<1x4x4x4xi8>, tensor<4x4x1x1xi8>) -> tensor<1x4x4x4xi8>
    acc.yield %r : tensor<1x4x4x4xi8>
  }
  return %y : tensor<1x4x4x4xi8>
}

// -----

// expected-error @below {{has no body, or control flow; tiles are one block of groups}}
func.func private @declared(tensor<2x4xi8>)

// -----

// expected-error @below {{has a value of type 'f32'; need a tensor of fixed sizes of at least 1}}
func.func @scalar(%x: f32) {
  return
}

// -----

// expected-error @below {{has elements of 'f64'; need integers, f32 or quantized elements}}
func.func @doubles(%x: tensor<4xf64>) {
  return
}

// -----

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

// A permutation of all filters, but not of those of each tile.
func.func @displaced_too_far(%x: tensor<1x2x2xi8>) -> tensor<1x2x4xi8> {
  %w = acc.constant dense<1> : tensor<1x2x4xi8> -> tensor<1x2x4xi8>
  %p = acc.constant dense<[[0, 0, 0, 0], [0, 0, 65536, 0], [0, 0, -65536, 0], [0, 0, 0, 0]]> : tensor<4x4xi32> -> tensor<4x4xi32>
  %y = acc.group(%x, %w, %p) node 0 "matmul" from [] tiled <sizes = [1, 2, 2], order = [0, 1, 2]>
      : (tensor<1x2x2xi8>, tensor<1x2x4xi8>, tensor<4x4xi32>) -> tensor<1x2x4xi8> {
  ^bb0(%a: tensor<1x2x2xi8>, %f: tensor<1x2x4xi8>, %g: tensor<4x4xi32>):
    // expected-error @below {{displaces filter 1 to channel 2; its tile has the channels 0 to 1}}
    %r = acc.matmul %a, %f params %g mode requantize {displaced, mapping = #mapping}
        : (tensor<1x2x2xi8>, tensor<1x2x4xi8>, tensor<4x4xi32>) -> tensor<1x2x4xi8>
    acc.yield %r : tensor<1x2x4xi8>
  }
  return %y : tensor<1x2x4xi8>
}

// -----

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

func.func @displaced_twice(%x: tensor<1x2x2xi8>) -> tensor<1x2x4xi8> {
  %w = acc.constant dense<1> : tensor<1x2x4xi8> -> tensor<1x2x4xi8>
  %p = acc.constant dense<[[0, 0, 65536, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]> : tensor<4x4xi32> -> tensor<4x4xi32>
  %y = acc.group(%x, %w, %p) node 0 "matmul" from [] tiled <sizes = [1, 2, 2], order = [0, 1, 2]>
      : (tensor<1x2x2xi8>, tensor<1x2x4xi8>, tensor<4x4xi32>) -> tensor<1x2x4xi8> {
  ^bb0(%a: tensor<1x2x2xi8>, %f: tensor<1x2x4xi8>, %g: tensor<4x4xi32>):
    // expected-error @below {{displaces two filters to channel 1; each needs one of its own}}
    %r = acc.matmul %a, %f params %g mode requantize {displaced, mapping = #mapping}
        : (tensor<1x2x2xi8>, tensor<1x2x4xi8>, tensor<4x4xi32>) -> tensor<1x2x4xi8>
    acc.yield %r : tensor<1x2x4xi8>
  }
  return %y : tensor<1x2x4xi8>
}

// -----

#mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>

func.func @displaced_by_an_input(%x: tensor<1x2x2xi8>, %p: tensor<4x4xi32>) -> tensor<1x2x4xi8> {
  %w = acc.constant dense<1> : tensor<1x2x4xi8> -> tensor<1x2x4xi8>
  %y = acc.group(%x, %w, %p) node 0 "matmul" from [] tiled <sizes = [1, 2, 2], order = [0, 1, 2]>
      : (tensor<1x2x2xi8>, tensor<1x2x4xi8>, tensor<4x4xi32>) -> tensor<1x2x4xi8> {
  ^bb0(%a: tensor<1x2x2xi8>, %f: tensor<1x2x4xi8>, %g: tensor<4x4xi32>):
    // expected-error @below {{is displaced by records that are no constant; need one, which says where its results go}}
    %r = acc.matmul %a, %f params %g mode requantize {displaced, mapping = #mapping}
        : (tensor<1x2x2xi8>, tensor<1x2x4xi8>, tensor<4x4xi32>) -> tensor<1x2x4xi8>
    acc.yield %r : tensor<1x2x4xi8>
  }
  return %y : tensor<1x2x4xi8>
}
