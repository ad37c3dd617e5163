// RUN: dnnc-opt --tiles-to-tasks=target=%source/test/targets/rows.yaml --split-input-file --verify-diagnostics %s

!t = tensor<1x4x8x8xi16>

func.func @open(%x: !t) -> !t {
  // expected-error @below {{leaves the segments of input 0 open; run choose-storage first, or write them}}
  %a = acc.group(%x) node 0 "flip" from [] tiled <sizes = [1, 4, 4, 8], order = [0, 1, 2, 3]> stored [#acc.storage<rlc>, #acc.storage<raw>] : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0, 1, 2, 3] offsets [0, 0, 7, 0] steps [1, 1, -1, 1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  return %a : !t
}

// -----

!t = tensor<1x4x8x8xi16>

func.func @disagree(%x: !t) -> !t {
  %a = acc.group(%x) node 0 "flip" from [] tiled <sizes = [1, 4, 4, 8], order = [0, 1, 2, 3]> stored [#acc.storage<raw>, #acc.storage<rlc, segment = [1, 4, 4, 8]>] : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0, 1, 2, 3] offsets [0, 0, 7, 0] steps [1, 1, -1, 1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  // expected-error @below {{has the result of node 0 ('flip') stored as #acc.storage<rlc, segment = [1, 4, 2, 8]>, node 0 ('flip') as #acc.storage<rlc, segment = [1, 4, 4, 8]>; a tensor has one storage}}
  %b = acc.group(%a) node 1 "flip" from [] tiled <sizes = [1, 4, 4, 8], order = [0, 1, 2, 3]> stored [#acc.storage<rlc, segment = [1, 4, 2, 8]>, #acc.storage<raw>] : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0, 1, 2, 3] offsets [0, 0, 7, 0] steps [1, 1, -1, 1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  return %b : !t
}

// -----

!t = tensor<1x4x8x8xi16>

// The second group loads rows 0 to 2 first.
func.func @halves(%x: !t) -> !t {
  %a = acc.group(%x) node 0 "flip" from [] tiled <sizes = [1, 4, 4, 8], order = [0, 1, 2, 3]> stored [#acc.storage<raw>, #acc.storage<rlc, segment = [1, 4, 4, 8]>] : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0, 1, 2, 3] offsets [0, 0, 7, 0] steps [1, 1, -1, 1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  // expected-error @below {{loads positions 0 to 2 of dimension 2 of the result of node 0 ('flip'), which are not whole segments [1, 4, 4, 8] of node 0 ('flip'); choose other tiles, or segments of at most [1, 4, 1, 8], or keep it raw}}
  %b = acc.group(%a) node 1 "copy" from [] tiled <sizes = [1, 4, 3, 8], order = [0, 1, 2, 3]> : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0, 1, 2, 3] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  return %b : !t
}

// -----

!t = tensor<1x4x8x8xi16>

func.func @own_tiles(%x: !t) -> !t {
  // expected-error @below {{stores positions 0 to 1 of dimension 1 of the result of node 0 ('copy'), which are not whole segments [1, 4, 8, 8]; choose other tiles, or segments of at most [1, 2, 8, 8], or keep it raw}}
  %a = acc.group(%x) node 0 "copy" from [] tiled <sizes = [1, 2, 8, 8], order = [0, 1, 2, 3]> stored [#acc.storage<raw>, #acc.storage<rlc, segment = [1, 4, 8, 8]>] : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0, 1, 2, 3] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  return %a : !t
}

// -----

!t = tensor<1x4x8x8xi16>

func.func @viewed(%x: !t) -> tensor<256xi16> {
  // expected-error @below {{has the result of node 0 ('copy') encoded, which a reshape or concat views in another shape; keep it raw}}
  %a = acc.group(%x) node 0 "copy" from [] tiled <sizes = [1, 4, 8, 8], order = [0, 1, 2, 3]> stored [#acc.storage<raw>, #acc.storage<rlc, segment = [1, 4, 8, 8]>] : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0, 1, 2, 3] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  %v = acc.reshape %a : !t -> tensor<256xi16>
  return %v : tensor<256xi16>
}

// -----

!t = tensor<4xi16>

func.func @constant() -> !t {
  %k = acc.constant dense<[1, 2, 3, 4]> : !t -> !t
  // expected-error @below {{stores an input in rlc, which is a constant: its storage stands with it}}
  %a = acc.group(%k) node 0 "flip" from [] tiled <sizes = [4], order = [0]> stored [#acc.storage<rlc, segment = [4]>, #acc.storage<raw>] : (!t) -> !t {
  ^bb0(%i: !t):
    %m = acc.move %i dims [0] offsets [3] steps [-1] fill 0 : !t -> !t
    acc.yield %m : !t
  }
  return %a : !t
}

// -----

func.func @of_view(%x: tensor<2x2xi16>) -> tensor<4xi16> {
  %v = acc.reshape %x : tensor<2x2xi16> -> tensor<4xi16>
  // expected-error @below {{stores an input in rlc, which is a view of another tensor; keep it raw}}
  %a = acc.group(%v) node 0 "flip" from [] tiled <sizes = [4], order = [0]> stored [#acc.storage<rlc, segment = [4]>, #acc.storage<raw>] : (tensor<4xi16>) -> tensor<4xi16> {
  ^bb0(%i: tensor<4xi16>):
    %m = acc.move %i dims [0] offsets [3] steps [-1] fill 0 : tensor<4xi16> -> tensor<4xi16>
    acc.yield %m : tensor<4xi16>
  }
  return %a : tensor<4xi16>
}
