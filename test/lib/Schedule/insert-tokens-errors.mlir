// RUN: dnnc-opt --insert-tokens --split-input-file --verify-diagnostics %s

// All that is missing is said at once.
func.func @unplaced() {
  // expected-error @below {{has no address; run place-tensors first}}
  %x = acc.tensor input "x" -> tensor<4xi8>
  acc.nest node 0 "copy" from [] {
    // expected-error @below {{has no address; run allocate-buffers first}}
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{has no address; run allocate-buffers first}}
    %c = acc.buffer {address = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @again() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<4xi8>
  acc.token 0 "full" initial 0 maximum 1
  acc.nest node 0 "copy" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{has tokens already; insert-tokens works on tasks without}}
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] signal [0] : tensor<4xi8>, !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{has tokens already; insert-tokens works on tasks without}}
    acc.sync array wait [0]
  }
  return
}

// -----

func.func @two_writers() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<4xi8>
  acc.nest node 0 "copy" from [] {
    // expected-error @below {{is written by the vector and the load queue; give each its own buffer, or write the tokens by hand}}
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !acc.buffer<4xi8, vector, slots = 1>
    acc.vector_permute %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4>, input_strides = array<i64: 1>, output_strides = array<i64: 1>}
        : (!acc.buffer<4xi8, vector, slots = 1>, !acc.buffer<4xi8, vector, slots = 1>) -> ()
  }
  return
}
