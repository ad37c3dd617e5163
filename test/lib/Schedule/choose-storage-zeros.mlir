// Which results are expected to have zeros, and so are encoded: those of an op that clamps at the zero point what may be less,
// or that passes such zeros on. A result whose zero point is only the smallest value of its type is none of these.
// RUN: dnnc-opt --choose-storage --split-input-file %s | FileCheck %s
!q = !quant.uniform<i8:f32, 5.0e-01:-128>

// A product with the zero point at the smallest value: what is less saturates to it.
// CHECK-LABEL: func.func @saturated_product
// CHECK: node 0 {{.*}}#acc.storage<bitmask, segment = [1, 8, 16, 16]>] : (
func.func @saturated_product(%x: tensor<1x8x16x16x!q>, %w: tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<8x8x1x1xi8>):
    %r = acc.conv %i0, %i1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q>
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  return %a : tensor<1x8x16x16x!q>
}

// -----

!q = !quant.uniform<i8:f32, 5.0e-01:-128>

// A clamp above the zero point leaves no zeros.
// CHECK-LABEL: func.func @clamped_above
// CHECK: node 0 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
func.func @clamped_above(%x: tensor<1x8x16x16x!q>, %w: tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<8x8x1x1xi8>):
    %r = acc.conv %i0, %i1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize clamp [-120.0, 127.0]
        : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q>
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  return %a : tensor<1x8x16x16x!q>
}

// -----

!q = !quant.uniform<i8:f32, 5.0e-01:-10>

// Neither does one below it, of a type that goes on below.
// CHECK-LABEL: func.func @clamped_below
// CHECK: node 0 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
func.func @clamped_below(%x: tensor<1x8x16x16x!q>, %w: tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<8x8x1x1xi8>):
    %r = acc.conv %i0, %i1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize clamp [-20.0, 127.0]
        : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q>
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  return %a : tensor<1x8x16x16x!q>
}

// -----

!q = !quant.uniform<i8:f32, 5.0e-01:-128>

// A table, for example of a sigmoid, comes near zero but does not clamp there.
// CHECK-LABEL: func.func @table
// CHECK: node 0 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
func.func @table(%x: tensor<1x8x16x16x!q>, %w: tensor<8x8x1x1xi8>, %t: tensor<256xi8>) -> tensor<1x8x16x16x!q> {
  %a = acc.group(%x, %w, %t) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>, tensor<256xi8>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<8x8x1x1xi8>, %i2: tensor<256xi8>):
    %r = acc.conv %i0, %i1 table %i2 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>, tensor<256xi8>) -> tensor<1x8x16x16x!q>
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  return %a : tensor<1x8x16x16x!q>
}

// -----

!q = !quant.uniform<i8:f32, 5.0e-01:-128>

// The largest of four is zero where no other is more; their mean is not.
// CHECK-LABEL: func.func @pools
// CHECK: node 0 {{.*}}#acc.storage<bitmask, segment = [1, 8, 16, 16]>] : (
// CHECK: node 1 {{.*}}#acc.storage<bitmask, segment = [1, 8, 8, 8]>] : (
// CHECK: node 2 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
func.func @pools(%x: tensor<1x8x16x16x!q>, %w: tensor<8x8x1x1xi8>) -> tensor<1x8x8x8x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<8x8x1x1xi8>):
    %r = acc.conv %i0, %i1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q>
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  %b = acc.group(%a) node 1 "max_pool" from [] tiled <sizes = [1, 8, 8, 8], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>) -> tensor<1x8x8x8x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>):
    %r = acc.window %i0 dims [2, 3] sizes [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0] count [0, 0] to [16, 16] max
        : tensor<1x8x16x16x!q> -> tensor<1x8x8x8x!q> program {
    ^bb0(%v: i32):
      acc.yield %v : i32
    } finish {
    ^bb0(%v: i32, %count: i32):
      acc.yield %v : i32
    }
    acc.yield %r : tensor<1x8x8x8x!q>
  }
  %c = acc.group(%a) node 2 "average_pool" from [] tiled <sizes = [1, 8, 8, 8], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>) -> tensor<1x8x8x8x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>):
    %r = acc.window %i0 dims [2, 3] sizes [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0] count [0, 0] to [16, 16] add
        : tensor<1x8x16x16x!q> -> tensor<1x8x8x8x!q> program {
    ^bb0(%v: i32):
      acc.yield %v : i32
    } finish {
    ^bb0(%v: i32, %count: i32):
      %n = arith.sitofp %count : i32 to f32
      %s = arith.sitofp %v : i32 to f32
      %m = arith.divf %s, %n : f32
      %e = math.roundeven %m : f32
      %low = arith.constant 0.0 : f32
      %l = arith.maximumf %e, %low : f32
      %y = arith.fptosi %l : f32 to i32
      acc.yield %y : i32
    }
    acc.yield %r : tensor<1x8x8x8x!q>
  }
  %d = acc.group(%c) node 3 "move" from [] tiled <sizes = [1, 8, 8, 8], order = [0, 1, 2, 3]>
      : (tensor<1x8x8x8x!q>) -> tensor<1x8x8x8x!q> {
  ^bb0(%i0: tensor<1x8x8x8x!q>):
    %r = acc.move %i0 dims [0, 1, 2, 3] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : tensor<1x8x8x8x!q> -> tensor<1x8x8x8x!q>
    acc.yield %r : tensor<1x8x8x8x!q>
  }
  %e = acc.group(%b) node 4 "move" from [] tiled <sizes = [1, 8, 8, 8], order = [0, 1, 2, 3]>
      : (tensor<1x8x8x8x!q>) -> tensor<1x8x8x8x!q> {
  ^bb0(%i0: tensor<1x8x8x8x!q>):
    %r = acc.move %i0 dims [0, 1, 3, 2] offsets [0, 0, 0, 0] steps [1, 1, 1, 1] fill 0 : tensor<1x8x8x8x!q> -> tensor<1x8x8x8x!q>
    acc.yield %r : tensor<1x8x8x8x!q>
  }
  return %e : tensor<1x8x8x8x!q>
}

// -----

!q = !quant.uniform<i8:f32, 5.0e-01:-128>

// What is subtracted may be less than zero; the sum of two that are not is not.
// CHECK-LABEL: func.func @sums
// CHECK: node 0 {{.*}}#acc.storage<bitmask, segment = [1, 8, 16, 16]>] : (
// CHECK: node 1 {{.*}}#acc.storage<bitmask, segment = [1, 8, 16, 16]>] : (
// CHECK: node 2 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
func.func @sums(%x: tensor<1x8x16x16x!q>, %w: tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<8x8x1x1xi8>):
    %r = acc.conv %i0, %i1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q>
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  %b = acc.group(%a, %x) node 1 "sub" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<1x8x16x16x!q>):
    %r = acc.map %i0, %i1 : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
    ^bb0(%l0: i32, %l1: i32):
      %z = arith.constant -128 : i32
      %low = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      %c0 = arith.subi %l0, %z : i32
      %f0 = arith.sitofp %c0 : i32 to f32
      %c1 = arith.subi %l1, %z : i32
      %f1 = arith.sitofp %c1 : i32 to f32
      %u = arith.subf %f0, %f1 : f32
      %e = math.roundeven %u : f32
      %q = arith.maximumf %e, %low : f32
      %n = arith.fptosi %q : f32 to i32
      %y = arith.addi %n, %z : i32
      acc.yield %y : i32
    }
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  %c = acc.group(%a, %x) node 2 "add" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<1x8x16x16x!q>):
    %r = acc.map %i0, %i1 : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
    ^bb0(%l0: i32, %l1: i32):
      %z = arith.constant -128 : i32
      %low = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      %c0 = arith.subi %l0, %z : i32
      %f0 = arith.sitofp %c0 : i32 to f32
      %c1 = arith.subi %l1, %z : i32
      %f1 = arith.sitofp %c1 : i32 to f32
      %u = arith.addf %f0, %f1 : f32
      %e = math.roundeven %u : f32
      %q = arith.maximumf %e, %low : f32
      %n = arith.fptosi %q : f32 to i32
      %y = arith.addi %n, %z : i32
      acc.yield %y : i32
    }
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  return %c : tensor<1x8x16x16x!q>
}

// -----

!q = !quant.uniform<i8:f32, 5.0e-01:-128>

// A product is zero where a factor is: of a Relu and of an input of which nothing is known.
// CHECK-LABEL: func.func @products
// CHECK: node 0 {{.*}}#acc.storage<bitmask, segment = [1, 8, 16, 16]>] : (
// CHECK: node 1 {{.*}}#acc.storage<bitmask, segment = [1, 8, 16, 16]>] : (
// CHECK: node 2 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
func.func @products(%x: tensor<1x8x16x16x!q>, %w: tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<8x8x1x1xi8>):
    %r = acc.conv %i0, %i1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x8x16x16x!q>, tensor<8x8x1x1xi8>) -> tensor<1x8x16x16x!q>
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  %b = acc.group(%a, %x) node 1 "mul" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<1x8x16x16x!q>):
    %r = acc.map %i0, %i1 : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
    ^bb0(%l0: i32, %l1: i32):
      %z = arith.constant -128 : i32
      %low = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      %c0 = arith.subi %l0, %z : i32
      %f0 = arith.sitofp %c0 : i32 to f32
      %c1 = arith.subi %l1, %z : i32
      %f1 = arith.sitofp %c1 : i32 to f32
      %u = arith.mulf %f0, %f1 : f32
      %e = math.roundeven %u : f32
      %q = arith.maximumf %e, %low : f32
      %n = arith.fptosi %q : f32 to i32
      %y = arith.addi %n, %z : i32
      acc.yield %y : i32
    }
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  %c = acc.group(%x, %x) node 2 "mul" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<1x8x16x16x!q>):
    %r = acc.map %i0, %i1 : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
    ^bb0(%l0: i32, %l1: i32):
      %z = arith.constant -128 : i32
      %low = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      %c0 = arith.subi %l0, %z : i32
      %f0 = arith.sitofp %c0 : i32 to f32
      %c1 = arith.subi %l1, %z : i32
      %f1 = arith.sitofp %c1 : i32 to f32
      %u = arith.mulf %f0, %f1 : f32
      %e = math.roundeven %u : f32
      %q = arith.maximumf %e, %low : f32
      %n = arith.fptosi %q : f32 to i32
      %y = arith.addi %n, %z : i32
      acc.yield %y : i32
    }
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  return %b : tensor<1x8x16x16x!q>
}

// -----

!q = !quant.uniform<i8:f32, 5.0e-01:-128>

// Exponentials over their sum.
// CHECK-LABEL: func.func @softmax
// CHECK: node 0 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
func.func @softmax(%x: tensor<1x8x16x16x!q>, %s: tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
  %a = acc.group(%x, %s) node 0 "softmax" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
  ^bb0(%i0: tensor<1x8x16x16x!q>, %i1: tensor<1x8x16x16x!q>):
    %r = acc.map %i0, %i1 : (tensor<1x8x16x16x!q>, tensor<1x8x16x16x!q>) -> tensor<1x8x16x16x!q> {
    ^bb0(%l0: i32, %l1: i32):
      %z = arith.constant -128 : i32
      %low = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      %c0 = arith.subi %l0, %z : i32
      %f0 = arith.sitofp %c0 : i32 to f32
      %c1 = arith.subi %l1, %z : i32
      %f1 = arith.sitofp %c1 : i32 to f32
      %d = arith.subf %f0, %f1 : f32
      %p = math.exp %d : f32
      %t = arith.addf %p, %one : f32
      %u = arith.divf %p, %t : f32
      %e = math.roundeven %u : f32
      %q = arith.maximumf %e, %low : f32
      %n = arith.fptosi %q : f32 to i32
      %y = arith.addi %n, %z : i32
      acc.yield %y : i32
    }
    acc.yield %r : tensor<1x8x16x16x!q>
  }
  return %a : tensor<1x8x16x16x!q>
}

// -----


// A Relu of float32, on what a convolution leaves unclamped.
// CHECK-LABEL: func.func @float_relu
// CHECK: node 0 {{.*(order = .0, 1, 2, 3.>|#acc.storage<raw>.)}} : (
// CHECK: node 1 {{.*}}#acc.storage<bitmask, segment = [1, 8, 16, 16]>] : (
func.func @float_relu(%x: tensor<1x8x16x16xf32>, %w: tensor<8x8x1x1xf32>) -> tensor<1x8x16x16xf32> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16xf32>, tensor<8x8x1x1xf32>) -> tensor<1x8x16x16xf32> {
  ^bb0(%i0: tensor<1x8x16x16xf32>, %i1: tensor<8x8x1x1xf32>):
    %r = acc.conv %i0, %i1 strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode float
        : (tensor<1x8x16x16xf32>, tensor<8x8x1x1xf32>) -> tensor<1x8x16x16xf32>
    acc.yield %r : tensor<1x8x16x16xf32>
  }
  %b = acc.group(%a) node 1 "relu" from [] tiled <sizes = [1, 8, 16, 16], order = [0, 1, 2, 3]>
      : (tensor<1x8x16x16xf32>) -> tensor<1x8x16x16xf32> {
  ^bb0(%i0: tensor<1x8x16x16xf32>):
    %r = acc.map %i0 : (tensor<1x8x16x16xf32>) -> tensor<1x8x16x16xf32> {
    ^bb0(%v: f32):
      %zero = arith.constant 0.0 : f32
      %y = arith.maximumf %v, %zero : f32
      acc.yield %y : f32
    }
    acc.yield %r : tensor<1x8x16x16xf32>
  }
  return %b : tensor<1x8x16x16xf32>
}
