// One group that goes through three queues and back: load, array, vector, array, store; and a group behind it that reads what
// the first one read and what it made.
func.func @main(%x: tensor<1x2x8x8xi8> {dnn.name = "x"}, %w: tensor<2x2x3x3xi8> {dnn.name = "w"}, %z: tensor<2x1x1xi8> {dnn.name = "z"})
    -> (tensor<1x2x8x8xi8> {dnn.name = "y"}) {
  %c = acc.group(%x, %w, %z, %w) node 0 "conv+add+conv" from ["conv", "add", "conv2"] tiled <sizes = [1, 2, 2, 8], order = [0, 1, 2, 3]>
      : (tensor<1x2x8x8xi8>, tensor<2x2x3x3xi8>, tensor<2x1x1xi8>, tensor<2x2x3x3xi8>) -> tensor<1x2x8x8xi8> {
  ^bb0(%a: tensor<1x2x8x8xi8>, %f: tensor<2x2x3x3xi8>, %b: tensor<2x1x1xi8>, %g: tensor<2x2x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x2x8x8xi8>, tensor<2x2x3x3xi8>) -> tensor<1x2x8x8xi8>
    %s = acc.map %r, %b : (tensor<1x2x8x8xi8>, tensor<2x1x1xi8>) -> tensor<1x2x8x8xi8> {
    ^bb0(%e: i32, %h: i32):
      %t = arith.subi %e, %h : i32
      acc.yield %t : i32
    }
    %q = acc.conv %s, %g strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x2x8x8xi8>, tensor<2x2x3x3xi8>) -> tensor<1x2x8x8xi8>
    acc.yield %q : tensor<1x2x8x8xi8>
  }
  %y = acc.group(%x, %c) node 1 "max" from ["max"] tiled <sizes = [1, 1, 8, 8], order = [0, 1, 2, 3]>
      : (tensor<1x2x8x8xi8>, tensor<1x2x8x8xi8>) -> tensor<1x2x8x8xi8> {
  ^bb0(%a: tensor<1x2x8x8xi8>, %b: tensor<1x2x8x8xi8>):
    %r = acc.map %a, %b : (tensor<1x2x8x8xi8>, tensor<1x2x8x8xi8>) -> tensor<1x2x8x8xi8> {
    ^bb0(%e: i32, %g: i32):
      %t = arith.maxsi %e, %g : i32
      acc.yield %t : i32
    }
    acc.yield %r : tensor<1x2x8x8xi8>
  }
  return %y : tensor<1x2x8x8xi8>
}
