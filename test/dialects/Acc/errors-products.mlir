// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @params(%x: tensor<1x2x4x4xi8>, %w: tensor<3x2x1x1xi8>, %p: tensor<2x4xi32>) {
  // expected-error @below {{have parameters 'tensor<2x4xi32>', need tensor<3x4xi32>}}
  acc.conv %x, %w params %p strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
      : (tensor<1x2x4x4xi8>, tensor<3x2x1x1xi8>, tensor<2x4xi32>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @table_entries(%x: tensor<1x2x4x4xi8>, %w: tensor<3x2x1x1xi8>, %t: tensor<16x16xi8>) {
  // expected-error @below {{a table has 256 entries of an 8-bit result, have 'tensor<16x16xi8>' and 'i8'}}
  acc.conv %x, %w table %t strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
      : (tensor<1x2x4x4xi8>, tensor<3x2x1x1xi8>, tensor<16x16xi8>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @table_of_floats(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>, %t: tensor<256xi8>) {
  // expected-error @below {{a table has 256 entries of an 8-bit result, have 'tensor<256xi8>' and 'f32'}}
  acc.conv %x, %w table %t strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode float
      : (tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>, tensor<256xi8>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @mode(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>) {
  // expected-error @below {{mode requantize does not fit an ifmap of 'f32'}}
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
      : (tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @wide_integers(%x: tensor<1x2x4x4xi16>, %w: tensor<3x2x1x1xi8>) {
  // expected-error @below {{have an ifmap of 'i16' and weights of 'i8'; need both in as many bits}}
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
      : (tensor<1x2x4x4xi16>, tensor<3x2x1x1xi8>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @wide_floats(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf64>) {
  // expected-error @below {{have an operand of 'f64'; the array takes integers of 8 or 16 bits, or f32}}
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode float
      : (tensor<1x2x4x4xf32>, tensor<3x2x1x1xf64>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @mixed(%x: tensor<1x4x2xi8>, %w: tensor<1x2x3xf32>) {
  // expected-error @below {{have an ifmap of 'i8' and weights of 'f32'; need both in integers, or both in f32}}
  acc.matmul %x, %w mode requantize : (tensor<1x4x2xi8>, tensor<1x2x3xf32>) -> tensor<1x4x3xi8>
  return
}

// -----

func.func @result(%x: tensor<1x4x2xi8>, %w: tensor<1x2x3xi8>) {
  // expected-error @below {{mode dequantize does not give 'i8'}}
  acc.matmul %x, %w mode dequantize : (tensor<1x4x2xi8>, tensor<1x2x3xi8>) -> tensor<1x4x3xi8>
  return
}

// -----

func.func @rank(%x: tensor<2x4x4xi8>, %w: tensor<3x2x1x1xi8>) {
  // expected-error @below {{needs a 4-D ifmap, weight and result}}
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
      : (tensor<2x4x4xi8>, tensor<3x2x1x1xi8>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @lists(%x: tensor<1x2x4x4xi8>, %w: tensor<3x2x1x1xi8>) {
  // expected-error @below {{needs 2 strides, 2 dilations and 4 pads}}
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0] mode requantize
      : (tensor<1x2x4x4xi8>, tensor<3x2x1x1xi8>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @groups(%x: tensor<1x2x4x4xi8>, %w: tensor<3x2x1x1xi8>) {
  // expected-error @below {{have 2 input channels and weights 'tensor<3x2x1x1xi8>' in 2 groups; need input channels = groups × the weight's second dimension, and filters divisible by groups}}
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] groups 2 mode requantize
      : (tensor<1x2x4x4xi8>, tensor<3x2x1x1xi8>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @channels(%x: tensor<1x2x4x4xi8>, %w: tensor<3x2x1x1xi8>) {
  // expected-error @below {{the result's batch and channels do not follow from ifmap and weight}}
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
      : (tensor<1x2x4x4xi8>, tensor<3x2x1x1xi8>) -> tensor<1x2x4x4xi8>
  return
}

// -----

func.func @strides(%x: tensor<1x2x4x4xi8>, %w: tensor<3x2x1x1xi8>) {
  // expected-error @below {{strides and dilations have to be positive and pads not negative}}
  acc.conv %x, %w strides [1, 1] dilations [1, 0] pads [0, 0, 0, 0] mode requantize
      : (tensor<1x2x4x4xi8>, tensor<3x2x1x1xi8>) -> tensor<1x3x4x4xi8>
  return
}

// -----

func.func @size(%x: tensor<1x2x7x7xi8>, %w: tensor<3x2x3x3xi8>) {
  // expected-error @below {{have output size 5 in dimension 3, need 3}}
  acc.conv %x, %w strides [1, 2] dilations [1, 1] pads [0, 0, 0, 0] mode requantize
      : (tensor<1x2x7x7xi8>, tensor<3x2x3x3xi8>) -> tensor<1x3x5x5xi8>
  return
}

// -----

func.func @matrix(%x: tensor<4x2xi8>, %w: tensor<1x2x3xi8>) {
  // expected-error @below {{needs a 3-D ifmap, weight and result}}
  acc.matmul %x, %w mode requantize : (tensor<4x2xi8>, tensor<1x2x3xi8>) -> tensor<1x4x3xi8>
  return
}

// -----

func.func @inner(%x: tensor<1x4x2xi8>, %w: tensor<1x3x2xi8>) {
  // expected-error @below {{have 'tensor<1x4x2xi8>' times 'tensor<1x3x2xi8>'; batch and inner dimensions have to agree}}
  acc.matmul %x, %w mode requantize : (tensor<1x4x2xi8>, tensor<1x3x2xi8>) -> tensor<1x4x2xi8>
  return
}

// -----

func.func @product(%x: tensor<1x4x2xi8>, %w: tensor<1x3x2xi8>) {
  // expected-error @below {{have result 'tensor<1x3x4xi8>', need 1x4x3}}
  acc.matmul %x, %w mode requantize {transpose_weight = true} : (tensor<1x4x2xi8>, tensor<1x3x2xi8>) -> tensor<1x3x4xi8>
  return
}

// -----

func.func @bound(%x: tensor<1x4x2xf32>, %w: tensor<1x2x3xf32>) {
  // expected-error @below {{unexpected decimal integer literal for a floating point value}}
  // expected-note @below {{add a trailing dot to make the literal a float}}
  acc.matmul %x, %w mode float clamp [0, none] : (tensor<1x4x2xf32>, tensor<1x2x3xf32>) -> tensor<1x4x3xf32>
  return
}

// -----

func.func @displaced(%x: tensor<1x4x2xi8>, %w: tensor<1x2x3xi8>) {
  // expected-error @below {{is displaced without parameters; the records say where its results go}}
  acc.matmul %x, %w mode requantize {displaced} : (tensor<1x4x2xi8>, tensor<1x2x3xi8>) -> tensor<1x4x3xi8>
  return
}
