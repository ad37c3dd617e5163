// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @arguments(%x: tensor<4xi8>) {
  // expected-error @below {{block arguments have to have the types of the inputs}}
  acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: tensor<5xi8>):
    %m = acc.move %a dims [0] offsets [0] steps [1] fill 0 : tensor<5xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @yield(%x: tensor<4xi8>) {
  // expected-error @below {{the body has to end in an acc.yield of one value of type 'tensor<3xi8>'}}
  acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<3xi8> {
  ^bb0(%a: tensor<4xi8>):
    %m = acc.move %a dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @input(%x: tensor<4xi8>) {
  // expected-error @below {{yields one of its inputs; it has to yield what an op of the body computes}}
  acc.group(%x) node 0 "g" from [] tiled <sizes = [1], order = [0]> : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: tensor<4xi8>):
    acc.yield %a : tensor<4xi8>
  }
  return
}

// -----

func.func @foreign(%x: tensor<4xf32>) {
  acc.group(%x) node 0 "g" from [] : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    // expected-error @below {{cannot stand in an acc.group: it has no access map}}
    %m = arith.negf %a : tensor<4xf32>
    acc.yield %m : tensor<4xf32>
  }
  return
}

// -----

func.func @unused(%x: tensor<4xi8>) {
  acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: tensor<4xi8>):
    %m = acc.move %a dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    // expected-error @below {{inside a group every result has exactly one use}}
    %n = acc.move %a dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @tiling(%x: tensor<4xi8>) {
  // expected-error @below {{have 2 tile sizes, need one for each of the 1 dimensions of the result}}
  acc.group(%x) node 0 "g" from [] tiled <sizes = [1, 1], order = [0, 1]> : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: tensor<4xi8>):
    %m = acc.move %a dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @reduction(%x: tensor<4xi8>) {
  // expected-error @below {{have 1 reduction tile sizes, the last op has 0 reduction loops}}
  acc.group(%x) node 0 "g" from [] tiled <sizes = [1], order = [0], reduction = [2]> : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: tensor<4xi8>):
    %m = acc.move %a dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @value() {
  // expected-error @below {{have a value of type 'tensor<4xi8>', need the shape and element width of 'tensor<2x2xi8>'}}
  acc.constant dense<1> : tensor<4xi8> -> tensor<2x2xi8>
  return
}

// -----

func.func @width() {
  // expected-error @below {{have a value of type 'tensor<4xi8>', need the shape and element width of 'tensor<4xi32>'}}
  acc.constant dense<1> : tensor<4xi8> -> tensor<4xi32>
  return
}

// -----

func.func @columns_of_floats() {
  // expected-error @below {{cannot have 'f32' stored as #acc.storage<csc, segment = [4], column = 4>: element_bytes = 4 with codec = csc, need 1; store it raw}}
  acc.constant dense<1.0> : tensor<4xf32> {storage = #acc.storage<csc, segment = [4], column = 4>} -> tensor<4xf32>
  return
}

// -----

func.func @segment_rank() {
  // expected-error @below {{have a segment of 2 dimensions, the tensor has 1}}
  acc.constant dense<1> : tensor<4xi8> {storage = #acc.storage<bitmask, segment = [2, 2]>} -> tensor<4xi8>
  return
}

// -----

func.func @segment_size() {
  // expected-error @below {{segment size 5 is more than the dimension 4}}
  acc.constant dense<1> : tensor<4xi8> {storage = #acc.storage<bitmask, segment = [5]>} -> tensor<4xi8>
  return
}

// -----

func.func @elements(%x: tensor<4xi8>) {
  // expected-error @below {{have 4 elements, the result has 6}}
  acc.reshape %x : tensor<4xi8> -> tensor<2x3xi8>
  return
}

// -----

func.func @reshape_width(%x: tensor<4xi8>) {
  // expected-error @below {{cannot change the element width}}
  acc.reshape %x : tensor<4xi8> -> tensor<4xi32>
  return
}

// -----

func.func @view() {
  %w = acc.constant dense<1> : tensor<4xi8> {storage = #acc.storage<bitmask, segment = [2]>} -> tensor<4xi8>
  // expected-error @below {{cannot view a compressed constant: its segments have another shape; give the constant the shape that is used}}
  acc.reshape %w : tensor<4xi8> -> tensor<2x2xi8>
  return
}

// -----

func.func @concat_axis(%x: tensor<4xi8>) {
  // expected-error @below {{have axis 1, need one in [0, 1)}}
  acc.concat %x axis 1 : (tensor<4xi8>) -> tensor<4xi8>
  return
}

// -----

func.func @concat_input(%x: tensor<4xi8>) {
  // expected-error @below {{has an operand that is not the only use of a group's result; copy it in a group of its own}}
  acc.concat %x axis 0 : (tensor<4xi8>) -> tensor<4xi8>
  return
}

// -----

func.func @concat_used_twice(%x: tensor<4xi8>) {
  %a = acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  // expected-error @below {{has an operand that is not the only use of a group's result; copy it in a group of its own}}
  acc.concat %a, %a axis 0 : (tensor<4xi8>, tensor<4xi8>) -> tensor<8xi8>
  return
}

// -----

func.func @concat_rank(%x: tensor<4xi8>) {
  %a = acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  // expected-error @below {{have an input of rank 1, need 2}}
  acc.concat %a axis 0 : (tensor<4xi8>) -> tensor<1x4xi8>
  return
}

// -----

func.func @concat_type(%x: tensor<4xi8>) {
  %a = acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  // expected-error @below {{have an input of 'i8', need 'i32'}}
  acc.concat %a axis 0 : (tensor<4xi8>) -> tensor<4xi32>
  return
}

// -----

func.func @concat_size(%x: tensor<4x2xi8>) {
  %a = acc.group(%x) node 0 "g" from [] : (tensor<4x2xi8>) -> tensor<4x2xi8> {
  ^bb0(%t: tensor<4x2xi8>):
    %m = acc.move %t dims [0, 1] offsets [0, 0] steps [1, 1] fill 0 : tensor<4x2xi8> -> tensor<4x2xi8>
    acc.yield %m : tensor<4x2xi8>
  }
  // expected-error @below {{have size 2 in dimension 1, need 3}}
  acc.concat %a axis 0 : (tensor<4x2xi8>) -> tensor<4x3xi8>
  return
}

// -----

func.func @concat_sum(%x: tensor<4xi8>) {
  %a = acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  // expected-error @below {{the inputs' sizes along axis 0 add up to 4, the result has 5}}
  acc.concat %a axis 0 : (tensor<4xi8>) -> tensor<5xi8>
  return
}

// -----

func.func @dynamic(%x: tensor<?xi8>) {
  // expected-error @below {{operand #0 must be ranked tensor of fixed sizes of at least 1, of integers, floats or quantized elements, but got 'tensor<?xi8>'}}
  acc.reshape %x : tensor<?xi8> -> tensor<4xi8>
  return
}

// -----

func.func @empty(%x: tensor<0xi8>) {
  // expected-error @below {{operand #0 must be ranked tensor of fixed sizes of at least 1, of integers, floats or quantized elements, but got 'tensor<0xi8>'}}
  acc.reshape %x : tensor<0xi8> -> tensor<0x4xi8>
  return
}

// -----

func.func @indices(%x: tensor<4xindex>) {
  // expected-error @below {{operand #0 must be ranked tensor of fixed sizes of at least 1, of integers, floats or quantized elements, but got 'tensor<4xindex>'}}
  acc.reshape %x : tensor<4xindex> -> tensor<2x2xindex>
  return
}

// -----

func.func @no_body(%x: tensor<4xi8>) {
  // expected-error @below {{expects a non-empty block}}
  acc.group(%x) node 0 "g" from [] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: tensor<4xi8>):
  }
  return
}

// -----

func.func @storages(%x: tensor<4xi16>) {
  // expected-error @below {{stored: have 1 storages, need one for each of the 1 inputs and one for the result}}
  acc.group(%x) node 0 "g" from [] stored [#acc.storage<raw>] : (tensor<4xi16>) -> tensor<4xi16> {
  ^bb0(%t: tensor<4xi16>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi16> -> tensor<4xi16>
    acc.yield %m : tensor<4xi16>
  }
  return
}

// -----

func.func @storage_of_bytes(%x: tensor<4xi8>) {
  // expected-error @below {{cannot have 'i8' stored as #acc.storage<rlc, segment = [2]>: element_bytes = 1 with codec = rlc, need 2; store it raw}}
  acc.group(%x) node 0 "g" from [] stored [#acc.storage<raw>, #acc.storage<rlc, segment = [2]>] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @slots_of_result(%x: tensor<4xi8>) {
  // expected-error @below {{have slots of 5 bytes, an activation's segment may need 6}}
  acc.group(%x) node 0 "g" from [] stored [#acc.storage<raw>, #acc.storage<bitmask, segment = [2], slot = 5>] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @slots_beyond_reach(%x: tensor<4xi8>) {
  // expected-error @below {{have slots that reach beyond 2^47 bytes}}
  acc.group(%x) node 0 "g" from [] stored [#acc.storage<raw>, #acc.storage<bitmask, segment = [2], slot = 70368744177665>] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

// Two slots of 2^46 bytes just reach so far.
func.func @slots_within_reach(%x: tensor<4xi8>) {
  acc.group(%x) node 0 "g" from [] stored [#acc.storage<raw>, #acc.storage<bitmask, segment = [2], slot = 70368744177664>] : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @pins_of_no_kind(%x: tensor<4xi8>) {
  // expected-error @below {{pins: have 3 : i64; need a dictionary, as in {dataflow = "ws"}}}
  acc.group(%x) node 0 "g" from [] {pins = 3 : i64} : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @pins_of_no_dataflow(%x: tensor<4xi8>) {
  // expected-error @below {{pins: dataflow: have "none"; need "rs", "ws", "os", "is", "nlr" or "mixed"}}
  acc.group(%x) node 0 "g" from [] {pins = {dataflow = "none"}} : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @pins_of_no_word(%x: tensor<4xi8>) {
  // expected-error @below {{pins: dataflow: have 3 : i64; need}}
  acc.group(%x) node 0 "g" from [] {pins = {dataflow = 3 : i64}} : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @pins_of_part_of_a_tile(%x: tensor<4xi8>) {
  // expected-error @below {{need a positive size (i64) for each of N, G, M, C, P, Q, R, S}}
  acc.group(%x) node 0 "g" from [] {pins = {tile = {M = 3 : i64}}} : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @pins_of_no_size(%x: tensor<4xi8>) {
  // expected-error @below {{need a positive size (i64) for each of N, G, M, C, P, Q, R, S}}
  acc.group(%x) node 0 "g" from [] {pins = {tile = {N = 1 : i64, G = 1 : i64, M = 0 : i64, C = 1 : i64, P = 1 : i64, Q = 1 : i64, R = 1 : i64, S = 1 : i64}}} : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}

// -----

func.func @pins_of_another_name(%x: tensor<4xi8>) {
  // expected-error @below {{pins: have "order"; need dataflow or tile}}
  acc.group(%x) node 0 "g" from [] {pins = {order = 3 : i64}} : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%t: tensor<4xi8>):
    %m = acc.move %t dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
    acc.yield %m : tensor<4xi8>
  }
  return
}
