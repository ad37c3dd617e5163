// The tables of a program: header, tokens, nodes, tensors, segment; mappings and lane programs that are alike stand once.
// RUN: dnnc-opt --tasks-to-isa %s | FileCheck %s
// RUN: dnnc-opt --tasks-to-isa=target=%source/test/targets/tiny.yaml %s | FileCheck %s --check-prefix=TARGET
// TARGET: "name: \"tiny

// Activations stand behind the constants, at a burst.
// CHECK: isa.program dram_bytes = 1088, constants_bytes = 64, model = "net", target = [
// CHECK-NEXT: "name: \"edge
// CHECK: isa.token initial = 0, maximum = 2, name = "first"
// CHECK-NEXT: isa.token initial = 1, maximum = 1, name = "second"
// The node's number is the report's, its row the instructions'.
// CHECK-NEXT: isa.node id = 7, dataflow = nlr, macs = 42, op = "conv", onnx = ["a", "b"]
// CHECK-NEXT: isa.node id = 9, dataflow = none, macs = 0, op = "map", onnx = []
// CHECK-NEXT: isa.tensor kind = input, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 64, bytes = 16, node = 1, zero_value = 0x0, slot_bytes = 0, column = 0, name = "x", shape = [4, 4], scales = [0.5], zero_points = [-3], segment = [], order = []
// CHECK-NEXT: isa.tensor kind = constant, type = int8, axis = 0, codec = raw, n = 0, m = 0, address = 0, bytes = 4, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "k", shape = [2, 2], scales = [0.5, 0.25], zero_points = [0, 1], segment = [], order = []
// A view of a constant is one; a view of an intermediate tensor that is the network's is shown as such, with its own shape.
// CHECK-NEXT: isa.tensor kind = constant, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 0, bytes = 4, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "flat", shape = [4], scales = [], zero_points = [], segment = [], order = []
// CHECK-NEXT: isa.tensor kind = intermediate, type = float32, axis = -1, codec = raw, n = 0, m = 0, address = 320, bytes = 64, node = 1, zero_value = 0x0, slot_bytes = 0, column = 0, name = "whole", shape = [4, 4], scales = [], zero_points = [], segment = [], order = []
// CHECK-NEXT: isa.tensor kind = output, type = float32, axis = -1, codec = raw, n = 0, m = 0, address = 320, bytes = 64, node = 1, zero_value = 0x0, slot_bytes = 0, column = 0, name = "y", shape = [16], scales = [], zero_points = [], segment = [], order = []
// The part of a concatenation is no tensor of its own.
// CHECK-NOT: "part"
// CHECK: isa.tensor kind = observed, {{.*}} name = "seen"
// CHECK-NEXT: isa.segment kind = accelerator, inputs = [0], outputs = [4, 5]
// CHECK-NEXT: isa.mapping
// CHECK-NEXT: isa.lanes inputs = 1, {{.*}}, name = "map0"
// CHECK-NOT: isa.lanes
// CHECK: isa.queue array
// CHECK-NEXT: isa.conv node = 0, {{.*}} mapping = 0
// CHECK-NEXT: isa.conv node = 0, {{.*}} mapping = 0
// CHECK: isa.queue vector
// CHECK-NEXT: isa.map node = 1, wait = [], signal = [], program = 0
// CHECK-NEXT: isa.map node = 1, wait = [], signal = [], program = 0
#mapping = #acc.mapping<nlr, passes = [], cluster_rows = [], cluster_columns = [Q = 4], pe_rows = [], pe_columns = [], macs = [], spad = []>
module @net {
  func.func @main() attributes {acc.activation_bytes = 1024 : i64, acc.constant_bytes = 4 : i64} {
    acc.token 0 "first" initial 0 maximum 2
    acc.token 1 "second" initial 1 maximum 1
    %x = acc.tensor input "x" {address = 0 : i64} -> tensor<4x4x!quant.uniform<i8:f32, 0.5:-3>>
    %k = acc.tensor constant "k" {address = 0 : i64, value = dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>} -> tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25:1}>>
    %l = acc.tensor intermediate "flat" of %k : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25:1}>> {strides = array<i64: 1>} -> tensor<4xi8>
    %w = acc.tensor intermediate "whole" {address = 256 : i64} -> tensor<4x4xf32>
    %y = acc.tensor output "y" of %w : tensor<4x4xf32> {strides = array<i64: 1>} -> tensor<16xf32>
    %p = acc.tensor intermediate "part" of %w : tensor<4x4xf32> {offset = 2 : i64, strides = array<i64: 4, 1>} -> tensor<4x2xf32>
    %s = acc.tensor observed "seen" {address = 512 : i64} -> tensor<2xi64>
    acc.nest node 7 "conv" from ["a", "b"] attributes {macs = 42 : i64} {
      %i = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<1x1x1x4xf32, ifmap, slots = 1>
      %v = acc.buffer {address = 1000 : i64, memory = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
      acc.load %l, %v offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<4xi8>, !acc.buffer<4xi8, vector, slots = 1>
      acc.array ifmap %i weight %i output %i slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] mode float {
        extents = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>,
        origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 4>, strides = array<i64: 1, 1>,
        dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 4, 4, 4, 4, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
        psum_strides = array<i64: 4, 4, 4, 4, 1>, output_strides = array<i64: 4, 4, 4, 4, 1>, mapping = #mapping}
          : (!acc.buffer<1x1x1x4xf32, ifmap, slots = 1>, !acc.buffer<1x1x1x4xf32, ifmap, slots = 1>, !acc.buffer<1x1x1x4xf32, ifmap, slots = 1>) -> ()
      acc.array ifmap %i weight %i output %i slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] mode float {
        extents = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>, offsets = affine_map<() -> (0, 0, 0, 0, 0, 0, 0, 0)>, bounds = array<i64: 1, 1, 1, 1, 1, 4, 1, 1>,
        origin = affine_map<() -> (0, 0)>, ifmap_offset = 0 : i64, ifmap_size = array<i64: 1, 4>, strides = array<i64: 1, 1>,
        dilations = array<i64: 1, 1>, ifmap_strides = array<i64: 4, 4, 4, 4, 1>, weight_strides = array<i64: 1, 1, 1, 1, 1>,
        psum_strides = array<i64: 4, 4, 4, 4, 1>, output_strides = array<i64: 4, 4, 4, 4, 1>, mapping = #mapping}
          : (!acc.buffer<1x1x1x4xf32, ifmap, slots = 1>, !acc.buffer<1x1x1x4xf32, ifmap, slots = 1>, !acc.buffer<1x1x1x4xf32, ifmap, slots = 1>) -> ()
    }
    acc.nest node 9 "map" from [] {
      %a = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<4x4x!quant.uniform<i8:f32, 0.5:-3>, vector, slots = 1>
      %b = acc.buffer {address = 64 : i64, memory = 0 : i64} : !acc.buffer<4x2xf32, vector, slots = 1>
      %c = acc.buffer {address = 128 : i64, memory = 0 : i64} : !acc.buffer<4x4xi8, vector, slots = 1>
      acc.load %x, %a offsets affine_map<() -> (0, 0)> slots [affine_map<() -> (0)>] : tensor<4x4x!quant.uniform<i8:f32, 0.5:-3>>, !acc.buffer<4x4x!quant.uniform<i8:f32, 0.5:-3>, vector, slots = 1>
      acc.vector_map %c into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
        extents = array<i64: 4, 4>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 4>, input_strides = array<i64: 4, 1>, output_strides = array<i64: 4, 1>}
          : (!acc.buffer<4x4xi8, vector, slots = 1>, !acc.buffer<4x4xi8, vector, slots = 1>) -> () {
      ^bb0(%e: i32):
        %s0 = arith.addi %e, %e : i32
        acc.yield %s0 : i32
      }
      acc.vector_map %c into %c slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
        extents = array<i64: 4, 4>, offsets = affine_map<() -> (0, 0)>, bounds = array<i64: 4, 4>, input_strides = array<i64: 4, 1>, output_strides = array<i64: 4, 1>}
          : (!acc.buffer<4x4xi8, vector, slots = 1>, !acc.buffer<4x4xi8, vector, slots = 1>) -> () {
      ^bb0(%e: i32):
        %s0 = arith.addi %e, %e : i32
        acc.yield %s0 : i32
      }
      acc.store %b, %p offsets affine_map<() -> (0, 0)> slots [affine_map<() -> (0)>] : !acc.buffer<4x2xf32, vector, slots = 1>, tensor<4x2xf32>
    }
    return
  }
}
