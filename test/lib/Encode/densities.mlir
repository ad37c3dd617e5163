// Synthetic densities become rows of the program: of what is read only the share, of what is stored all that the run needs to draw
// its zeros. Stores list the dimensions as their segments do, and the row says in which order, so that the
// same elements are zero however the tensor stands in DRAM.
// RUN: dnnc-opt %s -split-input-file --choose-mapping --tiles-to-tasks --place-tensors --allocate-buffers --insert-tokens --tasks-to-isa | FileCheck %s
// CHECK: isa.density of = ifmap, type = uint8, axis = -1, row = 0, seed = 0, zero_value = 0x0, other_value = 0x1, shares = [0.5], order = []
// CHECK: isa.density of = result, type = int8, axis = 1, row = 0, seed = 7, zero_value = 0x0, other_value = 0x1, shares = [0.25, 0.25, 0.25, 0.25], order = [0, 2, 3, 1]
// CHECK: isa.density of = input, type = int8, axis = 1, row = 0, seed = 9, zero_value = 0x0, other_value = 0x1, shares = [0.5, 0.5], order = []
// CHECK: isa.store {{.*}} bounds = [1, 4, 4, 4]
// Densities of a calibration are no matter of the program.
// CHECK-NOT: isa.density
func.func @main(%x: tensor<1x2x4x4xi8> {acc.density = #acc.density<synthetic, 0.5, axis = 1, seed = 9>}) -> tensor<1x2x4x4xi8> {
  %w = acc.constant dense<1> : tensor<4x2x1x1xi8> -> tensor<4x2x1x1xi8>
  %v = acc.constant dense<1> : tensor<2x4x1x1xi8> -> tensor<2x4x1x1xi8>
  %a = acc.group(%x, %w) node 0 "conv" from ["a"]
      stored [#acc.storage<raw>, #acc.storage<raw>, #acc.storage<csc, segment = [1, 4, 4, 4], order = [0, 2, 3, 1], column = 4>]
      {acc.density = #acc.density<synthetic, 0.25, axis = 1, seed = 7>, acc.ifmap_density = #acc.density<synthetic, 0.5>}
      : (tensor<1x2x4x4xi8>, tensor<4x2x1x1xi8>) -> tensor<1x4x4x4xi8> {
  ^bb0(%i: tensor<1x2x4x4xi8>, %f: tensor<4x2x1x1xi8>):
    %r = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x2x4x4xi8>, tensor<4x2x1x1xi8>) -> tensor<1x4x4x4xi8>
    acc.yield %r : tensor<1x4x4x4xi8>
  }
  %b = acc.group(%a, %v) node 1 "conv" from ["b"] {acc.density = #acc.density<calibration, 0.25>} : (tensor<1x4x4x4xi8>, tensor<2x4x1x1xi8>) -> tensor<1x2x4x4xi8> {
  ^bb0(%i: tensor<1x4x4x4xi8>, %f: tensor<2x4x1x1xi8>):
    %r = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x4x4x4xi8>, tensor<2x4x1x1xi8>) -> tensor<1x2x4x4xi8>
    acc.yield %r : tensor<1x2x4x4xi8>
  }
  return %b : tensor<1x2x4x4xi8>
}
