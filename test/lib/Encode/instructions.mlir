// Tasks as instructions (lib/Encode/LowerTasks.cpp, Addresses.cpp): each queue takes its tasks with the loops around them; strides
// and addresses are in bytes.
// RUN: dnnc-opt --tasks-to-isa --split-input-file %s | FileCheck %s

// The second half of a view of rows of 16 elements of two bytes... of four: the view begins at element 8, the tensor at byte 256
// behind 64 bytes of constants. Element 0 of a tile lies at its offsets, even outside. A ring of three slots wraps.
// CHECK: isa.queue load {
// CHECK-NEXT: isa.loop node = 0, wait = [], signal = [], count = 5
// CHECK-NEXT: isa.loop node = 0, wait = [], signal = [], count = 2
// CHECK-NEXT: isa.load node = 0, wait = [1], signal = [0, 2], memory = 0, element_bytes = 4, pad = fill, codec = raw, pad_value = 0x3FC00000, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <288 + 128*i0 + 8*i1>, buffer = <96 + 48*i0 + 24*i1 mod 72>, extents = [2, 3], dram_strides = [64, 4], buffer_strides = [12, 4], offsets = [<-1 + 2*i0>, <0 + 2*i1>], bounds = [10, 8], segment = []
// CHECK-NEXT: isa.end_loop
// CHECK-NEXT: isa.end_loop
// CHECK-NEXT: }
// CHECK-NEXT: isa.queue array {
// CHECK-NEXT: }
// CHECK-NEXT: isa.queue vector {
// CHECK-NEXT: isa.loop node = 0, wait = [], signal = [], count = 5
// CHECK-NEXT: isa.loop node = 0, wait = [], signal = [], count = 2
// CHECK-NEXT: isa.sync node = 0, wait = [0], signal = [1]
// CHECK-NEXT: isa.end_loop
// CHECK-NEXT: isa.end_loop
// CHECK-NEXT: }
// Where the tile begins in the tensor, without a wrap: one slot.
// CHECK-NEXT: isa.queue store {
// CHECK-NEXT: isa.loop
// CHECK-NEXT: isa.store node = 0, wait = [2], signal = [], memory = 0, element_bytes = 4, codec = raw, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <320 + 64*i0>, buffer = <200>, extents = [1, 16], dram_strides = [64, 4], buffer_strides = [64, 4], offsets = [<0 + 1*i0>, <0>], bounds = [10, 16], segment = []
func.func @transfers() attributes {acc.activation_bytes = 1024 : i64, acc.constant_bytes = 64 : i64} {
  acc.token 0 "full" initial 0 maximum 3
  acc.token 1 "free" initial 3 maximum 3
  acc.token 2 "done" initial 0 maximum 10
  %k = acc.tensor constant "k" {address = 0 : i64, value = dense<1> : tensor<60xi8>} -> tensor<60xi8>
  %x = acc.tensor input "x" {address = 256 : i64} -> tensor<10x16xf32>
  %v = acc.tensor intermediate "v" of %x : tensor<10x16xf32> {offset = 8 : i64, strides = array<i64: 16, 1>} -> tensor<10x8xf32>
  acc.nest node 3 "copy" from [] {
    %b = acc.buffer {address = 96 : i64, memory = 0 : i64} : !acc.buffer<2x3xf32, vector, slots = 3>
    %c = acc.buffer {address = 200 : i64, memory = 0 : i64} : !acc.buffer<1x16xf32, vector, slots = 1>
    acc.for 5 {
      acc.for 2 {
        acc.load %v, %b offsets affine_map<(d0, d1) -> (d0 * 2 - 1, d1 * 2)> slots [affine_map<(d0, d1) -> (d0 * 2 + d1)>] wait [1] signal [0, 2] {fill = 1069547520 : i64}
            : tensor<10x8xf32>, !acc.buffer<2x3xf32, vector, slots = 3>
      }
      acc.for 2 {
        acc.sync vector wait [0] signal [1]
      }
      acc.store %c, %x offsets affine_map<(d0) -> (d0, 0)> slots [affine_map<(d0) -> (d0)>] wait [2]
          : !acc.buffer<1x16xf32, vector, slots = 1>, tensor<10x16xf32>
    }
  }
  return
}

// -----

// An array task: all operands, the origin's element, psums of four bytes; an infinite bound is the widest int32.
// CHECK: isa.mapping dataflow = ws, passes = [6, 2], cluster_rows = [], cluster_columns = [2, 4], pe_rows = [3, 2], pe_columns = [4, 3], macs = [5, 2], spad = [7, 3]
// CHECK: isa.queue array {
// CHECK-NEXT: isa.loop node = 0, wait = [], signal = [], count = 2
// CHECK-NEXT: isa.conv node = 0, wait = [0], signal = [1],
// CHECK-SAME: ifmap_type = uint8, weight_type = int8, output_type = int8, mode = dequantize_quantize, has_params = true, has_table = true
// CHECK-SAME: ifmap_memory = 0, weight_memory = 0, param_memory = 0, psum_memory = 0, output_memory = 0, table_memory = 0
// CHECK-SAME: stride_h = 2, stride_w = 1, dilation_h = 1, dilation_w = 2
// CHECK-SAME: ifmap_zero_point = 128, output_zero_point = -3, clamp_low = 0x80000000, clamp_high = 0x9, output_scale = 0.5, mapping = 0
// CHECK-SAME: ifmap_h = 9, ifmap_w = 8
// CHECK-SAME: ifmap = <98 + 64*i0 mod 128>, weight = <1000>, param = <2000>, table = <2500>, psum = <3000>, output = <4000 + 32*i0 mod 64>
// CHECK-SAME: origin_h = <-1 + 8*i0>, origin_w = <-2>
// CHECK-SAME: extents = [1, 1, 2, 4, 4, 4, 3, 3], offsets = [<0>, <0>, <0>, <0 + 4*i0>, <0>, <0>, <0>, <0>], bounds = [1, 1, 2, 8, 4, 4, 3, 3]
// CHECK-SAME: ifmap_strides = [64, 64, 16, 4, 1], weight_strides = [72, 36, 9, 3, 1], psum_strides = [128, 128, 64, 16, 4], output_strides = [32, 32, 16, 4, 1]
func.func @array() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  acc.token 0 "in" initial 2 maximum 2
  acc.token 1 "out" initial 0 maximum 2
  acc.nest node 0 "conv" from [] {
    %i = acc.buffer {address = 100 : i64, memory = 0 : i64} : !acc.buffer<1x4x4x4x!quant.uniform<u8:f32, 1.0>, ifmap, slots = 2>
    %w = acc.buffer {address = 1000 : i64, memory = 0 : i64} : !acc.buffer<2x4x3x3xi8, weight, slots = 1>
    %p = acc.buffer {address = 2000 : i64, memory = 0 : i64} : !acc.buffer<2x4xi32, param, slots = 1>
    %t = acc.buffer {address = 2500 : i64, memory = 0 : i64} : !acc.buffer<256xi8, param, slots = 1>
    %s = acc.buffer {address = 3000 : i64, memory = 0 : i64} : !acc.buffer<1x2x4x4xi32, psum, slots = 1>
    %o = acc.buffer {address = 4000 : i64, memory = 0 : i64} : !acc.buffer<1x2x4x4xi8, ofmap, slots = 2>
    acc.for 2 {
      acc.array ifmap %i weight %w param %p table %t psum %s output %o
          slots [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>]
          mode dequantize_quantize clamp [none, 9.0] wait [0] signal [1] {
        extents = array<i64: 1, 1, 2, 4, 4, 4, 3, 3>, offsets = affine_map<(d0) -> (0, 0, 0, d0 * 4, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 2, 8, 4, 4, 3, 3>,
        origin = affine_map<(d0) -> (d0 * 8 - 1, -2)>, ifmap_offset = -2 : i64, ifmap_size = array<i64: 9, 8>, strides = array<i64: 2, 1>,
        dilations = array<i64: 1, 2>, ifmap_strides = array<i64: 64, 64, 16, 4, 1>, weight_strides = array<i64: 72, 36, 9, 3, 1>,
        psum_strides = array<i64: 32, 32, 16, 4, 1>, output_strides = array<i64: 32, 32, 16, 4, 1>, ifmap_zero_point = 128 : i32,
        output_zero_point = -3 : i32, output_scale = 0.5 : f32,
        mapping = #acc.mapping<ws, passes = [R = 2], cluster_rows = [], cluster_columns = [M = 4], pe_rows = [C = 2], pe_columns = [P = 3], macs = [Q = 2], spad = [S = 3]>}
          : (!acc.buffer<1x4x4x4x!quant.uniform<u8:f32, 1.0>, ifmap, slots = 2>, !acc.buffer<2x4x3x3xi8, weight, slots = 1>, !acc.buffer<2x4xi32, param, slots = 1>,
             !acc.buffer<256xi8, param, slots = 1>, !acc.buffer<1x2x4x4xi32, psum, slots = 1>, !acc.buffer<1x2x4x4xi8, ofmap, slots = 2>) -> ()
    }
  }
  return
}

// -----

// Float: bounds are floats, what is not there is 0.
// CHECK: isa.queue array {
// CHECK-NEXT: isa.conv {{.*}} ifmap_type = float32, weight_type = float32, output_type = float32
// CHECK-SAME: mode = float, has_params = false, has_table = false
// CHECK-SAME: clamp_low = 0x0, clamp_high = 0x7F800000
// CHECK-SAME: ifmap = <0>, weight = <64>, param = <0>, table = <0>, psum = <0>, output = <128>
// CHECK-SAME: ifmap_strides = [16, 16, 16, 16, 4]
func.func @float() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  acc.nest node 0 "conv" from [] {
    %i = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<1x1x1x4xf32, ifmap, slots = 1>
    %w = acc.buffer {address = 64 : i64, memory = 0 : i64} : !acc.buffer<1x1x1x1xf32, weight, slots = 1>
    %o = acc.buffer {address = 128 : i64, memory = 0 : i64} : !acc.buffer<1x1x1x4xf32, ofmap, slots = 1>
    acc.array ifmap %i weight %w output %o slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] mode float clamp [0.0, none] {
      extents = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>,
      origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 4>, strides = array<i64: 1, 1>,
      dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 4, 4, 4, 4, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
      psum_strides = array<i64: 4, 4, 4, 4, 1>, output_strides = array<i64: 4, 4, 4, 4, 1>,
      mapping = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [Q = 4], pe_rows = [], pe_columns = [], macs = [], spad = []>}
        : (!acc.buffer<1x1x1x4xf32, ifmap, slots = 1>, !acc.buffer<1x1x1x1xf32, weight, slots = 1>, !acc.buffer<1x1x1x4xf32, ofmap, slots = 1>) -> ()
  }
  return
}

// -----

// The vector unit's instructions. Strides are in bytes of each operand's own type.
// CHECK: isa.lanes inputs = 2, result = r0, name = "map0"
// CHECK: isa.lanes inputs = 1, result = r0, name = "reduce1"
// CHECK: isa.lanes inputs = 2, result = r0, name = "finish2"
// CHECK: isa.queue vector {
// CHECK-NEXT: isa.map node = 0, wait = [], signal = [], program = 0, output_memory = 0, output_type = float32, extents = [4, 8], offsets = [<0>, <0>], bounds = [4, 8], inputs = [<0>, <64>], input_memories = [0, 0], input_types = [int8, float32], input_strides = [8, 1, 0, 4], output = <128>, output_strides = [32, 4]
// CHECK-NEXT: isa.reduce
// CHECK-SAME: program = 1, output_memory = 0, output_type = int8, extents = [4, 8], offsets = [<0>, <0>], bounds = [4, 16], inputs = [<0>], input_memories = [0], input_types = [int8], input_strides = [8, 1], output = <512>, output_strides = [1]
// CHECK-SAME: reduced = 1, combine = add, accumulator_type = int32, accumulator_memory = 0, finish = 2, accumulator = <600>, accumulator_strides = [4]
// CHECK-NEXT: isa.window
// CHECK-SAME: program = 1
// CHECK-SAME: inputs = [<-1>]
// CHECK-SAME: combine = max, accumulator_type = int32, finish = 2
// CHECK-SAME: window_dims = [1], window_sizes = [3], window_strides = [2], window_dilations = [1], window_origins = [<-1>], window_bounds = [8], count_low = [0], count_high = [8]
// CHECK-NEXT: isa.permute
// CHECK-SAME: element_bytes = 4
// CHECK-SAME: input = <156>, input_strides = [32, -4], output = <1024>, output_strides = [32, 4]
// CHECK-NEXT: isa.gather
// CHECK-SAME: axis = 1
// CHECK-SAME: indices = <2000>, index_origin = <0>
func.func @vector() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  acc.nest node 0 "all" from [] {
    %a = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<4x8xi8, vector, slots = 1>
    %b = acc.buffer {address = 64 : i64, memory = 0 : i64} : !acc.buffer<8xf32, vector, slots = 1>
    %c = acc.buffer {address = 128 : i64, memory = 0 : i64} : !acc.buffer<4x8xf32, vector, slots = 1>
    %d = acc.buffer {address = 512 : i64, memory = 0 : i64} : !acc.buffer<4x1xi8, vector, slots = 1>
    %e = acc.buffer {address = 600 : i64, memory = 0 : i64} : !acc.buffer<4x1xi32, vector, slots = 1>
    %f = acc.buffer {address = 1024 : i64, memory = 0 : i64} : !acc.buffer<4x8xf32, vector, slots = 1>
    %i = acc.buffer {address = 2000 : i64, memory = 0 : i64} : !acc.buffer<8xi32, vector, slots = 1>
    acc.vector_map %a, %b into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 8>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 8>,
      input_strides = array<i64: 8, 1, 0, 1>, output_strides = array<i64: 8, 1>}
        : (!acc.buffer<4x8xi8, vector, slots = 1>, !acc.buffer<8xf32, vector, slots = 1>, !acc.buffer<4x8xf32, vector, slots = 1>) -> () {
    ^bb0(%x: i32, %y: f32):
      acc.yield %y : f32
    }
    acc.vector_reduce %a, %e into %d slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] add {
      extents = array<i64: 4, 8>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 16>, reduced = 1 : i64,
      input_strides = array<i64: 8, 1, 1, 0>, output_strides = array<i64: 1>}
        : (!acc.buffer<4x8xi8, vector, slots = 1>, !acc.buffer<4x1xi32, vector, slots = 1>, !acc.buffer<4x1xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
    acc.vector_window %a into %a slots [affine_map<() -> (0)>, affine_map<() -> (0)>] max {
      extents = array<i64: 4, 4>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 4>,
      input_strides = array<i64: 8, 1>, output_strides = array<i64: 8, 1>, dims = array<i64: 1>, sizes = array<i64: 3>,
      strides = array<i64: 2>, dilations = array<i64: 1>, origins = affine_map<() -> (-1)>, input_offset = -1 : i64,
      input_bounds = array<i64: 8>, count_low = array<i64: 0>, count_high = array<i64: 8>}
        : (!acc.buffer<4x8xi8, vector, slots = 1>, !acc.buffer<4x8xi8, vector, slots = 1>) -> () program {
    ^bb0(%x: i32):
      acc.yield %x : i32
    } finish {
    ^bb0(%x: i32, %n: i32):
      acc.yield %x : i32
    }
    acc.vector_permute %c into %f slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 8>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 8>, input_offset = 7 : i64,
      input_strides = array<i64: 8, -1>, output_strides = array<i64: 8, 1>}
        : (!acc.buffer<4x8xf32, vector, slots = 1>, !acc.buffer<4x8xf32, vector, slots = 1>) -> ()
    acc.vector_gather %c, %i into %f slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4, 8>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 8>, axis = 1 : i64,
      input_strides = array<i64: 8, 1, 0, 1>, output_strides = array<i64: 8, 1>}
        : (!acc.buffer<4x8xf32, vector, slots = 1>, !acc.buffer<8xi32, vector, slots = 1>, !acc.buffer<4x8xf32, vector, slots = 1>) -> ()
  }
  return
}
