// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @rank(%x: tensor<3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{have input with 3 dimensions, need 4}}
  dnn.conv %x, %w : (tensor<3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @group(%x: tensor<1x3x8x8xf32>, %w: tensor<4x1x3x3xf32>) {
  // expected-error @below {{have group = 2, need a divisor of the 3 input channels and the 4 output channels}}
  dnn.conv %x, %w {group = 2} : (tensor<1x3x8x8xf32>, tensor<4x1x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @channels(%x: tensor<1x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) {
  // expected-error @below {{have weights for 4 channels a group, need 2 (4 input channels in 2 groups)}}
  dnn.conv %x, %w {group = 2} : (tensor<1x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @strides(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{have 1 values in 'strides', need 2}}
  dnn.conv %x, %w {strides = array<i64: 2>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @dilations(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{have 'dilations' = [0, 1], need every value at least 1}}
  dnn.conv %x, %w {dilations = array<i64: 0, 1>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @pads(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{have 'pads' = [0, -1, 0, 0], need every value at least 0}}
  dnn.conv %x, %w {pads = array<i64: 0, -1, 0, 0>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @result(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{have result shape [1, 4, 8, 8], need [1, 4, 6, 6]}}
  dnn.conv %x, %w : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @window(%x: tensor<1x3x2x2xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{have an output of shape [1, 4, 0, 0], need a window that fits into the padded input}}
  dnn.conv %x, %w : (tensor<1x3x2x2xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x1x1xf32>
  return
}

// -----

func.func @bias(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{have bias of shape [3], need [4]}}
  dnn.conv %x, %w, %b : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @integer_bias(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>, %b: tensor<4xi32>) {
  // expected-error @below {{have bias of 'i32', need f32 for f32 factors}}
  dnn.conv %x, %w, %b : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xi32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @integers(%x: tensor<1x3x8x8xi32>, %w: tensor<4x3x3x3xi32>) {
  // expected-error @below {{have 'i32' times 'i32' giving 'i32', need f32, or quantized factors}}
  dnn.conv %x, %w : (tensor<1x3x8x8xi32>, tensor<4x3x3x3xi32>) -> tensor<1x4x6x6xi32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
func.func @half_quantized(%x: tensor<1x3x8x8x!q>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{need both factors quantized or neither}}
  dnn.conv %x, %w : (tensor<1x3x8x8x!q>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!c = !quant.uniform<i8:f32:1, {0.5, 0.25, 0.125}>
func.func @axis(%x: tensor<1x3x8x8x!q>, %w: tensor<4x3x3x3x!c>) {
  // expected-error @below {{need 8- or 16-bit storage and one scale, or one for each position of dimension 0}}
  dnn.conv %x, %w : (tensor<1x3x8x8x!q>, tensor<4x3x3x3x!c>) -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!c = !quant.uniform<i8:f32:1, {0.5, 0.25, 0.125}>
func.func @input_per_axis(%x: tensor<1x3x8x8x!c>, %w: tensor<4x3x3x3x!q>) {
  // expected-error @below {{need 8- or 16-bit storage and one scale for the tensor}}
  dnn.conv %x, %w : (tensor<1x3x8x8x!c>, tensor<4x3x3x3x!q>) -> tensor<1x4x6x6xf32>
  return
}

// -----

!i16 = !quant.uniform<i16:f32, 0.5>
!i8 = !quant.uniform<i8:f32, 0.5>
func.func @mixed_widths(%x: tensor<1x3x8x8x!i16>, %w: tensor<4x3x3x3x!i8>) {
  // expected-error @below {{have int16 ifmap and int8 weights; a product needs both in 8 bits, or both in int16}}
  dnn.conv %x, %w : (tensor<1x3x8x8x!i16>, tensor<4x3x3x3x!i8>) -> tensor<1x4x6x6xf32>
  return
}

// -----

// 16 bits without a sign are no quantized type here.
!u16 = !quant.uniform<u16:f32, 0.5>
func.func @unsigned(%x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{op result #0 must be}}
  dnn.quantize %x : (tensor<1x3x8x8xf32>) -> tensor<1x3x8x8x!u16>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
func.func @result_type(%x: tensor<1x3x8x8x!q>, %w: tensor<4x3x3x3x!q>) {
  // expected-error @below {{have result of 'i32', need f32, or 8- or 16-bit storage and one scale}}
  dnn.conv %x, %w : (tensor<1x3x8x8x!q>, tensor<4x3x3x3x!q>) -> tensor<1x4x6x6xi32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!c = !quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>
func.func @scale_count(%x: tensor<1x3x8x8x!q>, %w: tensor<4x3x3x3x!c>) {
  // expected-error @below {{have 3 scales along dimension 0 of operand 1, need 4}}
  dnn.conv %x, %w : (tensor<1x3x8x8x!q>, tensor<4x3x3x3x!c>) -> tensor<1x4x6x6xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!c = !quant.uniform<i8:f32:4, {0.5, 0.25, 0.125}>
func.func @quantized_dimension(%x: tensor<1x3x8x8x!q>, %w: tensor<4x3x3x3x!c>) {
  // expected-error @below {{have quantized dimension 4 in operand 1, need one below its rank 4}}
  dnn.conv %x, %w : (tensor<1x3x8x8x!q>, tensor<4x3x3x3x!c>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @transposed_input(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x2x2xf32>) {
  // expected-error @below {{have weights for 4 input channels, need 3}}
  dnn.conv_transpose %x, %w : (tensor<1x3x8x8xf32>, tensor<4x3x2x2xf32>) -> tensor<1x3x9x9xf32>
  return
}

// -----

func.func @transposed_group(%x: tensor<1x3x8x8xf32>, %w: tensor<3x3x2x2xf32>) {
  // expected-error @below {{have group = 2, need a divisor of the 3 input channels}}
  dnn.conv_transpose %x, %w {group = 2} : (tensor<1x3x8x8xf32>, tensor<3x3x2x2xf32>) -> tensor<1x6x9x9xf32>
  return
}

// -----

func.func @transposed_padding(%x: tensor<1x3x8x8xf32>, %w: tensor<3x3x2x2xf32>) {
  // expected-error @below {{have 'output_padding' = [-1, 0], need every value at least 0}}
  dnn.conv_transpose %x, %w {output_padding = array<i64: -1, 0>} : (tensor<1x3x8x8xf32>, tensor<3x3x2x2xf32>) -> tensor<1x3x8x9xf32>
  return
}

// -----

func.func @transposed_result(%x: tensor<1x3x8x8xf32>, %w: tensor<3x3x2x2xf32>) {
  // expected-error @below {{have result shape [1, 3, 16, 16], need [1, 3, 17, 16]}}
  dnn.conv_transpose %x, %w {strides = array<i64: 2, 2>, output_padding = array<i64: 1, 0>} : (tensor<1x3x8x8xf32>, tensor<3x3x2x2xf32>) -> tensor<1x3x16x16xf32>
  return
}

// -----

func.func @inner(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) {
  // expected-error @below {{have matrices [2, 3] and [3, 4] transposed, need one inner size}}
  dnn.matmul %a, %b {transpose_b = true} : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @batch(%a: tensor<2x2x3xf32>, %b: tensor<3x3x4xf32>) {
  // expected-error @below {{need one inner size and leading dimensions that broadcast}}
  dnn.matmul %a, %b : (tensor<2x2x3xf32>, tensor<3x3x4xf32>) -> tensor<2x2x4xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
!c = !quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>
func.func @vector(%a: tensor<2x3x!q>, %b: tensor<3x!c>) {
  // expected-error @below {{have a one-dimensional right operand with several scales, need one scale}}
  dnn.matmul %a, %b : (tensor<2x3x!q>, tensor<3x!c>) -> tensor<2xf32>
  return
}

// -----

func.func @dynamic(%x: tensor<?x3xf32>) {
  // expected-error @below {{operand #0 must be left matrix [..., M, K] (static tensor of f32}}
  dnn.matmul %x, %x {transpose_b = true} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<1x1xf32>
  return
}
