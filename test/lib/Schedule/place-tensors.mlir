// RUN: dnnc-opt --place-tensors --split-input-file %s | FileCheck %s

// Constants in their own space, one after the other, at bursts of 64 bytes; inputs and outputs for the whole run; what is in
// between where the first gap is: %c may stand where %a was, as nest 3 is behind the last that reads %a, and %b may not.
// CHECK-LABEL: func.func @lives
// CHECK-SAME: attributes {acc.activation_bytes = 576 : i64, acc.constant_bytes = 128 : i64}
// CHECK: constant "k" {address = 0 : i64
// CHECK: constant "l" {address = 64 : i64
// CHECK: input "x" {address = 0 : i64}
// CHECK: output "y" {address = 128 : i64}
// CHECK: intermediate "a" {address = 256 : i64}
// CHECK: intermediate "b" {address = 384 : i64}
// CHECK: intermediate "c" {address = 256 : i64}
// CHECK: intermediate "d" {address = 448 : i64}
func.func @lives() {
  %k = acc.tensor constant "k" {value = dense<1> : tensor<60xi8>} -> tensor<60xi8>
  %l = acc.tensor constant "l" {value = dense<1> : tensor<60xi8>} -> tensor<60xi8>
  %x = acc.tensor input "x" -> tensor<100xi8>
  %y = acc.tensor output "y" -> tensor<100xi8>
  %a = acc.tensor intermediate "a" -> tensor<25xi32>
  %b = acc.tensor intermediate "b" -> tensor<10xi8>
  %c = acc.tensor intermediate "c" -> tensor<128xi8>
  %d = acc.tensor intermediate "d" -> tensor<100xi8>
  acc.nest node 0 "n" from [] {
    %t = acc.buffer : !acc.buffer<1xi8, vector, slots = 1>
    %s = acc.buffer : !acc.buffer<1xi32, vector, slots = 1>
    acc.load %x, %t offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<100xi8>, !acc.buffer<1xi8, vector, slots = 1>
    acc.store %s, %a offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !acc.buffer<1xi32, vector, slots = 1>, tensor<25xi32>
  }
  acc.nest node 1 "n" from [] {
    %t = acc.buffer : !acc.buffer<1xi8, vector, slots = 1>
    %s = acc.buffer : !acc.buffer<1xi32, vector, slots = 1>
    acc.load %a, %s offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<25xi32>, !acc.buffer<1xi32, vector, slots = 1>
    acc.store %t, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !acc.buffer<1xi8, vector, slots = 1>, tensor<10xi8>
  }
  acc.nest node 2 "n" from [] {
    %t = acc.buffer : !acc.buffer<1xi8, vector, slots = 1>
    acc.load %b, %t offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<10xi8>, !acc.buffer<1xi8, vector, slots = 1>
    acc.store %t, %c offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !acc.buffer<1xi8, vector, slots = 1>, tensor<128xi8>
    acc.store %t, %d offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !acc.buffer<1xi8, vector, slots = 1>, tensor<100xi8>
  }
  acc.nest node 3 "n" from [] {
    %t = acc.buffer : !acc.buffer<1xi8, vector, slots = 1>
    acc.load %c, %t offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<128xi8>, !acc.buffer<1xi8, vector, slots = 1>
    acc.load %d, %t offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : tensor<100xi8>, !acc.buffer<1xi8, vector, slots = 1>
    acc.store %t, %y offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !acc.buffer<1xi8, vector, slots = 1>, tensor<100xi8>
  }
  return
}

// -----

// A view has no place of its own, and lives through the tensor it shows: that of an output always, and of an intermediate as
// long as the view is used. A compressed constant takes worst-case slots: 4 + 2 + 16 bytes are a slot of 64, times 2.
// CHECK-LABEL: func.func @views
// CHECK-SAME: attributes {acc.activation_bytes = 192 : i64, acc.constant_bytes = 192 : i64}
// CHECK: constant "k" {address = 0 : i64
// CHECK: constant "l" {address = 128 : i64
// CHECK: intermediate "whole" {address = 0 : i64} -> tensor<64xi8>
// CHECK: output "half" of %{{[0-9]+}} : tensor<64xi8> {strides = array<i64: 1>}
// CHECK: intermediate "a" {address = 64 : i64}
// CHECK: intermediate "part" of %{{[0-9]+}} : tensor<8x8xi8> {offset = 4 : i64, strides = array<i64: 8, 1>}
// CHECK: intermediate "b" {address = 128 : i64}
func.func @views() {
  %k = acc.tensor constant "k" {value = dense<1> : tensor<32xi8>, storage = #acc.storage<bitmask, segment = [16]>} -> tensor<32xi8>
  %l = acc.tensor constant "l" {value = dense<1> : tensor<32xi8>} -> tensor<32xi8>
  %w = acc.tensor intermediate "whole" -> tensor<64xi8>
  %h = acc.tensor output "half" of %w : tensor<64xi8> {strides = array<i64: 1>} -> tensor<32xi8>
  %a = acc.tensor intermediate "a" -> tensor<8x8xi8>
  %p = acc.tensor intermediate "part" of %a : tensor<8x8xi8> {offset = 4 : i64, strides = array<i64: 8, 1>} -> tensor<8x4xi8>
  %b = acc.tensor intermediate "b" -> tensor<64xi8>
  acc.nest node 0 "n" from [] {
    %t = acc.buffer : !acc.buffer<1x1xi8, vector, slots = 1>
    acc.store %t, %a offsets affine_map<() -> (0, 0)> slots [affine_map<() -> (0)>] : !acc.buffer<1x1xi8, vector, slots = 1>, tensor<8x8xi8>
  }
  acc.nest node 1 "n" from [] {
    %t = acc.buffer : !acc.buffer<1xi8, vector, slots = 1>
    acc.store %t, %b offsets affine_map<() -> (0)> slots [affine_map<() -> (0)>] : !acc.buffer<1xi8, vector, slots = 1>, tensor<64xi8>
  }
  acc.nest node 2 "n" from [] {
    %t = acc.buffer : !acc.buffer<1x1xi8, vector, slots = 1>
    acc.load %p, %t offsets affine_map<() -> (0, 0)> slots [affine_map<() -> (0)>] : tensor<8x4xi8>, !acc.buffer<1x1xi8, vector, slots = 1>
  }
  return
}
