// RUN: dnnc-opt --choose-storage=target=%source/test/targets/rows.yaml --split-input-file %s | FileCheck %s
// RUN: dnnc-opt --choose-storage=target=%source/test/targets/tiny.yaml --split-input-file %s | FileCheck %s --check-prefix=NONE
// NONE-NOT: stored

!q = !quant.uniform<i16:f32, 5.0e-01:5>

// What a Relu made is encoded, in the largest boxes of which all tiles consist: the first group stores strips of 4 rows and 6
// channels, the second loads strips of 6 rows with one more on each side, and tiles of 4 channels. Both groups say so. The
// second result is not clamped at the zero point: it stays raw. A target without the codec leaves all raw.
// CHECK-LABEL: func.func @relu
// CHECK: acc.group(%arg0, %arg1) node 0 {{.*}} stored [#acc.storage<raw>, #acc.storage<raw>, #acc.storage<rlc, segment = [1, 2, 1, 80]>]
// CHECK: acc.group(%0, %arg1) node 1 {{.*}} stored [#acc.storage<rlc, segment = [1, 2, 1, 80]>, #acc.storage<raw>, #acc.storage<raw>]
func.func @relu(%x: tensor<1x12x12x80x!q>, %w: tensor<12x12x3x3xi16>) -> tensor<1x12x12x80x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 6, 4, 80], order = [0, 1, 2, 3]>
      : (tensor<1x12x12x80x!q>, tensor<12x12x3x3xi16>) -> tensor<1x12x12x80x!q> {
  ^bb0(%i: tensor<1x12x12x80x!q>, %f: tensor<12x12x3x3xi16>):
    %c = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize clamp [5.0, 32767.0]
        : (tensor<1x12x12x80x!q>, tensor<12x12x3x3xi16>) -> tensor<1x12x12x80x!q>
    acc.yield %c : tensor<1x12x12x80x!q>
  }
  %b = acc.group(%a, %w) node 1 "conv" from [] tiled <sizes = [1, 12, 6, 80], order = [0, 1, 2, 3], reduction = [4]>
      : (tensor<1x12x12x80x!q>, tensor<12x12x3x3xi16>) -> tensor<1x12x12x80x!q> {
  ^bb0(%i: tensor<1x12x12x80x!q>, %f: tensor<12x12x3x3xi16>):
    %c = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize clamp [-9.0, 32767.0]
        : (tensor<1x12x12x80x!q>, tensor<12x12x3x3xi16>) -> tensor<1x12x12x80x!q>
    acc.yield %c : tensor<1x12x12x80x!q>
  }
  return %b : tensor<1x12x12x80x!q>
}

// -----

!q = !quant.uniform<i16:f32, 5.0e-01>

// Segments of one element would grow to four times their size; what is viewed in another shape has segments of none. Where
// a segment has 16 elements, half of which are expected to be zero, 24 bytes would stand for 32, but 40 where none is: more
// than a tenth above raw.
// CHECK-LABEL: func.func @not_worth_it
// CHECK-NOT: stored
func.func @not_worth_it(%x: tensor<1x2x2x5x!q>, %w: tensor<2x2x1x1xi16>, %y: tensor<1x2x4x8x!q>)
    -> (tensor<1x2x2x5x!q>, tensor<20x!q>, tensor<1x2x4x8x!q>) {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 1, 1, 1], order = [0, 1, 2, 3]>
      : (tensor<1x2x2x5x!q>, tensor<2x2x1x1xi16>) -> tensor<1x2x2x5x!q> {
  ^bb0(%i: tensor<1x2x2x5x!q>, %f: tensor<2x2x1x1xi16>):
    %c = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize clamp [0.0, none]
        : (tensor<1x2x2x5x!q>, tensor<2x2x1x1xi16>) -> tensor<1x2x2x5x!q>
    acc.yield %c : tensor<1x2x2x5x!q>
  }
  %b = acc.group(%x, %w) node 1 "conv" from [] tiled <sizes = [1, 2, 2, 5], order = [0, 1, 2, 3]>
      : (tensor<1x2x2x5x!q>, tensor<2x2x1x1xi16>) -> tensor<1x2x2x5x!q> {
  ^bb0(%i: tensor<1x2x2x5x!q>, %f: tensor<2x2x1x1xi16>):
    %c = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize clamp [0.0, none]
        : (tensor<1x2x2x5x!q>, tensor<2x2x1x1xi16>) -> tensor<1x2x2x5x!q>
    acc.yield %c : tensor<1x2x2x5x!q>
  }
  %c = acc.group(%y, %w) node 2 "conv" from [] tiled <sizes = [1, 2, 1, 8], order = [0, 1, 2, 3]>
      : (tensor<1x2x4x8x!q>, tensor<2x2x1x1xi16>) -> tensor<1x2x4x8x!q> {
  ^bb0(%i: tensor<1x2x4x8x!q>, %f: tensor<2x2x1x1xi16>):
    %c = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize clamp [0.0, none]
        : (tensor<1x2x4x8x!q>, tensor<2x2x1x1xi16>) -> tensor<1x2x4x8x!q>
    acc.yield %c : tensor<1x2x4x8x!q>
  }
  %v = acc.reshape %b : tensor<1x2x2x5x!q> -> tensor<20x!q>
  return %a, %v, %c : tensor<1x2x2x5x!q>, tensor<20x!q>, tensor<1x2x4x8x!q>
}
