// RUN: dnnc-opt --tasks-to-isa --split-input-file --verify-diagnostics %s
// RUN: not dnnc-opt --tasks-to-isa=target=no-such-machine --split-input-file %s 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: {{.*}}no-such-machine

// expected-error @below {{has 2 functions; a program is made of one}}
module {
  func.func @a() { return }
  func.func @b() { return }
}

// -----

// expected-error @below {{has no tensor addresses; run place-tensors first}}
func.func @unplaced() {
  return
}

// -----

// expected-error @below {{has no tensor addresses; run place-tensors first}}
func.func @no_activations() attributes {acc.constant_bytes = 0 : i64} {
  return
}

// -----

// expected-error @below {{has -1 bytes of constants, its tensors take 0; run place-tensors}}
func.func @negative_bytes() attributes {acc.constant_bytes = -1 : i64, acc.activation_bytes = 0 : i64} {
  return
}

// -----

// expected-error @below {{has 1000000000000 bytes of constants, its tensors take 64; run place-tensors}}
func.func @constant_bytes() attributes {acc.constant_bytes = 1000000000000 : i64, acc.activation_bytes = 0 : i64} {
  %k = acc.tensor constant "k" {address = 0 : i64, value = dense<1> : tensor<3xi8>} -> tensor<3xi8>
  return
}

// -----

func.func @constant() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 64 : i64} {
  // expected-error @below {{has no address; run place-tensors first}}
  %k = acc.tensor constant "k" {value = dense<1> : tensor<3xi8>} -> tensor<3xi8>
  return
}

// -----

func.func @constant_outside() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 64 : i64} {
  // expected-error @below {{lies at [62, 65) of 64 bytes of constants; run place-tensors}}
  %k = acc.tensor constant "k" {address = 62 : i64, value = dense<1> : tensor<3xi8>} -> tensor<3xi8>
  return
}

// -----

// Two bytes behind a header and a mask of one do not fit.
func.func @constant_slots() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 64 : i64} {
  // expected-error @below {{cannot be stored as #acc.storage<bitmask, segment = [8], slot = 6>: the segment of the slot at byte 0 takes 7 bytes, its slot has 6}}
  %k = acc.tensor constant "k" {address = 0 : i64, storage = #acc.storage<bitmask, segment = [8], slot = 6>, value = dense<[0, 1, 0, 0, 0, 0, 2, 0]> : tensor<8xi8>} -> tensor<8xi8>
  return
}

// -----

func.func @tensor() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  // expected-error @below {{has no address; run place-tensors first}}
  %x = acc.tensor input "x" -> tensor<3xi8>
  return
}

// -----

func.func @tensor_type() attributes {acc.activation_bytes = 64 : i64, acc.constant_bytes = 0 : i64} {
  // expected-error @below {{has elements of 'f16', which a program cannot hold}}
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<3xf16>
  return
}

// -----

func.func @buffer_type() attributes {acc.activation_bytes = 64 : i64, acc.constant_bytes = 0 : i64} {
  acc.nest node 0 "n" from [] {
    // expected-error @below {{has elements of 'f64', which a program cannot hold}}
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<3xf64, vector, slots = 1>
  }
  return
}

// -----

// Numbers are the rows of the table.
func.func @tokens() attributes {acc.activation_bytes = 64 : i64, acc.constant_bytes = 0 : i64} {
  acc.token 0 "a" initial 0 maximum 1
  // expected-error @below {{has number 1000000000000, need 1: tokens are numbered from 0 in order}}
  acc.token 1000000000000 "b" initial 0 maximum 1
  return
}

// -----

func.func @buffer() attributes {acc.activation_bytes = 64 : i64, acc.constant_bytes = 0 : i64} {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<4xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer : !acc.buffer<4xi8, vector, slots = 1>
    // expected-error @below {{names a buffer without an address; run allocate-buffers first}}
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !acc.buffer<4xi8, vector, slots = 1>
  }
  return
}

// -----

func.func @nonlinear() attributes {acc.activation_bytes = 64 : i64, acc.constant_bytes = 0 : i64} {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<4xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
    acc.for 4 {
      // expected-error @below {{has an offset that is not linear in the loops: affine_map<(d0) -> (d0 floordiv 2)>}}
      acc.load %x, %b offsets affine_map<(d0) -> (d0 floordiv 2)> slots [affine_map<(d0) -> (0)>] : tensor<4xi8>, !acc.buffer<4xi8, vector, slots = 1>
    }
  }
  return
}

// -----

func.func @segment() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 128 : i64} {
  %w = acc.tensor constant "w" {address = 0 : i64, storage = #acc.storage<bitmask, segment = [2]>, value = dense<[0, 1, 2, 3]> : tensor<4xi8>} -> tensor<4xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<3xi8, vector, slots = 1>
    // expected-error @below {{loads tiles that are not whole segments of the compressed tensor; tile it by its segments}}
    acc.load %w, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !acc.buffer<3xi8, vector, slots = 1>
  }
  return
}

// -----

// A tile of a segment's size that begins inside one.
func.func @between_segments() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 128 : i64} {
  %w = acc.tensor constant "w" {address = 0 : i64, storage = #acc.storage<bitmask, segment = [2]>, value = dense<[0, 1, 2, 3]> : tensor<4xi8>} -> tensor<4xi8>
  acc.nest node 0 "n" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<2xi8, vector, slots = 1>
    acc.for 2 {
      // expected-error @below {{loads tiles that are not whole segments of the compressed tensor; tile it by its segments}}
      acc.load %w, %b offsets affine_map<(d0) -> (d0 * 2 + 1)> slots [affine_map<(d0) -> (0)>] : tensor<4xi8>, !acc.buffer<2xi8, vector, slots = 1>
    }
  }
  return
}
