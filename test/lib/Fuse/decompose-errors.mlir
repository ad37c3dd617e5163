// RUN: dnnc-opt --decompose --split-input-file --verify-diagnostics %s

// All that is wrong is reported, not the first alone.
func.func @computed_weights(%x: tensor<1x1x3x3xf32>, %w: tensor<1x1x2x2xf32>) -> tensor<1x1x4x4xf32> {
  // expected-error @below {{have weights that are computed at run time, need constant ones}}
  %y = dnn.conv_transpose %x, %w : (tensor<1x1x3x3xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x4x4xf32>
  // expected-error @below {{have weights that are computed at run time, need constant ones}}
  %z = dnn.conv_transpose %y, %w {pads = array<i64: 1, 1, 0, 0>} : (tensor<1x1x4x4xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x4x4xf32>
  return %z : tensor<1x1x4x4xf32>
}
