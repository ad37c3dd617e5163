// Why tensors stay raw, in words.
// RUN: dnnc-opt --choose-storage --report-decisions=file=%t.json %s -o %t.mlir
// RUN: %python %S/Inputs/lines.py %t.json | FileCheck %s
// CHECK: {"tensor": "input 0 of node 0", {{.*}} "reason": "the network is given it raw"}
// CHECK: {"tensor": "constant 1 of node 0", {{.*}} "density": 0.5, "density_origin": "counted", "expected": false, "format": "raw", {{.*}} "reason": "its zero points differ along an axis; a format leaves out one"}
// CHECK: {"tensor": "result of node 0", {{.*}} "reason": "in segments of 96 elements, of which all tiles consist, bitmask is expected to move 512 bytes, raw 768, but would 1024 without zeros"}
// CHECK: {"tensor": "constant 1 of node 1", {{.*}} "density": 0.0, "density_origin": "counted", "expected": false, "format": "raw", {{.*}} "reason": "a reshape or concat views it in another shape"}
// CHECK: {"tensor": "result of node 1", {{.*}} "reason": "in segments of 32 elements, of which all tiles consist, no format is expected to be smaller"}
// CHECK: {"tensor": "constant 1 of node 2", {{.*}} "density": 0.0, {{.*}} "reason": "a reshape or concat views it in another shape"}
// CHECK: {"tensor": "result of node 2", {{.*}} "density": 0.5, {{.*}} "reason": "a reshape or concat views it in another shape"}
!q = !quant.uniform<i8:f32, 5.0e-01:-128>
!w = !quant.uniform<i8:f32:0, {1.0:0, 1.0:3, 1.0:0, 1.0:3}>

func.func @main(%x: tensor<1x4x3x32x!q>) -> tensor<384x!q> {
  %w = acc.constant dense<[[[[0]], [[0]], [[1]], [[1]]], [[[3]], [[3]], [[1]], [[1]]], [[[0]], [[0]], [[1]], [[1]]],
      [[[3]], [[3]], [[1]], [[1]]]]> : tensor<4x4x1x1xi8> -> tensor<4x4x1x1x!w>
  %z = acc.constant dense<0> : tensor<4x4xi8> -> tensor<4x4xi8>
  %v = acc.reshape %z : tensor<4x4xi8> -> tensor<4x4x1x1xi8>
  %u = acc.reshape %z : tensor<4x4xi8> -> tensor<4x4x1x1xi8>
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 1, 3, 32], order = [0, 1, 2, 3]>
      : (tensor<1x4x3x32x!q>, tensor<4x4x1x1x!w>) -> tensor<1x4x3x32x!q> {
  ^bb0(%i: tensor<1x4x3x32x!q>, %f: tensor<4x4x1x1x!w>):
    %r = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x4x3x32x!q>, tensor<4x4x1x1x!w>) -> tensor<1x4x3x32x!q>
    acc.yield %r : tensor<1x4x3x32x!q>
  }
  %b = acc.group(%a, %v) node 1 "conv" from [] tiled <sizes = [1, 1, 3, 32], order = [0, 1, 2, 3]>
      : (tensor<1x4x3x32x!q>, tensor<4x4x1x1xi8>) -> tensor<1x4x3x32x!q> {
  ^bb0(%i: tensor<1x4x3x32x!q>, %f: tensor<4x4x1x1xi8>):
    %r = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x4x3x32x!q>, tensor<4x4x1x1xi8>) -> tensor<1x4x3x32x!q>
    acc.yield %r : tensor<1x4x3x32x!q>
  }
  %c = acc.group(%b, %u) node 2 "conv" from [] tiled <sizes = [1, 4, 1, 32], order = [0, 1, 2, 3]>
      : (tensor<1x4x3x32x!q>, tensor<4x4x1x1xi8>) -> tensor<1x4x3x32x!q> {
  ^bb0(%i: tensor<1x4x3x32x!q>, %f: tensor<4x4x1x1xi8>):
    %r = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x4x3x32x!q>, tensor<4x4x1x1xi8>) -> tensor<1x4x3x32x!q>
    acc.yield %r : tensor<1x4x3x32x!q>
  }
  %d = acc.reshape %c : tensor<1x4x3x32x!q> -> tensor<384x!q>
  return %d : tensor<384x!q>
}
