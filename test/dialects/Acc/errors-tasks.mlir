// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @value() {
  // expected-error @below {{a constant has a value, and nothing else has}}
  acc.tensor constant "c" -> tensor<4xi8>
  return
}

// -----

func.func @storage() {
  // expected-error @below {{has a tensor in bitmask without segments; write them, as in segment = [16, 64, 3, 3]}}
  acc.tensor input "x" {storage = #acc.storage<bitmask>} -> tensor<4xi8>
  return
}

// -----

func.func @storage_of_constant() {
  // expected-error @below {{cannot have 'i16' stored as #acc.storage<nm, segment = [4], n = 4, m = 4>: n = 4, need 1 to m - 1; store it raw}}
  acc.tensor constant "c" {value = dense<1> : tensor<4xi16>, storage = #acc.storage<nm, segment = [4], n = 4, m = 4>} -> tensor<4xi16>
  return
}

// -----

func.func @storage_of_view() {
  %x = acc.tensor input "x" -> tensor<4xi16>
  // expected-error @below {{is a view with a storage of its own; the whole tensor has one}}
  acc.tensor intermediate "v" of %x : tensor<4xi16> {strides = array<i64: 1>, storage = #acc.storage<rlc, segment = [2]>} -> tensor<2xi16>
  return
}

// -----

func.func @rlc_bits() {
  // expected-error @below {{cannot have 'i8' stored as #acc.storage<rlc, segment = [4]>: element_bytes = 1 with codec = rlc, need 2; store it raw}}
  acc.tensor input "x" {storage = #acc.storage<rlc, segment = [4]>} -> tensor<4xi8>
  return
}

// -----

func.func @csc_column() {
  // expected-error @below {{column = 3 is no product of innermost extents of the segment}}
  acc.tensor input "x" {storage = #acc.storage<csc, segment = [4, 2], order = [1, 0], column = 3>} -> tensor<4x2xi8>
  return
}

// -----

func.func @rlc_zero_points() {
  // expected-error @below {{rlc leaves out one zero point, have '!quant.uniform<i16:f32:0, {5.000000e-01,2.500000e-01:3}>'; store it raw}}
  acc.tensor input "x" {storage = #acc.storage<rlc, segment = [2]>} -> tensor<2x!quant.uniform<i16:f32:0, {0.5, 0.25:3}>>
  return
}

// -----

func.func @rlc_rank() {
  // expected-error @below {{rlc takes at most 7 dimensions, have 8}}
  acc.tensor input "x" {storage = #acc.storage<rlc, segment = [1, 1, 1, 1, 1, 1, 1, 1]>} -> tensor<1x1x1x1x1x1x1x4xi16>
  return
}

// -----

func.func @rlc_segment_rank() {
  // expected-error @below {{have a segment of 1 dimensions, the tensor has 2}}
  acc.tensor input "x" {storage = #acc.storage<rlc, segment = [4]>} -> tensor<4x4xi16>
  return
}

// -----

func.func @rlc_segment_size() {
  // expected-error @below {{segment size 5 is more than the dimension 4}}
  acc.tensor input "x" {storage = #acc.storage<rlc, segment = [2, 5]>} -> tensor<4x4xi16>
  return
}

// -----

func.func @rlc_segment_large() {
  // expected-error @below {{segment has more than the 2^31 - 1 bytes that a header counts}}
  acc.tensor input "x" {storage = #acc.storage<rlc, segment = [65536, 65536]>} -> tensor<65536x65536xi16>
  return
}

// -----

func.func @shape() {
  // expected-error @below {{have a value of type 'tensor<4xi8>', need the shape and element width of 'tensor<5xi8>'}}
  acc.tensor constant "c" {value = dense<1> : tensor<4xi8>} -> tensor<5xi8>
  return
}

// -----

func.func @segment() {
  // expected-error @below {{segment size 5 is more than the dimension 4}}
  acc.tensor constant "c" {value = dense<1> : tensor<4xi8>, storage = #acc.storage<bitmask, segment = [5]>} -> tensor<4xi8>
  return
}

// -----

func.func @no_view() {
  // expected-error @below {{has an offset or strides, but is no view; name the whole with `of`}}
  acc.tensor input "x" {strides = array<i64: 1>} -> tensor<4xi8>
  return
}

// -----

func.func @view_of_argument(%x: tensor<4xi8>) {
  // expected-error @below {{is a view of a value that no acc.tensor declares}}
  acc.tensor intermediate "v" of %x : tensor<4xi8> {strides = array<i64: 1>} -> tensor<2xi8>
  return
}

// -----

func.func @view_of_segments() {
  %c = acc.tensor constant "c" {value = dense<1> : tensor<4xi8>, storage = #acc.storage<bitmask, segment = [4]>} -> tensor<4xi8>
  // expected-error @below {{is a view of a compressed tensor, whose segments have another shape}}
  acc.tensor intermediate "v" of %c : tensor<4xi8> {strides = array<i64: 1>} -> tensor<2xi8>
  return
}

// -----

func.func @view_strides() {
  %x = acc.tensor input "x" -> tensor<4xi8>
  // expected-error @below {{is a view and needs strides for its 2 dimensions}}
  acc.tensor intermediate "v" of %x : tensor<4xi8> {strides = array<i64: 1>} -> tensor<2x2xi8>
  return
}

// -----

func.func @view_outside() {
  %x = acc.tensor input "x" -> tensor<4xi8>
  // expected-error @below {{is a view of elements 2 to 4, the whole has 4}}
  acc.tensor intermediate "v" of %x : tensor<4xi8> {offset = 2 : i64, strides = array<i64: 2>} -> tensor<2xi8>
  return
}

// -----

func.func @token_number() {
  // expected-error @below {{have number -1; tokens are numbered from 0}}
  acc.token -1 "t" initial 0 maximum 1
  return
}

// -----

func.func @token_count() {
  // expected-error @below {{have initial 2 and maximum 1, need 0 <= initial <= maximum and maximum >= 1}}
  acc.token 0 "t" initial 2 maximum 1
  return
}

// -----

func.func @buffer_place() {
  // expected-error @below {{expects parent op 'acc.nest'}}
  acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
  return
}

// -----

func.func @task_place() {
  // expected-error @below {{expects parent op to be one of 'acc.nest, acc.for'}}
  acc.sync load
  return
}

// -----

func.func @loop_place() {
  // expected-error @below {{expects parent op to be one of 'acc.nest, acc.for'}}
  acc.for 2 {
  }
  return
}

// -----

func.func @foreign_in_nest() {
  acc.nest node 0 "n" from [] {
    // expected-error @below {{cannot stand in an acc.nest; need buffers, loops and tasks}}
    %c = arith.constant 0 : i32
  }
  return
}

// -----

func.func @foreign_in_loop() {
  acc.nest node 0 "n" from [] {
    acc.for 2 {
      // expected-error @below {{cannot stand in an acc.for; need loops and tasks}}
      %c = arith.constant 0 : i32
    }
  }
  return
}

// -----

func.func @count() {
  acc.nest node 0 "n" from [] {
    // expected-error @below {{have count 0, need at least 1}}
    acc.for 0 {
      acc.sync load
    }
  }
  return
}

// -----

func.func @undeclared(%x: tensor<4xi8>) {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{moves a tensor that no acc.tensor declares}}
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @load_rank() {
  %x = acc.tensor input "x" -> tensor<2x4xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{have tensor 'tensor<2x4xi8>' and buffer '!acc.buffer<4xi8, vector, slots = 1>'; rank and element width have to agree}}
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<2x4xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @load_width() {
  %x = acc.tensor input "x" -> tensor<8xi32>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{have tensor 'tensor<8xi32>' and buffer '!acc.buffer<4xi8, vector, slots = 1>'; rank and element width have to agree}}
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<8xi32>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @store_width() {
  %x = acc.tensor output "x" -> tensor<8xi32>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{have tensor 'tensor<8xi32>' and buffer '!acc.buffer<4xi8, vector, slots = 1>'; rank and element width have to agree}}
    acc.store %b, %x offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !acc.buffer<4xi8, vector, slots = 1>, tensor<8xi32>
  }
  return
}

// -----

func.func @load_depth() {
  %x = acc.tensor input "x" -> tensor<8xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{offsets has 1 dimensions and 0 symbols, but 0 loops enclose the task}}
    acc.load %x, %b offsets affine_map<(d0) -> (d0)> slots [affine_map<() -> (0)>] : tensor<8xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @load_symbols() {
  %x = acc.tensor input "x" -> tensor<8xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{offsets has 0 dimensions and 1 symbols, but 0 loops enclose the task}}
    acc.load %x, %b offsets affine_map<()[s0] -> (s0)> slots [affine_map<() -> (0)>] : tensor<8xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @load_offsets() {
  %x = acc.tensor input "x" -> tensor<8xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{offsets has 2 results, need 1}}
    acc.load %x, %b offsets affine_map<() -> (0, 0)> slots [affine_map<() -> (0)>] : tensor<8xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @load_slots() {
  %x = acc.tensor input "x" -> tensor<8xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{have 2 slots for 1 buffers}}
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>, affine_map<() -> (0)>] : tensor<8xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @slot_results() {
  %x = acc.tensor input "x" -> tensor<8xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{a slot has 2 results, need 1}}
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0, 0)>] : tensor<8xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @store_slot_depth() {
  %x = acc.tensor output "x" -> tensor<8xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{a slot has 1 dimensions and 0 symbols, but 0 loops enclose the task}}
    acc.store %b, %x offsets affine_map<() -> (0)> slots [affine_map<(d0) -> (d0)>] : !acc.buffer<4xi8, vector, slots = 1>, tensor<8xi8>
  }
  return
}

// -----

func.func @array_extents() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<1xi8, ifmap, slots = 1>
    // expected-error @below {{needs 8 extents and bounds, 2 strides, dilations and ifmap sizes, and 5 strides for each operand}}
    acc.array ifmap %b weight %b output %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] mode requantize {
      extents = array<i64: 1, 1, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 1, 1, 1>,
      origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 1>, strides = array<i64: 1, 1>,
      dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 1, 1, 1, 1, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
      psum_strides = array<i64: 1, 1, 1, 1, 1>, output_strides = array<i64: 1, 1, 1, 1, 1>,
      mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (!acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>) -> ()
  }
  return
}

// -----

func.func @array_offsets() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<1xi8, ifmap, slots = 1>
    // expected-error @below {{offsets has 1 results, need 8}}
    acc.array ifmap %b weight %b output %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] mode requantize {
      extents = array<i64: 1, 1, 1, 1, 1, 1, 1, 1>, offsets = affine_map<() -> (0)>, bounds = array<i64: 1, 1, 1, 1, 1, 1, 1, 1>,
      origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 1>, strides = array<i64: 1, 1>,
      dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 1, 1, 1, 1, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
      psum_strides = array<i64: 1, 1, 1, 1, 1>, output_strides = array<i64: 1, 1, 1, 1, 1>,
      mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (!acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>) -> ()
  }
  return
}

// -----

func.func @array_origin() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<1xi8, ifmap, slots = 1>
    // expected-error @below {{origin has 1 results, need 2}}
    acc.array ifmap %b weight %b output %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] mode requantize {
      extents = array<i64: 1, 1, 1, 1, 1, 1, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 1, 1, 1>,
      origin = affine_map<() -> (0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 1>, strides = array<i64: 1, 1>,
      dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 1, 1, 1, 1, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
      psum_strides = array<i64: 1, 1, 1, 1, 1>, output_strides = array<i64: 1, 1, 1, 1, 1>,
      mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (!acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>) -> ()
  }
  return
}

// -----

func.func @array_slots() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<1xi8, ifmap, slots = 1>
    // expected-error @below {{have 1 slots for 3 buffers}}
    acc.array ifmap %b weight %b output %b slots [affine_map<() -> (0)>] mode requantize {
      extents = array<i64: 1, 1, 1, 1, 1, 1, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 1, 1, 1>,
      origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 1>, strides = array<i64: 1, 1>,
      dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 1, 1, 1, 1, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
      psum_strides = array<i64: 1, 1, 1, 1, 1>, output_strides = array<i64: 1, 1, 1, 1, 1>,
      mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (!acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>, !acc.buffer<1xi8, ifmap, slots = 1>) -> ()
  }
  return
}

// -----

func.func @vector_bounds() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have 1 bounds and 2 input strides, need 2 and 2}}
    acc.vector_permute %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @vector_input_strides() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have 2 bounds and 1 input strides, need 2 and 2}}
    acc.vector_permute %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 1>, output_strides = array<i64: 2, 1>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @vector_output_strides() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have 1 output strides, need 2}}
    acc.vector_permute %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 1>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @vector_offsets() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{offsets has 1 results, need 2}}
    acc.vector_permute %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @vector_slots() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have 1 slots for 2 buffers}}
    acc.vector_permute %b into %b slots [affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @permute_inputs() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{has one input, have 2}}
    acc.vector_permute %b, %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @gather_inputs() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{has an input and an index table, have 1 inputs}}
    acc.vector_gather %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>, axis = 0 : i64} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @gather_axis() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have axis 2 of 2 dimensions}}
    acc.vector_gather %b, %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1, 0, 1>, output_strides = array<i64: 2, 1>, axis = 2 : i64} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> ()
  }
  return
}

// -----

func.func @map_program() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{the lane program's arguments have to be ('i32'), the lane types of what it reads}}
    acc.vector_map %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () {
    ^bb0(%x: f32):
      acc.yield %x : f32
    }
  }
  return
}

// -----

func.func @reduce_inputs() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{has an input and, where it works in parts, an accumulator; have 3 inputs}}
    acc.vector_reduce %b, %b, %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] add {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>, reduced = 1 : i64} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @reduced() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have 3 reduced dimensions of 2}}
    acc.vector_reduce %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] add {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>, reduced = 3 : i64} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @accumulator() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{has an accumulator of 'i8', the program gives 'i32'}}
    acc.vector_reduce %b, %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] add {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1, 1, 0>, output_strides = array<i64: 1>, reduced = 1 : i64} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @reduce_output_strides() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have 2 output strides, need 1}}
    acc.vector_reduce %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] add {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>, reduced = 1 : i64} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @reduce_finish() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{the finish's arguments have to be ('i32', 'i32'), the lane types of what it reads}}
    acc.vector_reduce %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] add {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 1>, reduced = 1 : i64} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @window_inputs() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{has one input, have 2}}
    acc.vector_window %b, %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] max {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>,
      dims = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 1>, dilations = array<i64: 1>,
      origins = affine_map<() -> (0)>, input_offset = 0 : i64, input_bounds = array<i64: 2>,
      count_low = array<i64: 0>, count_high = array<i64: 2>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @window_lists() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have a list of 2 entries for 1 slid dimensions}}
    acc.vector_window %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] max {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>,
      dims = array<i64: 1>, sizes = array<i64: 2, 2>, strides = array<i64: 1>, dilations = array<i64: 1>,
      origins = affine_map<() -> (0)>, input_offset = 0 : i64, input_bounds = array<i64: 2>,
      count_low = array<i64: 0>, count_high = array<i64: 2>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @window_dimension() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{slides over dimension 2 of 2}}
    acc.vector_window %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] max {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>,
      dims = array<i64: 2>, sizes = array<i64: 2>, strides = array<i64: 1>, dilations = array<i64: 1>,
      origins = affine_map<() -> (0)>, input_offset = 0 : i64, input_bounds = array<i64: 2>,
      count_low = array<i64: 0>, count_high = array<i64: 2>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @window_origins() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{origins has 2 results, need 1}}
    acc.vector_window %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] max {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>,
      dims = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 1>, dilations = array<i64: 1>,
      origins = affine_map<() -> (0, 0)>, input_offset = 0 : i64, input_bounds = array<i64: 2>,
      count_low = array<i64: 0>, count_high = array<i64: 2>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @window_program() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{the program's arguments have to be ('i32'), the lane types of what it reads}}
    acc.vector_window %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] max {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 2>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>,
      dims = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 1>, dilations = array<i64: 1>,
      origins = affine_map<() -> (0)>, input_offset = 0 : i64, input_bounds = array<i64: 2>,
      count_low = array<i64: 0>, count_high = array<i64: 2>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @window_extents() {
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4x2xi8, vector, slots = 1>
    // expected-error @below {{have 1 bounds and 2 input strides, need 2 and 2}}
    acc.vector_window %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] max {
      extents = array<i64: 4, 2>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4>,
      input_strides = array<i64: 2, 1>, output_strides = array<i64: 2, 1>,
      dims = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 1>, dilations = array<i64: 1>,
      origins = affine_map<() -> (0)>, input_offset = 0 : i64, input_bounds = array<i64: 2>,
      count_low = array<i64: 0>, count_high = array<i64: 2>} : (!acc.buffer<4x2xi8, vector, slots = 1>, !acc.buffer<4x2xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
  }
  return
}

// -----

func.func @psums_elsewhere() {
  acc.nest node 0 "matmul" from [] {
    %i = acc.buffer : !acc.buffer<1x2x4xi16, ifmap, slots = 1>
    %w = acc.buffer : !acc.buffer<1x4x2xi16, weight, slots = 1>
    %o = acc.buffer : !acc.buffer<1x2x2xi16, ofmap, slots = 2>
    acc.for 2 {
      // expected-error @below {{keeps its psums in the output's buffer; each has to lie where its result will: strides and slots have to be the same}}
      acc.array ifmap %i weight %w psum %o output %o
          slots [affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>] mode requantize {
        extents = array<i64: 1, 1, 2, 4, 1, 2, 1, 1>, bounds = array<i64: 1, 1, 2, 8, 1, 2, 1, 1>,
        offsets = affine_map<(d0) -> (0, 0, 0, d0 * 4, 0, 0, 0, 0)>, origin = affine_map<(d0) -> (0, 0)>,
        ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
        ifmap_strides = array<i64: 0, 8, 1, 0, 4>, weight_strides = array<i64: 8, 1, 2, 0, 0>,
        psum_strides = array<i64: 0, 4, 1, 0, 2>, output_strides = array<i64: 0, 4, 1, 0, 2>,
        mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
          : (!acc.buffer<1x2x4xi16, ifmap, slots = 1>, !acc.buffer<1x4x2xi16, weight, slots = 1>,
             !acc.buffer<1x2x2xi16, ofmap, slots = 2>, !acc.buffer<1x2x2xi16, ofmap, slots = 2>) -> ()
    }
  }
  return
}

// -----

func.func @displaced_onto_psums() {
  acc.nest node 0 "matmul" from [] {
    %i = acc.buffer : !acc.buffer<1x2x4xi16, ifmap, slots = 1>
    %w = acc.buffer : !acc.buffer<1x4x2xi16, weight, slots = 1>
    %p = acc.buffer : !acc.buffer<2x4xi32, param, slots = 1>
    %o = acc.buffer : !acc.buffer<1x2x2xi16, ofmap, slots = 2>
    acc.for 2 {
      // expected-error @below {{keeps its psums in the output's buffer, and displaces results: one would be written over a psum that is not complete; give psums a buffer of their own}}
      acc.array ifmap %i weight %w param %p psum %o output %o
          slots [affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>] mode requantize {displaced,
        extents = array<i64: 1, 1, 2, 4, 1, 2, 1, 1>, bounds = array<i64: 1, 1, 2, 8, 1, 2, 1, 1>,
        offsets = affine_map<(d0) -> (0, 0, 0, d0 * 4, 0, 0, 0, 0)>, origin = affine_map<(d0) -> (0, 0)>,
        ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
        ifmap_strides = array<i64: 0, 8, 1, 0, 4>, weight_strides = array<i64: 8, 1, 2, 0, 0>,
        psum_strides = array<i64: 0, 4, 1, 0, 2>, output_strides = array<i64: 0, 4, 1, 0, 2>,
        mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
          : (!acc.buffer<1x2x4xi16, ifmap, slots = 1>, !acc.buffer<1x4x2xi16, weight, slots = 1>,
             !acc.buffer<2x4xi32, param, slots = 1>,
             !acc.buffer<1x2x2xi16, ofmap, slots = 2>, !acc.buffer<1x2x2xi16, ofmap, slots = 2>) -> ()
    }
  }
  return
}

// -----

func.func @displaced_by_nothing() {
  acc.nest node 0 "matmul" from [] {
    %i = acc.buffer : !acc.buffer<1x2x4xi16, ifmap, slots = 1>
    %w = acc.buffer : !acc.buffer<1x4x2xi16, weight, slots = 1>
    %o = acc.buffer : !acc.buffer<1x2x2xi16, ofmap, slots = 2>
    acc.for 2 {
      // expected-error @below {{is displaced without parameters; the records say where its results go}}
      acc.array ifmap %i weight %w psum %o output %o
          slots [affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>] mode requantize {displaced,
        extents = array<i64: 1, 1, 2, 4, 1, 2, 1, 1>, bounds = array<i64: 1, 1, 2, 8, 1, 2, 1, 1>,
        offsets = affine_map<(d0) -> (0, 0, 0, d0 * 4, 0, 0, 0, 0)>, origin = affine_map<(d0) -> (0, 0)>,
        ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
        ifmap_strides = array<i64: 0, 8, 1, 0, 4>, weight_strides = array<i64: 8, 1, 2, 0, 0>,
        psum_strides = array<i64: 0, 4, 1, 0, 2>, output_strides = array<i64: 0, 4, 1, 0, 2>,
        mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
          : (!acc.buffer<1x2x4xi16, ifmap, slots = 1>, !acc.buffer<1x4x2xi16, weight, slots = 1>,
             !acc.buffer<1x2x2xi16, ofmap, slots = 2>, !acc.buffer<1x2x2xi16, ofmap, slots = 2>) -> ()
    }
  }
  return
}
