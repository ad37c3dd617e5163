// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @kernel(%x: tensor<1x1x4x4xf32>) {
  // expected-error @below {{have 1 values in 'kernel', need 2}}
  dnn.max_pool %x {kernel = array<i64: 2>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x3x3xf32>
  return
}

// -----

func.func @size(%x: tensor<1x1x4x4xf32>) {
  // expected-error @below {{have output size 4 in dimension 2, need 1 (floor form) or 2 (ceil form)}}
  dnn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 3, 3>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x2xf32>
  return
}

// -----

func.func @channels(%x: tensor<1x1x4x4xf32>) {
  // expected-error @below {{have result shape [1, 2, 3, 3], need [1, 1, P, Q]}}
  dnn.max_pool %x {kernel = array<i64: 2, 2>} : (tensor<1x1x4x4xf32>) -> tensor<1x2x3x3xf32>
  return
}

// -----

func.func @pads(%x: tensor<1x1x4x4xf32>) {
  // expected-error @below {{have pads [2, 0, 0, 0], need less than the window of [2, 2]}}
  dnn.max_pool %x {kernel = array<i64: 2, 2>, pads = array<i64: 2, 0, 0, 0>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x5x3xf32>
  return
}

// -----

func.func @integers(%x: tensor<1x1x4x4xi32>) {
  // expected-error @below {{have 'i32' elements, need f32 or quantized ones}}
  dnn.avg_pool %x {kernel = array<i64: 2, 2>} : (tensor<1x1x4x4xi32>) -> tensor<1x1x3x3xi32>
  return
}

// -----

func.func @window_axis(%x: tensor<1x4xf32>) {
  // expected-error @below {{have 'axis' = 2, need one from 0 to 1}}
  dnn.window_sum %x {axis = 2, size = 3, before = 1} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @window_before(%x: tensor<1x4xf32>) {
  // expected-error @below {{have before = 3, need less than the window's size 3}}
  dnn.window_sum %x {axis = 1, size = 3, before = 3} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @axes(%x: tensor<2x4xf32>) {
  // expected-error @below {{have axes [1, 0], need rising ones from 0 to 1}}
  dnn.reduce %x {kind = #dnn.reduce_kind<sum>, axes = array<i64: 1, 0>} : (tensor<2x4xf32>) -> tensor<1x1xf32>
  return
}

// -----

func.func @keepdims(%x: tensor<2x4xf32>) {
  // expected-error @below {{have result shape [2, 1], need [2]}}
  dnn.reduce %x {kind = #dnn.reduce_kind<sum>, axes = array<i64: 1>, keepdims = false} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @lrn(%x: tensor<4xf32>) {
  // expected-error @below {{have an input without channels, need [N, C, ...]}}
  dnn.lrn %x {size = 3} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @statistics(%x: tensor<1x4xf32>, %s: tensor<4xf32>, %t: tensor<3xf32>) {
  // expected-error @below {{have a statistic of shape [3], need [4]}}
  dnn.batch_norm %x, %s, %s, %t, %s : (tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @softmax(%x: tensor<4xf32>) {
  // expected-error @below {{have 'axis' = 1, need one from 0 to 0}}
  dnn.softmax %x {axis = 1} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
