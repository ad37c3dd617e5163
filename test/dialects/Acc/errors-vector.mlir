// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @arguments(%x: tensor<4xi8>) {
  // expected-error @below {{the lane program's arguments have to be ('i32'), the lane types of what it reads}}
  acc.map %x : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: i8):
    acc.yield %a : i8
  }
  return
}

// -----

func.func @yield(%x: tensor<4xi8>) {
  // expected-error @below {{the lane program has to end in an acc.yield of one value of its own}}
  acc.map %x : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: i32):
    acc.yield %a, %a : i32, i32
  }
  return
}

// -----

func.func @yield_outside(%x: tensor<4xi8>, %n: i32) {
  // expected-error @below {{the lane program has to end in an acc.yield of one value of its own}}
  acc.map %x : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: i32):
    acc.yield %n : i32
  }
  return
}

// -----

func.func @outside(%x: tensor<4xi8>, %n: i32) {
  acc.map %x : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: i32):
    // expected-error @below {{reads a value from outside of its lane program}}
    %s = arith.addi %a, %n : i32
    acc.yield %s : i32
  }
  return
}

// -----

func.func @types(%x: tensor<4xf32>) {
  acc.map %x : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    // expected-error @below {{computes 'f64'; lanes have f32, i32 and i64}}
    %d = arith.extf %a : f32 to f64
    %s = arith.truncf %d : f64 to f32
    acc.yield %s : f32
  }
  return
}

// -----

func.func @stored(%x: tensor<4xi8>) {
  // expected-error @below {{yields 'i32', storing 'f32' needs 'f32'}}
  acc.map %x : (tensor<4xi8>) -> tensor<4xf32> {
  ^bb0(%a: i32):
    acc.yield %a : i32
  }
  return
}

// -----

func.func @entries(%x: tensor<4xi8>, %t: tensor<255xi8>) {
  // expected-error @below {{have 'tensor<255xi8>' as a table, need a tensor of 256 entries}}
  acc.map %x, %t : (tensor<4xi8>, tensor<255xi8>) -> tensor<4xi8> {
  ^bb0(%a: i32, %unused: i32):
    %r = acc.lane_table %a in 1 : i32
    acc.yield %r : i32
  }
  return
}

// -----

func.func @no_such_table(%x: tensor<4xi8>) {
  acc.map %x : (tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%a: i32):
    // expected-error @below {{names input 1 as its table; there are 1}}
    %r = acc.lane_table %a in 1 : i32
    acc.yield %r : i32
  }
  return
}

// -----

func.func @table_type(%x: tensor<4xi8>, %t: tensor<256xf32>) {
  acc.map %x, %t : (tensor<4xi8>, tensor<256xf32>) -> tensor<4xi8> {
  ^bb0(%a: i32, %unused: f32):
    // expected-error @below {{gives 'i32', the table has 'f32'}}
    %r = acc.lane_table %a in 1 : i32
    acc.yield %r : i32
  }
  return
}

// -----

func.func @both(%x: tensor<4xi8>, %t: tensor<256xi8>) {
  // expected-error @below {{reads input 1 both element by element and as a table}}
  acc.map %x, %t : (tensor<4xi8>, tensor<256xi8>) -> tensor<4xi8> {
  ^bb0(%a: i32, %b: i32):
    %r = acc.lane_table %b in 1 : i32
    acc.yield %r : i32
  }
  return
}

// -----

func.func @rank(%x: tensor<1x4xf32>) {
  // expected-error @below {{have an input of rank 2 for a result of rank 1}}
  acc.map %x : (tensor<1x4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @broadcast(%x: tensor<2x4xf32>) {
  // expected-error @below {{cannot broadcast 'tensor<2x4xf32>' to 'tensor<4x4xf32>'}}
  acc.map %x : (tensor<2x4xf32>) -> tensor<4x4xf32> {
  ^bb0(%a: f32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @reduce_rank(%x: tensor<2x4xf32>) {
  // expected-error @below {{the result keeps the input's rank, with size 1 where it is reduced}}
  acc.reduce %x axes [1] add : tensor<2x4xf32> -> tensor<2xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @reduce_nothing(%x: tensor<2x4xf32>) {
  // expected-error @below {{reduces no dimension; need at least one axis}}
  acc.reduce %x axes [] add : tensor<2x4xf32> -> tensor<2x4xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @reduce_axis(%x: tensor<2x4xf32>) {
  // expected-error @below {{have axis 2; axes have to be different and in [0, 2)}}
  acc.reduce %x axes [2] add : tensor<2x4xf32> -> tensor<2x4xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @reduce_twice(%x: tensor<2x4xf32>) {
  // expected-error @below {{have axis 1; axes have to be different and in [0, 2)}}
  acc.reduce %x axes [1, 1] add : tensor<2x4xf32> -> tensor<2x1xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @reduce_size(%x: tensor<2x4xf32>) {
  // expected-error @below {{have size 2 in result dimension 1, need 1}}
  acc.reduce %x axes [1] add : tensor<2x4xf32> -> tensor<2x2xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @reduce_finish(%x: tensor<2x4xi8>) {
  // expected-error @below {{the finish's arguments have to be ('i64', 'i32'), the lane types of what it reads}}
  acc.reduce %x axes [1] add : tensor<2x4xi8> -> tensor<2x1xi8> program {
  ^bb0(%a: i32):
    %w = arith.extsi %a : i32 to i64
    acc.yield %w : i64
  } finish {
  ^bb0(%a: i32, %n: i32):
    acc.yield %a : i32
  }
  return
}

// -----

func.func @reduce_table(%x: tensor<2x4xi8>) {
  acc.reduce %x axes [1] add : tensor<2x4xi8> -> tensor<2x1xi8> program {
  ^bb0(%a: i32):
    // expected-error @below {{looks up a table; only maps have tables}}
    %r = acc.lane_table %a in 0 : i32
    acc.yield %r : i32
  } finish {
  ^bb0(%a: i32, %n: i32):
    acc.yield %a : i32
  }
  return
}

// -----

func.func @window_lists(%x: tensor<8xf32>) {
  // expected-error @below {{have a list of 2 entries for 1 slid dimensions}}
  acc.window %x dims [0] sizes [3, 3] strides [1] dilations [1] pads [0] count [0] to [8] max : tensor<8xf32> -> tensor<6xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @window_rank(%x: tensor<1x8xf32>) {
  // expected-error @below {{needs input and result of one rank}}
  acc.window %x dims [0] sizes [3] strides [1] dilations [1] pads [0] count [0] to [8] max : tensor<1x8xf32> -> tensor<6xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @window_size(%x: tensor<2x8xf32>) {
  // expected-error @below {{have size 3 in dimension 0, which is not slid over; need 2}}
  acc.window %x dims [1] sizes [3] strides [1] dilations [1] pads [0] count [0] to [8] max : tensor<2x8xf32> -> tensor<3x6xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @window_dimension(%x: tensor<8xf32>) {
  // expected-error @below {{have dimension 1; slid dimensions have to be different and in [0, 1)}}
  acc.window %x dims [1] sizes [3] strides [1] dilations [1] pads [0] count [0] to [8] max : tensor<8xf32> -> tensor<8xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @window_stride(%x: tensor<8xf32>) {
  // expected-error @below {{sizes, strides and dilations have to be positive}}
  acc.window %x dims [0] sizes [3] strides [0] dilations [1] pads [0] count [0] to [8] max : tensor<8xf32> -> tensor<6xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// -----

func.func @move_lists(%x: tensor<2x4xi8>) {
  // expected-error @below {{needs an entry in dims, offsets and steps for each of the 2 input dimensions}}
  acc.move %x dims [1, 0] offsets [0] steps [1, 1] fill 0 : tensor<2x4xi8> -> tensor<4x2xi8>
  return
}

// -----

func.func @move_width(%x: tensor<4xi8>) {
  // expected-error @below {{cannot change the element width}}
  acc.move %x dims [0] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi32>
  return
}

// -----

func.func @move_dimension(%x: tensor<4xi8>) {
  // expected-error @below {{have result dimension 1, need −1 or one in [0, 1)}}
  acc.move %x dims [1] offsets [0] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
  return
}

// -----

func.func @move_twice(%x: tensor<4x4xi8>) {
  // expected-error @below {{result dimension 0 is named twice}}
  acc.move %x dims [0, 0] offsets [0, 0] steps [1, 1] fill 0 : tensor<4x4xi8> -> tensor<4x4xi8>
  return
}

// -----

func.func @gather_axis(%x: tensor<4xi8>, %i: tensor<2xi32>) {
  // expected-error @below {{have axis 1 for an input of rank 1 and a result of rank 1}}
  acc.gather %x, %i axis 1 : (tensor<4xi8>, tensor<2xi32>) -> tensor<2xi8>
  return
}

// -----

func.func @gather_indices(%x: tensor<4xi8>, %i: tensor<2xi64>) {
  // expected-error @below {{have indices 'tensor<2xi64>', need tensor<2xi32>}}
  acc.gather %x, %i axis 0 : (tensor<4xi8>, tensor<2xi64>) -> tensor<2xi8>
  return
}

// -----

func.func @gather_size(%x: tensor<4x3xi8>, %i: tensor<2xi32>) {
  // expected-error @below {{have size 4 in result dimension 1, need 3}}
  acc.gather %x, %i axis 0 : (tensor<4x3xi8>, tensor<2xi32>) -> tensor<2x4xi8>
  return
}

// -----

func.func @gather_type(%x: tensor<4xi8>, %i: tensor<2xi32>) {
  // expected-error @below {{have elements of 'i8' and a result of 'f32'}}
  acc.gather %x, %i axis 0 : (tensor<4xi8>, tensor<2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @move_far(%x: tensor<4xi8>) {
  // expected-error @below {{have offset or step -4294967296, need at most 2147483648 either way}}
  acc.move %x dims [0] offsets [-4294967296] steps [1] fill 0 : tensor<4xi8> -> tensor<4xi8>
  return
}
