// The image of the constants (lib/Encode/Constants.cpp), and loads of compressed ones.
// RUN: dnnc-opt --tasks-to-isa %s | FileCheck %s

// Each at its address, as it is stored: bytes, 32-bit words, floats; a splat in full; a quantized type by its storage. What is
// compressed stands as segments in slots of 64 bytes: a header that counts the bytes behind it, the mask, the elements that are
// not zero; the last segment has no zeros and stands raw.
// Segments of two columns: [1 0 / 0 0], [0 0 / 0 5], [0 0 / 0 0], [7 8 / 9 10].
// CHECK: isa.tensor kind = constant, type = int8, {{.*}} address = 192, bytes = 256, node = 0, zero_value = 0x0, slot_bytes = 64, column = 0, name = "w", shape = [4, 4]
// A tile is one segment; the transfer says where the tile is and what leads from slot to slot.
// CHECK: isa.load {{.*}} codec = bitmask, pad_value = 0x0, zero_value = 0x0, slot_bytes = 64, n = 0, m = 0, column = 0, dram = <192>, buffer = <0 + 8*i0 + 4*i1 mod 8>, extents = [2, 2], dram_strides = [128, 64], {{.*}} offsets = [<0 + 2*i0>, <0 + 2*i1>], bounds = [4, 4], segment = [2, 2]
// CHECK: "0x40000000
// CHECK-SAME: 01FE03{{(00)+}}
// CHECK-SAME: FFFFFFFF02{{(00)+}}
// CHECK-SAME: C03F0000C03F{{(00)+}}
// CHECK-SAME: 020000000101{{(00)+}}
// CHECK-SAME: 020000000805{{(00)+}}
// CHECK-SAME: 01{{(00)+}}
// CHECK-SAME: 040000800708090A{{(00)+}}"
func.func @main() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 448 : i64} {
  %b = acc.tensor constant "b" {address = 0 : i64, value = dense<[1, -2, 3]> : tensor<3xi8>} -> tensor<3x!quant.uniform<i8:f32, 0.5>>
  %i = acc.tensor constant "i" {address = 64 : i64, value = dense<[-1, 2]> : tensor<2xi32>} -> tensor<2xi32>
  %f = acc.tensor constant "f" {address = 128 : i64, value = dense<1.5> : tensor<2xf32>} -> tensor<2xf32>
  %w = acc.tensor constant "w" {address = 192 : i64, storage = #acc.storage<bitmask, segment = [2, 2]>,
    value = dense<[[1, 0, 0, 0], [0, 0, 0, 5], [0, 0, 7, 8], [0, 0, 9, 10]]> : tensor<4x4xi8>} -> tensor<4x4xi8>
  acc.nest node 0 "load" from [] {
    %t = acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<2x2xi8, vector, slots = 2>
    acc.for 2 {
      acc.for 2 {
        acc.load %w, %t offsets affine_map<(d0, d1) -> (d0 * 2, d1 * 2)> slots [affine_map<(d0, d1) -> (d0 * 2 + d1)>] : tensor<4x4xi8>, !acc.buffer<2x2xi8, vector, slots = 2>
      }
    }
  }
  return
}
