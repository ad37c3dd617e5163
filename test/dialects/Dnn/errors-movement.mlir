// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

!q = !quant.uniform<u8:f32, 0.5>
func.func @constant_storage() {
  // expected-error @below {{have a value of 'i8' elements, need 'ui8' for a result of}}
  dnn.constant {value = dense<1> : tensor<2xi8>} : () -> tensor<2x!q>
  return
}

// -----

func.func @constant_shape() {
  // expected-error @below {{have result shape [3], need [2]}}
  dnn.constant {value = dense<1> : tensor<2xi8>} : () -> tensor<3xi8>
  return
}

// -----

func.func @concat_none() {
  // expected-error @below {{have no inputs, need at least one}}
  dnn.concat {axis = 0} : () -> tensor<3xi8>
  return
}

// -----

func.func @concat_shape(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) {
  // expected-error @below {{have operand 1 of shape [3, 2], need the shape of operand 0, [2, 3], but for dimension 0}}
  dnn.concat %a, %b {axis = 0} : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<5x3xf32>
  return
}

// -----

!q = !quant.uniform<u8:f32, 0.5>
!r = !quant.uniform<u8:f32, 0.25>
func.func @concat_type(%a: tensor<2x!q>, %b: tensor<3x!r>) {
  // expected-error @below {{in operand 1 and}}
  dnn.concat %a, %b {axis = 0} : (tensor<2x!q>, tensor<3x!r>) -> tensor<5x!q>
  return
}

// -----

!c = !quant.uniform<i8:f32:0, {0.5, 0.25}>
func.func @concat_channels(%a: tensor<2x!c>) {
  // expected-error @below {{have parts joined along their quantized dimension 0, need another}}
  dnn.concat %a {axis = 0} : (tensor<2x!c>) -> tensor<2x!c>
  return
}

// -----

func.func @slice_range(%x: tensor<8xf32>) {
  // expected-error @below {{have positions 2 to 8 in dimension 0, need them from 0 to 7}}
  dnn.slice %x {offsets = array<i64: 2>, steps = array<i64: 2>} : (tensor<8xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @slice_step(%x: tensor<8xf32>) {
  // expected-error @below {{have step 0 in dimension 0, need another}}
  dnn.slice %x {offsets = array<i64: 2>, steps = array<i64: 0>} : (tensor<8xf32>) -> tensor<4xf32>
  return
}

// -----

!c = !quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>
!d = !quant.uniform<i8:f32:0, {0.25, 0.25}>
func.func @slice_scales(%x: tensor<3x!c>) {
  // expected-error @below {{need the scales of the channels that are left}}
  dnn.slice %x {offsets = array<i64: 1>, steps = array<i64: 1>} : (tensor<3x!c>) -> tensor<2x!d>
  return
}

// -----

func.func @pad_negative(%x: tensor<8xf32>) {
  // expected-error @below {{have 'low' = [-1], need every value at least 0}}
  dnn.pad %x {low = array<i64: -1>, high = array<i64: 0>} : (tensor<8xf32>) -> tensor<7xf32>
  return
}

// -----

func.func @pad_reflect(%x: tensor<3xf32>) {
  // expected-error @below {{have 3 elements of padding in dimension 0, need at most 2 in mode reflect}}
  dnn.pad %x {low = array<i64: 3>, high = array<i64: 0>, mode = #dnn.pad_mode<reflect>} : (tensor<3xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @reshape(%x: tensor<8xf32>) {
  // expected-error @below {{have 8 elements, need 9 for a result of shape [3, 3]}}
  dnn.reshape %x : (tensor<8xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @reshape_type(%x: tensor<8xf32>) {
  // expected-error @below {{have 'f32' elements in and 'i32' out, need the same type}}
  dnn.reshape %x : (tensor<8xf32>) -> tensor<8xi32>
  return
}

// -----

func.func @transpose(%x: tensor<2x3xf32>) {
  // expected-error @below {{have perm [0, 0], need every dimension from 0 to 1 once}}
  dnn.transpose %x {perm = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}

// -----

!c = !quant.uniform<i8:f32:0, {0.5, 0.25}>
func.func @transpose_axis(%x: tensor<2x2x!c>) {
  // expected-error @below {{need the quantized dimension 0 moved to 1}}
  dnn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x2x!c>) -> tensor<2x2x!c>
  return
}

// -----

func.func @expand(%x: tensor<2x3xf32>) {
  // expected-error @below {{have shape [2, 3], need one that broadcasts to [3]}}
  dnn.expand %x : (tensor<2x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @gather(%x: tensor<2x3xf32>, %i: tensor<4xi64>) {
  // expected-error @below {{have result shape [2, 3], need [2, 4]}}
  dnn.gather %x, %i {axis = 1} : (tensor<2x3xf32>, tensor<4xi64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @resize_scale(%x: tensor<2xf32>) {
  // expected-error @below {{have scale 0.000000e+00 in dimension 0, need one above 0}}
  dnn.resize %x {mode = #dnn.resize_mode<nearest>, scales = array<f32: 0.0>} : (tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @resize_size(%x: tensor<2xf32>) {
  // expected-error @below {{have output size 7 in dimension 0, need about 4.000000e+00 (2 · 2.000000e+00)}}
  dnn.resize %x {mode = #dnn.resize_mode<nearest>, scales = array<f32: 2.0>} : (tensor<2xf32>) -> tensor<7xf32>
  return
}

// -----

func.func @quantize(%x: tensor<2xf32>) {
  // expected-error @below {{have result of 'i8', need a quantized type}}
  dnn.quantize %x : (tensor<2xf32>) -> tensor<2xi8>
  return
}

// -----

!q = !quant.uniform<u8:f32, 0.5>
func.func @quantize_integer(%x: tensor<2xi32>) {
  // expected-error @below {{have input of 'i32', need f32, or quantized elements of 8 or 16 bits}}
  dnn.quantize %x : (tensor<2xi32>) -> tensor<2x!q>
  return
}

// -----

func.func @dequantize(%x: tensor<2xi8>) {
  // expected-error @below {{have input of 'i8', need a quantized type}}
  dnn.dequantize %x : (tensor<2xi8>) -> tensor<2xf32>
  return
}

// -----

!q = !quant.uniform<u8:f32, 0.5>
func.func @storage(%x: tensor<2xi8>) {
  // expected-error @below {{need one integer storage}}
  dnn.storage_cast %x : (tensor<2xi8>) -> tensor<2x!q>
  return
}

// -----

!n = !quant.uniform<i4:f32, 0.5>
func.func @narrow(%x: tensor<2xf32>) {
  // expected-error @below {{result #0 must be quantized numbers}}
  dnn.quantize %x : (tensor<2xf32>) -> tensor<2x!n>
  return
}
