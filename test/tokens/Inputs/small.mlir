// Six groups with every kind of task, in loops and out of them: a convolution with tiled channels, a window, a sum of two
// tensors, a reduction in parts, a transpose, a plain copy. The tensors in between share their place in DRAM.
func.func @main(%x: tensor<1x4x8x8xi8> {dnn.name = "x"}, %w: tensor<4x4x3x3xi8> {dnn.name = "w"})
    -> (tensor<1x8x1x4xi8> {dnn.name = "y"}) {
  %c = acc.group(%x, %w) node 0 "conv" from ["conv"] tiled <sizes = [1, 4, 4, 8], order = [0, 1, 2, 3], reduction = [2]>
      : (tensor<1x4x8x8xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x8x8xi8> {
  ^bb0(%a: tensor<1x4x8x8xi8>, %f: tensor<4x4x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x4x8x8xi8>, tensor<4x4x3x3xi8>) -> tensor<1x4x8x8xi8>
    acc.yield %r : tensor<1x4x8x8xi8>
  }
  %m = acc.group(%c) node 1 "max_pool" from ["pool"] tiled <sizes = [1, 2, 8, 8], order = [0, 1, 2, 3]>
      : (tensor<1x4x8x8xi8>) -> tensor<1x4x8x8xi8> {
  ^bb0(%a: tensor<1x4x8x8xi8>):
    %r = acc.window %a dims [2, 3] sizes [3, 3] strides [1, 1] dilations [1, 1] pads [1, 1] count [0, 0] to [8, 8] max
        : tensor<1x4x8x8xi8> -> tensor<1x4x8x8xi8> program {
    ^bb0(%e: i32):
      acc.yield %e : i32
    } finish {
    ^bb0(%e: i32, %n: i32):
      acc.yield %e : i32
    }
    acc.yield %r : tensor<1x4x8x8xi8>
  }
  %s = acc.group(%c, %m) node 2 "add" from ["add"] tiled <sizes = [1, 4, 2, 8], order = [0, 1, 2, 3]>
      : (tensor<1x4x8x8xi8>, tensor<1x4x8x8xi8>) -> tensor<1x4x8x8xi8> {
  ^bb0(%a: tensor<1x4x8x8xi8>, %b: tensor<1x4x8x8xi8>):
    %r = acc.map %a, %b : (tensor<1x4x8x8xi8>, tensor<1x4x8x8xi8>) -> tensor<1x4x8x8xi8> {
    ^bb0(%e: i32, %g: i32):
      %t = arith.addi %e, %g : i32
      acc.yield %t : i32
    }
    acc.yield %r : tensor<1x4x8x8xi8>
  }
  %d = acc.group(%s) node 3 "reduce" from ["reduce"] tiled <sizes = [1, 4, 1, 4], order = [0, 1, 2, 3], reduction = [2]>
      : (tensor<1x4x8x8xi8>) -> tensor<1x4x1x8xi8> {
  ^bb0(%a: tensor<1x4x8x8xi8>):
    %r = acc.reduce %a axes [2] add : tensor<1x4x8x8xi8> -> tensor<1x4x1x8xi8> program {
    ^bb0(%e: i32):
      acc.yield %e : i32
    } finish {
    ^bb0(%e: i32, %n: i32):
      %q = arith.divsi %e, %n : i32
      acc.yield %q : i32
    }
    acc.yield %r : tensor<1x4x1x8xi8>
  }
  %t = acc.group(%d) node 4 "transpose" from ["transpose"] tiled <sizes = [1, 4, 1, 4], order = [0, 1, 2, 3]>
      : (tensor<1x4x1x8xi8>) -> tensor<1x8x1x4xi8> {
  ^bb0(%a: tensor<1x4x1x8xi8>):
    %r = acc.move %a dims [0, 3, 2, 1] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : tensor<1x4x1x8xi8> -> tensor<1x8x1x4xi8>
    acc.yield %r : tensor<1x8x1x4xi8>
  }
  %y = acc.group(%t) node 5 "copy" from ["copy"] tiled <sizes = [1, 2, 1, 4], order = [0, 1, 2, 3]>
      : (tensor<1x8x1x4xi8>) -> tensor<1x8x1x4xi8> {
  ^bb0(%a: tensor<1x8x1x4xi8>):
    %r = acc.move %a dims [0, 1, 2, 3] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : tensor<1x8x1x4xi8> -> tensor<1x8x1x4xi8>
    acc.yield %r : tensor<1x8x1x4xi8>
  }
  return %y : tensor<1x8x1x4xi8>
}
