// The convolutions of two_convs.mlir, each in a group of its own.
func.func @main(%x: tensor<1x4x20x32xi8> {dnn.name = "x"}, %w1: tensor<8x4x3x3xi8> {dnn.name = "w1"},
                %p1: tensor<8x4xi32> {dnn.name = "p1"}, %w2: tensor<8x8x3x3xi8> {dnn.name = "w2"},
                %p2: tensor<8x4xi32> {dnn.name = "p2"}) -> (tensor<1x8x20x32xi8> {dnn.name = "y"}) {
  %h = acc.group(%x, %w1, %p1) node 0 "conv" from ["conv1"] tiled <sizes = [1, 8, 20, 32], order = [0, 1, 2, 3]>
      : (tensor<1x4x20x32xi8>, tensor<8x4x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x20x32xi8> {
  ^bb0(%a: tensor<1x4x20x32xi8>, %f: tensor<8x4x3x3xi8>, %q: tensor<8x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize clamp [-5.0, 127.0]
        {ifmap_zero_point = 3 : i32, output_zero_point = -5 : i32}
        : (tensor<1x4x20x32xi8>, tensor<8x4x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x20x32xi8>
    acc.yield %r : tensor<1x8x20x32xi8>
  }
  %y = acc.group(%h, %w2, %p2) node 1 "conv" from ["conv2"] tiled <sizes = [1, 8, 20, 32], order = [0, 1, 2, 3]>
      : (tensor<1x8x20x32xi8>, tensor<8x8x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x20x32xi8> {
  ^bb0(%a: tensor<1x8x20x32xi8>, %f: tensor<8x8x3x3xi8>, %q: tensor<8x4xi32>):
    %r = acc.conv %a, %f params %q strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        {ifmap_zero_point = -5 : i32, output_zero_point = 7 : i32}
        : (tensor<1x8x20x32xi8>, tensor<8x8x3x3xi8>, tensor<8x4xi32>) -> tensor<1x8x20x32xi8>
    acc.yield %r : tensor<1x8x20x32xi8>
  }
  return %y : tensor<1x8x20x32xi8>
}
