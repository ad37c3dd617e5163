// Two 3x3 convolutions run tile by tile: what the first gives the second never reaches DRAM. Tiles of five rows; the rows at
// a tile's border are computed in both tiles. Bit-equal to the two convolutions apart, and to NumPy.
// RUN: dnnc %s --sparsity off -o %t.bin
// RUN: dnnc %S/Inputs/two_convs_apart.mlir --sparsity off -o %t.apart.bin
// RUN: %python %S/Inputs/two_convs.py %t.bin %t.apart.bin

func.func @main(%x: tensor<1x4x20x32xi8> {dnn.name = "x"}, %w1: tensor<8x4x3x3xi8> {dnn.name = "w1"},
                %p1: tensor<8x4xi32> {dnn.name = "p1"}, %w2: tensor<8x8x3x3xi8> {dnn.name = "w2"},
                %p2: tensor<8x4xi32> {dnn.name = "p2"}) -> (tensor<1x8x20x32xi8> {dnn.name = "y"}) {
  %y = acc.group(%x, %w1, %p1, %w2, %p2) node 0 "two_convs" from ["conv1", "conv2"]
      tiled <sizes = [1, 8, 5, 32], order = [0, 1, 2, 3]>
      : (tensor<1x4x20x32xi8>, tensor<8x4x3x3xi8>, tensor<8x4xi32>, tensor<8x8x3x3xi8>, tensor<8x4xi32>)
      -> tensor<1x8x20x32xi8> {
  ^bb0(%a: tensor<1x4x20x32xi8>, %f1: tensor<8x4x3x3xi8>, %q1: tensor<8x4xi32>, %f2: tensor<8x8x3x3xi8>, %q2: tensor<8x4xi32>):
    %h = acc.conv %a, %f1 params %q1 strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize clamp [-5.0, 127.0]
        {ifmap_zero_point = 3 : i32, output_zero_point = -5 : i32}
        : (tensor<1x4x20x32xi8>, tensor<8x4x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x20x32xi8>
    %r = acc.conv %h, %f2 params %q2 strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize edge recompute
        {ifmap_zero_point = -5 : i32, output_zero_point = 7 : i32}
        : (tensor<1x8x20x32xi8>, tensor<8x8x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x20x32xi8>
    acc.yield %r : tensor<1x8x20x32xi8>
  }
  return %y : tensor<1x8x20x32xi8>
}
