// A convolution whose weight stands in DRAM as a mask and its non-zeros: segments of two filters by two channels, which are
// the tiles that the convolution loads. Bit-equal to the plain weight's convolution, and to NumPy's.
// RUN: dnnc %s -o %t.bin
// RUN: dnnc %S/Inputs/plain_weight.mlir --target edge --sparsity off -o %t.plain.bin
// RUN: %python %S/Inputs/bitmask_weight.py %t.bin %t.plain.bin %s

// Every load of the weight decodes a segment, whose slot has room for the worst case.
// RUN: dnnc-objdump %t.bin | FileCheck %s
// CHECK: isa.tensor kind = constant, {{.*}} bytes = 512, {{.*}} shape = [8, 4, 3, 3]
// CHECK: isa.load {{.*}} codec = bitmask, {{.*}} slot_bytes = 64, {{.*}} dram = <0>, {{.*}} extents = [2, 2, 3, 3], dram_strides = [128, 64, 64, 64]

func.func @main(%x: tensor<1x4x12x16xi8> {dnn.name = "x"}, %p: tensor<8x4xi32> {dnn.name = "p"})
    -> (tensor<1x8x12x16xi8> {dnn.name = "y"}) {
  %w = acc.constant dense<[
    [[[4, -2, 0], [0, -7, 0], [0, 5, 0]], [[-8, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, -2], [0, 0, 0], [0, 0, 0]], [[0, 7, 0], [0, 9, 0], [0, 3, 0]]],
    [[[0, 0, 0], [-5, 0, 0], [0, 0, 0]], [[0, 0, -1], [0, 0, 0], [8, 0, 0]], [[0, 0, 0], [0, 0, 8], [0, 0, 0]], [[0, 0, -9], [0, -1, 0], [0, 0, 0]]],
    [[[0, 0, -2], [0, -1, -2], [2, 0, -9]], [[0, 0, 0], [0, 0, 4], [0, 0, -5]], [[0, 0, 0], [0, 0, 0], [0, -4, 0]], [[-5, 0, 0], [0, 0, -1], [0, 2, 0]]],
    [[[0, 0, 0], [0, 0, 0], [0, -5, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 5, 0]], [[0, 0, -1], [0, 0, 0], [0, 0, -8]]],
    [[[0, 9, 5], [0, 0, -2], [0, 0, 9]], [[0, 0, 0], [0, -6, 0], [0, 7, 0]], [[-1, 0, 0], [0, -4, -6], [0, 0, 2]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]]],
    [[[0, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]]],
    [[[0, 0, 0], [0, 0, 5], [0, 0, 0]], [[-2, 0, 0], [0, 0, 0], [0, -6, 0]], [[-5, 0, 0], [0, 5, 0], [0, -2, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]]],
    [[[0, 0, 0], [0, -1, -3], [6, 0, 0]], [[3, 0, 6], [0, 0, 0], [3, 0, 0]], [[0, 0, 0], [0, 0, 0], [-9, 0, 0]], [[0, 4, 0], [0, -1, -1], [0, 0, 0]]]
  ]> : tensor<8x4x3x3xi8> {storage = #acc.storage<bitmask, segment = [2, 2, 3, 3]>} -> tensor<8x4x3x3xi8>
  %y = acc.group(%x, %w, %p) node 0 "conv" from ["conv"] tiled <sizes = [1, 2, 12, 16], order = [0, 1, 2, 3], reduction = [2]>
      : (tensor<1x4x12x16xi8>, tensor<8x4x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x12x16xi8> {
  ^bb0(%a: tensor<1x4x12x16xi8>, %f: tensor<8x4x3x3xi8>, %q: tensor<8x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        {ifmap_zero_point = 3 : i32, output_zero_point = 7 : i32}
        : (tensor<1x4x12x16xi8>, tensor<8x4x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x12x16xi8>
    acc.yield %r : tensor<1x8x12x16xi8>
  }
  return %y : tensor<1x8x12x16xi8>
}
