func.func @conv(%x: tensor<1x16x15x15xi16>, %w: tensor<32x16x3x3xi16>) -> tensor<1x32x13x13xi16> {
  %y = acc.group(%x, %w) node 0 "conv" from ["c"] : (tensor<1x16x15x15xi16>, tensor<32x16x3x3xi16>) -> tensor<1x32x13x13xi16> {
  ^bb0(%a: tensor<1x16x15x15xi16>, %f: tensor<32x16x3x3xi16>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
        : (tensor<1x16x15x15xi16>, tensor<32x16x3x3xi16>) -> tensor<1x32x13x13xi16>
    acc.yield %r : tensor<1x32x13x13xi16>
  }
  return %y : tensor<1x32x13x13xi16>
}
