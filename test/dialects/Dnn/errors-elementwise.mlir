// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @unary_shape(%x: tensor<4xf32>) {
  // expected-error @below {{have result shape [5], need [4]}}
  dnn.relu %x : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @unary_type(%x: tensor<4xi32>) {
  // expected-error @below {{have 'i32' elements, need f32 or quantized ones}}
  dnn.relu %x : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @unary_mixed(%x: tensor<4xf32>) {
  // expected-error @below {{have 'i32' in result 0 and 'f32' in operand 0, need elements that stand for one type}}
  dnn.neg %x : (tensor<4xf32>) -> tensor<4xi32>
  return
}

// -----

func.func @unary_bool(%x: tensor<4xi1>) {
  // expected-error @below {{have i1 elements, need numbers}}
  dnn.neg %x : (tensor<4xi1>) -> tensor<4xi1>
  return
}

// -----

!b = !quant.uniform<i32:f32, 0.5>
func.func @wide(%x: tensor<4x!b>) {
  // expected-error @below {{in operand 0, need 8- or 16-bit storage and one scale for the tensor}}
  dnn.relu %x : (tensor<4x!b>) -> tensor<4xf32>
  return
}

// -----

func.func @clip(%x: tensor<4xf32>) {
  // expected-error @below {{have bounds 6.000000e+00 and 0.000000e+00, need min not above max}}
  dnn.clip %x {min = 6.0 : f32, max = 0.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @gelu(%x: tensor<4xf32>) {
  // expected-error @below {{have approximate = 'erf', need 'none' or 'tanh'}}
  dnn.gelu %x {approximate = "erf"} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @broadcast(%a: tensor<2x3xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{have shapes [2, 3] and [2], need sizes that are equal or 1 in every dimension}}
  dnn.add %a, %b : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @binary_result(%a: tensor<2x3xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{have result shape [3], need [2, 3]}}
  dnn.add %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @compare(%a: tensor<3xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{have 'f32' and 'i64', need one element type}}
  dnn.equal %a, %b : (tensor<3xf32>, tensor<3xi64>) -> tensor<3xi1>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
func.func @compare_quantized(%a: tensor<3x!q>) {
  // expected-error @below {{have quantized operands, need plain numbers}}
  dnn.less %a, %a : (tensor<3x!q>, tensor<3x!q>) -> tensor<3xi1>
  return
}

// -----

func.func @where(%c: tensor<3xi1>, %a: tensor<3xf32>, %b: tensor<3xi64>) {
  // expected-error @below {{have 'f32' or 'i64' giving 'f32', need one element type}}
  dnn.where %c, %a, %b : (tensor<3xi1>, tensor<3xf32>, tensor<3xi64>) -> tensor<3xf32>
  return
}

// -----

!q = !quant.uniform<i8:f32, 0.5>
func.func @cast(%a: tensor<3x!q>) {
  // expected-error @below {{have a quantized type, need plain ones}}
  dnn.cast %a : (tensor<3x!q>) -> tensor<3xf32>
  return
}
