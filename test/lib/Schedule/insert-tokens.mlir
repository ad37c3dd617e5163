// RUN: dnnc-opt --insert-tokens --split-input-file %s | FileCheck %s

!in = !acc.buffer<4xi8, vector, slots = 2>
!once = !acc.buffer<4xi8, vector, slots = 1>

// Inside a nest: of every buffer that two queues touch a token says that a tile is full and one that its slot is free; they
// count the slots. Both are waited for and signalled in the innermost loop that holds all tasks of the buffer: the task itself
// where it stands there, a sync beside the inner loop where it does not. What is written once needs no token to be free.
// CHECK-LABEL: func.func @rings
// CHECK: acc.token 0 "vector of node 5 full" initial 0 maximum 1
// CHECK: acc.token 1 "vector of node 5 full" initial 0 maximum 2
// CHECK: acc.token 2 "vector of node 5 free" initial 2 maximum 2
// CHECK: acc.token 3 "vector of node 5 full" initial 0 maximum 2
// CHECK: acc.token 4 "vector of node 5 free" initial 2 maximum 2
// CHECK-NOT: acc.token
// The table: loaded once, read in the inner loop.
// CHECK: acc.load %{{.*}} signal [0] : tensor<4xi8>
// CHECK-NEXT: acc.sync vector wait [0]
// CHECK-NEXT: acc.for 3 {
// The input: loaded for each round of the outer loop, read in the inner one.
// CHECK-NEXT: acc.load %{{.*}} wait [2] signal [1] : tensor<8x4xi8>
// CHECK-NEXT: acc.sync vector wait [1]
// CHECK-NEXT: acc.for 2 {
// The result: made and stored in the inner loop.
// CHECK-NEXT: acc.vector_map %{{.*}} wait [4] signal [3]
// CHECK: acc.store %{{.*}} wait [3] signal [4]
// CHECK-NEXT: }
// CHECK-NEXT: acc.sync vector signal [2]
// CHECK-NEXT: }
func.func @rings() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<8x4xi8>
  %t = acc.tensor input "t" {address = 64 : i64} -> tensor<4xi8>
  %y = acc.tensor output "y" {address = 128 : i64} -> tensor<8x8xi8>
  acc.nest node 5 "add" from [] {
    %a = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<1x4xi8, vector, slots = 2>
    %b = acc.buffer {address = 16 : i64, memory = 0 : i64} : !once
    %c = acc.buffer {address = 32 : i64, memory = 0 : i64} : !acc.buffer<1x4xi8, vector, slots = 2>
    acc.load %t, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !once
    acc.for 3 {
      acc.load %x, %a offsets affine_map<(d0) -> (d0, 0)> slots [affine_map<(d0) -> (d0)>] : tensor<8x4xi8>, !acc.buffer<1x4xi8, vector, slots = 2>
      acc.for 2 {
        acc.vector_map %a, %b into %c slots [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (0)>, affine_map<(d0, d1) -> (d0 * 2 + d1)>] {
          extents = array<i64: 1, 4>, offsets = affine_map<(d0, d1) -> (d0, d1 * 4)>, bounds = array<i64: 8, 8>,
          input_strides = array<i64: 4, 1, 0, 1>, output_strides = array<i64: 4, 1>}
            : (!acc.buffer<1x4xi8, vector, slots = 2>, !once, !acc.buffer<1x4xi8, vector, slots = 2>) -> () {
        ^bb0(%p: i32, %q: i32):
          %s = arith.addi %p, %q : i32
          acc.yield %s : i32
        }
        acc.store %c, %y offsets affine_map<(d0, d1) -> (d0, d1 * 4)> slots [affine_map<(d0, d1) -> (d0 * 2 + d1)>] : !acc.buffer<1x4xi8, vector, slots = 2>, tensor<8x8xi8>
      }
    }
  }
  return
}

// -----

!b = !acc.buffer<4xi8, vector, slots = 1>

// Between nests: node 1 reads what node 0 stored; node 2 overwrites, in DRAM, what node 1 read, which node 1's own load and store
// have ordered (its store waited for the load's tile), and on chip what node 0 stored from, for which node 1's load waited. So
// one token is enough for each nest.
// CHECK-LABEL: func.func @nests
// CHECK: acc.token 1 "node 0 done: store to load" initial 0 maximum 1
// CHECK: acc.token 3 "node 1 done: store to load" initial 0 maximum 1
// CHECK-NOT: done
// CHECK: acc.nest node 0
// CHECK: acc.load %{{.*}} signal [0]
// CHECK: acc.store %{{.*}} wait [0] :
// CHECK: acc.sync store signal [1]
// CHECK: acc.nest node 1
// CHECK: acc.load %{{.*}} wait [1] signal [2]
// CHECK: acc.store %{{.*}} wait [2] :
// CHECK: acc.sync store signal [3]
// CHECK: acc.nest node 2
// CHECK: acc.load %{{.*}} wait [3] signal [4]
// CHECK: acc.store %{{.*}} wait [4] :
// CHECK-NOT: acc.sync
func.func @nests() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<4xi8>
  %s = acc.tensor intermediate "s" {address = 64 : i64} -> tensor<4xi8>
  %t = acc.tensor intermediate "t" {address = 128 : i64} -> tensor<4xi8>
  %u = acc.tensor intermediate "u" {address = 64 : i64} -> tensor<4xi8>
  acc.nest node 0 "copy" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !b
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !b
    acc.store %b, %s offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !b, tensor<4xi8>
  }
  acc.nest node 1 "copy" from [] {
    %b = acc.buffer {address = 1000 : i64, memory = 0 : i64} : !b
    acc.load %s, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !b
    acc.store %b, %t offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !b, tensor<4xi8>
  }
  acc.nest node 2 "copy" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !b
    acc.load %t, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !b
    acc.store %b, %u offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !b, tensor<4xi8>
  }
  return
}

// -----

!b = !acc.buffer<4xi8, vector, slots = 1>

// Nests that have nothing in common are not ordered, so the second one's load runs during the first one's store; reading the
// same input, constants, different memories, and a stream order nothing either.
// CHECK-LABEL: func.func @apart
// CHECK-NOT: done
func.func @apart() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<4xi8>
  %k = acc.tensor constant "k" {address = 0 : i64, value = dense<1> : tensor<4xi8>} -> tensor<4xi8>
  %s = acc.tensor output "s" {address = 64 : i64} -> tensor<4xi8>
  %t = acc.tensor output "t" {address = 128 : i64} -> tensor<4xi8>
  acc.nest node 0 "copy" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !b
    %w = acc.buffer {address = 0 : i64, memory = 2 : i64, stream} : !b
    acc.load %k, %w offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !b
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !b
    acc.store %b, %s offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !b, tensor<4xi8>
  }
  acc.nest node 1 "copy" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 1 : i64} : !b
    %w = acc.buffer {address = 0 : i64, memory = 2 : i64, stream} : !b
    acc.load %k, %w offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !b
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !b
    acc.store %b, %t offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !b, tensor<4xi8>
  }
  return
}

// -----

!b = !acc.buffer<4xi8, vector, slots = 1>
!two = !acc.buffer<4xi8, vector, slots = 2>

// In a loop the wait of a nest stands before the loop, once. Views of one tensor are that tensor.
// CHECK-LABEL: func.func @loops
// CHECK: acc.token [[DONE:[0-9]+]] "node 0 done: store to load"
// CHECK: acc.nest node 1
// CHECK: acc.buffer
// CHECK-NEXT: acc.sync load wait {{\[}}[[DONE]]]
// CHECK-NEXT: acc.for 2 {
func.func @loops() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<8xi8>
  %s = acc.tensor intermediate "s" {address = 64 : i64} -> tensor<8xi8>
  %v = acc.tensor intermediate "v" of %s : tensor<8xi8> {offset = 4 : i64, strides = array<i64: 1>} -> tensor<4xi8>
  %t = acc.tensor output "t" {address = 128 : i64} -> tensor<8xi8>
  acc.nest node 0 "copy" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !b
    acc.load %x, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<8xi8>, !b
    acc.store %b, %v offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !b, tensor<4xi8>
  }
  acc.nest node 1 "copy" from [] {
    %b = acc.buffer {address = 100 : i64, memory = 0 : i64} : !two
    acc.for 2 {
      acc.load %s, %b offsets affine_map<(d0) -> (d0 * 4)> slots [affine_map<(d0) -> (d0)>] : tensor<8xi8>, !two
      acc.store %b, %t offsets affine_map<(d0) -> (d0 * 4)> slots [affine_map<(d0) -> (d0)>] : !two, tensor<8xi8>
    }
  }
  return
}

// -----

!b = !acc.buffer<1x1x1x4xi8, ifmap, slots = 1>
!o = !acc.buffer<1x1x1x4xi8, ofmap, slots = 1>
!v = !acc.buffer<1x1x1x4xi8, vector, slots = 1>
#zero = affine_map<() -> (0)>

// A queue knows what the one it waited for knew when it signalled, not what that one learned later: node 1's array waits for the
// load of %x, the second load then waits for node 0's store, and only the vector unit waits for that load. So before node 2's
// array overwrites what node 0's store read, it has to wait for that store itself.
// CHECK-LABEL: func.func @knowledge
// CHECK: "node 0 done: store to load"
// CHECK: "node 0 done: store to array"
// CHECK: acc.nest node 2
// CHECK: acc.array {{.*}} wait [{{[0-9, ]+}}]
func.func @knowledge() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<1x1x1x4xi8>
  %s = acc.tensor intermediate "s" {address = 64 : i64} -> tensor<1x1x1x4xi8>
  %t = acc.tensor output "t" {address = 128 : i64} -> tensor<1x1x1x4xi8>
  %u = acc.tensor output "u" {address = 192 : i64} -> tensor<1x1x1x4xi8>
  acc.nest node 0 "copy" from [] {
    %b = acc.buffer {address = 0 : i64, memory = 0 : i64} : !v
    acc.load %x, %b offsets affine_map<() -> (0, 0, 0, 0)> slots [#zero] : tensor<1x1x1x4xi8>, !v
    acc.store %b, %s offsets affine_map<() -> (0, 0, 0, 0)> slots [#zero] : !v, tensor<1x1x1x4xi8>
  }
  acc.nest node 1 "conv+add" from [] {
    %i = acc.buffer {address = 100 : i64, memory = 0 : i64} : !b
    %h = acc.buffer {address = 104 : i64, memory = 0 : i64} : !o
    %a = acc.buffer {address = 108 : i64, memory = 0 : i64} : !v
    %c = acc.buffer {address = 112 : i64, memory = 0 : i64} : !v
    acc.load %x, %i offsets affine_map<() -> (0, 0, 0, 0)> slots [#zero] : tensor<1x1x1x4xi8>, !b
    acc.array ifmap %i weight %i output %h slots [#zero, #zero, #zero] mode requantize {
      extents = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>,
      origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 4>, strides = array<i64: 1, 1>,
      dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 4, 4, 4, 4, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
      psum_strides = array<i64: 4, 4, 4, 4, 1>, output_strides = array<i64: 4, 4, 4, 4, 1>,
      mapping = #acc.mapping<os, passes = [Q = 4], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (!b, !b, !o) -> ()
    acc.load %s, %a offsets affine_map<() -> (0, 0, 0, 0)> slots [#zero] : tensor<1x1x1x4xi8>, !v
    acc.vector_map %h, %a into %c slots [#zero, #zero, #zero] {
      extents = array<i64: 4>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4>,
      input_strides = array<i64: 1, 1>, output_strides = array<i64: 1>} : (!o, !v, !v) -> () {
    ^bb0(%p: i32, %q: i32):
      %r = arith.addi %p, %q : i32
      acc.yield %r : i32
    }
    acc.store %c, %t offsets affine_map<() -> (0, 0, 0, 0)> slots [#zero] : !v, tensor<1x1x1x4xi8>
  }
  acc.nest node 2 "conv" from [] {
    %i = acc.buffer {address = 200 : i64, memory = 0 : i64} : !b
    %o = acc.buffer {address = 0 : i64, memory = 0 : i64} : !o
    acc.load %x, %i offsets affine_map<() -> (0, 0, 0, 0)> slots [#zero] : tensor<1x1x1x4xi8>, !b
    acc.array ifmap %i weight %i output %o slots [#zero, #zero, #zero] mode requantize {
      extents = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>,
      origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 4>, strides = array<i64: 1, 1>,
      dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 4, 4, 4, 4, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
      psum_strides = array<i64: 4, 4, 4, 4, 1>, output_strides = array<i64: 4, 4, 4, 4, 1>,
      mapping = #acc.mapping<os, passes = [Q = 4], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (!b, !b, !o) -> ()
    acc.store %o, %u offsets affine_map<() -> (0, 0, 0, 0)> slots [#zero] : !o, tensor<1x1x1x4xi8>
  }
  return
}

// -----

// Psums in the place of the results: the array reads and writes the tile for each part of the reduction, so it waits for a
// free slot before the first part and says that the tile is full behind the last.
// CHECK-LABEL: func.func @psums_in_place
// CHECK: acc.token 0 "ifmap of node 0 full" initial 0 maximum 1
// CHECK: acc.token 1 "ifmap of node 0 free" initial 1 maximum 1
// CHECK: acc.token 2 "ofmap of node 0 full" initial 0 maximum 2
// CHECK: acc.token 3 "ofmap of node 0 free" initial 2 maximum 2
// CHECK-NOT: acc.token
// CHECK: acc.for 4 {
// CHECK-NEXT: acc.sync array wait [3]
// CHECK-NEXT: acc.for 3 {
// CHECK-NEXT: acc.load {{.*}} wait [1] signal [0]
// CHECK-NEXT: acc.array {{.*}} wait [0] signal [1]
// CHECK: {{^ *}}}
// CHECK-NEXT: acc.sync array signal [2]
// CHECK-NEXT: acc.store {{.*}} wait [2] signal [3]
// CHECK-NEXT: }
func.func @psums_in_place() {
  %x = acc.tensor input "x" {address = 0 : i64} -> tensor<1x8x12xi16>
  %y = acc.tensor output "y" {address = 256 : i64} -> tensor<1x8x2xi16>
  acc.nest node 0 "matmul" from [] {
    %o = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<1x2x2xi16, ofmap, slots = 2>
    %i = acc.buffer {address = 64 : i64, memory = 0 : i64} : !acc.buffer<1x2x4xi16, ifmap, slots = 1>
    %w = acc.buffer {address = 0 : i64, memory = 1 : i64, stream} : !acc.buffer<1x4x2xi16, weight, slots = 1>
    acc.for 4 {
      acc.for 3 {
        acc.load %x, %i offsets affine_map<(d0, d1) -> (0, d0 * 2, d1 * 4)> slots [affine_map<(d0, d1) -> (d0 * 3 + d1)>] : tensor<1x8x12xi16>, !acc.buffer<1x2x4xi16, ifmap, slots = 1>
        acc.array ifmap %i weight %w psum %o output %o
            slots [affine_map<(d0, d1) -> (d0 * 3 + d1)>, affine_map<(d0, d1) -> (0)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>] mode requantize {
          extents = array<i64: 1, 1, 2, 4, 1, 2, 1, 1>, bounds = array<i64: 1, 1, 2, 12, 1, 8, 1, 1>,
          offsets = affine_map<(d0, d1) -> (0, 0, 0, d1 * 4, 0, d0 * 2, 0, 0)>, origin = affine_map<(d0, d1) -> (0, d0 * 2)>,
          ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 8>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
          ifmap_strides = array<i64: 0, 8, 1, 0, 4>, weight_strides = array<i64: 8, 1, 2, 0, 0>,
          psum_strides = array<i64: 0, 4, 1, 0, 2>, output_strides = array<i64: 0, 4, 1, 0, 2>,
          mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
            : (!acc.buffer<1x2x4xi16, ifmap, slots = 1>, !acc.buffer<1x4x2xi16, weight, slots = 1>,
               !acc.buffer<1x2x2xi16, ofmap, slots = 2>, !acc.buffer<1x2x2xi16, ofmap, slots = 2>) -> ()
      }
      acc.store %o, %y offsets affine_map<(d0) -> (0, d0 * 2, 0)> slots [affine_map<(d0) -> (d0)>] : !acc.buffer<1x2x2xi16, ofmap, slots = 2>, tensor<1x8x2xi16>
    }
  }
  return
}
