// RUN: dnnc-opt --form-groups --split-input-file --verify-diagnostics %s

func.func @bias(%x: tensor<1x2x5x5xf32>, %w: tensor<3x2x1x1xf32>, %b: tensor<3xf32>) -> tensor<1x3x5x5xf32> {
  // expected-error @below {{has a bias that is computed at run time; it has to be a constant}}
  %c = dnn.conv %x, %w, %b : (tensor<1x2x5x5xf32>, tensor<3x2x1x1xf32>, tensor<3xf32>) -> tensor<1x3x5x5xf32>
  return %c : tensor<1x3x5x5xf32>
}

// -----

func.func @follows(%x: tensor<1x2x5x5xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x5x5xf32> {
  %c = dnn.conv %x, %w {dnn.group = 0 : i64} : (tensor<1x2x5x5xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x5xf32>
  // expected-error @below {{cannot follow a product in the array's output path}}
  %s = dnn.sigmoid %c {dnn.group = 0 : i64} : (tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32>
  return %s : tensor<1x3x5x5xf32>
}

// -----

// Each op that fails says so, what depends on it is silent.
func.func @all(%x: tensor<1x2x5x5xf32>, %w: tensor<3x2x1x1xf32>, %b: tensor<3xf32>) -> tensor<1x3x5x5xf32> {
  // expected-error @below {{has a bias that is computed at run time}}
  %c = dnn.conv %x, %w, %b : (tensor<1x2x5x5xf32>, tensor<3x2x1x1xf32>, tensor<3xf32>) -> tensor<1x3x5x5xf32>
  // expected-error @below {{has a bias that is computed at run time}}
  %d = dnn.conv %x, %w, %b : (tensor<1x2x5x5xf32>, tensor<3x2x1x1xf32>, tensor<3xf32>) -> tensor<1x3x5x5xf32>
  %s = dnn.add %c, %d : (tensor<1x3x5x5xf32>, tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32>
  return %s : tensor<1x3x5x5xf32>
}

// -----

!p = !quant.uniform<i8:f32:1, {0.25, 0.5}>

func.func @channels(%x: tensor<3x2x!p>) -> tensor<3x2xf32> {
  // expected-error @below {{has an operand quantized per channel; element-wise ops need one scale for the tensor}}
  %y = dnn.dequantize %x : (tensor<3x2x!p>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

!p = !quant.uniform<i8:f32:1, {0.25, 0.5}>

func.func @to_channels(%x: tensor<3x2xf32>) -> tensor<3x2x!p> {
  // expected-error @below {{has a result quantized per channel; element-wise ops need one scale for the tensor}}
  %y = dnn.quantize %x : (tensor<3x2xf32>) -> tensor<3x2x!p>
  return %y : tensor<3x2x!p>
}

// -----

func.func @integers(%x: tensor<3xi32>, %y: tensor<3xi32>) -> tensor<3xi32> {
  // expected-error @below {{has no lane program on integers}}
  %0 = dnn.div %x, %y : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  return %0 : tensor<3xi32>
}

// -----

func.func @mixed_group(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x3x3xf32> {
  // expected-error @below {{cannot be computed in one group with dnn.relu}}
  %0 = dnn.max_pool %x {kernel = array<i64: 2, 2>, dnn.group = 0 : i64} : (tensor<1x2x4x4xf32>) -> tensor<1x2x3x3xf32>
  %1 = dnn.relu %0 {dnn.group = 0 : i64} : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  return %1 : tensor<1x2x3x3xf32>
}

// -----

func.func @composite(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @below {{is not an op of the accelerator; run the passes that decompose it first (decompose, quantize-fold-qdq)}}
  %0 = dnn.softmax %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @indices(%x: tensor<2x3xf32>, %i: tensor<2xi64>) -> tensor<2x2xf32> {
  // expected-error @below {{has indices that are computed at run time; they have to be constant}}
  %0 = dnn.gather %x, %i {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

func.func @position(%x: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %i = dnn.constant {value = dense<[0, -4]> : tensor<2xi64>} : () -> tensor<2xi64>
  // expected-error @below {{has index -1 along an axis of 3}}
  %0 = dnn.gather %x, %i {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// expected-error @below {{has no body, or control flow; a network is one block of dnn ops}}
func.func @branch(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %x : tensor<2x3xf32>
^bb1:
  return %x : tensor<2x3xf32>
}

// -----

// expected-error @below {{has no body, or control flow; a network is one block of dnn ops}}
func.func private @declared(tensor<2x3xf32>) -> tensor<2x3xf32>

// -----

func.func @fill(%x: tensor<2xi64>) -> tensor<3xi64> {
  // expected-error @below {{pads 64-bit integers with -1.000000e+00; the load queue fills with 0 to 4294967295}}
  %0 = dnn.pad %x {low = array<i64: 0>, high = array<i64: 1>, value = -1.0 : f64} : (tensor<2xi64>) -> tensor<3xi64>
  return %0 : tensor<3xi64>
}

// -----

// expected-error @below {{has an argument of type 'tensor<0x3xf32>'; need a tensor of fixed sizes of at least 1}}
func.func @no_elements(%x: tensor<0x3xf32>) -> tensor<0x3xf32> {
  return %x : tensor<0x3xf32>
}

// -----

// expected-error @below {{has an argument of type 'f32'; need a tensor of fixed sizes of at least 1}}
func.func @no_tensor(%x: f32) {
  return
}

// -----

func.func @foreign(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{is no dnn op; a network is made of these}}
  %0 = arith.negf %x : tensor<3xf32>
  // expected-error @below {{is no dnn op; a network is made of these}}
  %1 = arith.negf %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// -----

func.func @empty(%x: tensor<2x3xf32>) -> tensor<2x0xf32> {
  // expected-error @below {{computes a tensor without elements, 'tensor<2x0xf32>'; the accelerator has none}}
  %0 = dnn.slice %x {offsets = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x0xf32>
  return %0 : tensor<2x0xf32>
}
