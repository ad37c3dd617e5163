// What groups say already is kept; open segments are filled in, of the function's inputs as well.
// RUN: dnnc-opt --choose-storage=target=%source/test/targets/rows.yaml %s | FileCheck %s
// RUN: not dnnc-opt --choose-storage=target=%source/test/targets/tiny.yaml %s 2>&1 | FileCheck %s --check-prefix=NO-CODEC
// RUN: not dnnc-opt --choose-storage=target=no-such-machine %s 2>&1 | FileCheck %s --check-prefix=TARGET
// NO-CODEC: error: 'acc.group' op stores an activation in rlc; target 'tiny' has no codec for it: set dram.codecs.rlc, or store it raw
// TARGET: error: {{.*}}no-such-machine

!q = !quant.uniform<i16:f32, 5.0e-01>

// CHECK: node 0 {{.*}} stored [#acc.storage<rlc, segment = [1, 4, 2, 8]>, #acc.storage<raw>, #acc.storage<raw>]
// CHECK: node 1 {{.*}} stored [#acc.storage<raw>, #acc.storage<raw>, #acc.storage<rlc, segment = [1, 1, 1, 8]>]
func.func @main(%x: tensor<1x4x8x8x!q>, %w: tensor<4x4x1x1xi16>) -> tensor<1x4x8x8x!q> {
  %a = acc.group(%x, %w) node 0 "conv" from [] tiled <sizes = [1, 4, 2, 8], order = [0, 1, 2, 3]>
      stored [#acc.storage<rlc>, #acc.storage<raw>, #acc.storage<raw>]
      : (tensor<1x4x8x8x!q>, tensor<4x4x1x1xi16>) -> tensor<1x4x8x8x!q> {
  ^bb0(%i: tensor<1x4x8x8x!q>, %f: tensor<4x4x1x1xi16>):
    %c = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize clamp [0.0, none]
        : (tensor<1x4x8x8x!q>, tensor<4x4x1x1xi16>) -> tensor<1x4x8x8x!q>
    acc.yield %c : tensor<1x4x8x8x!q>
  }
  %b = acc.group(%a, %w) node 1 "conv" from [] tiled <sizes = [1, 4, 2, 8], order = [0, 1, 2, 3]>
      stored [#acc.storage<raw>, #acc.storage<raw>, #acc.storage<rlc, segment = [1, 1, 1, 8]>]
      : (tensor<1x4x8x8x!q>, tensor<4x4x1x1xi16>) -> tensor<1x4x8x8x!q> {
  ^bb0(%i: tensor<1x4x8x8x!q>, %f: tensor<4x4x1x1xi16>):
    %c = acc.conv %i, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize clamp [0.0, none]
        : (tensor<1x4x8x8x!q>, tensor<4x4x1x1xi16>) -> tensor<1x4x8x8x!q>
    acc.yield %c : tensor<1x4x8x8x!q>
  }
  return %b : tensor<1x4x8x8x!q>
}
