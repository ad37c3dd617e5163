// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

func.func @names(%x: tensor<2xf32>) {
  // expected-error @below {{have 2 names in 'dnn.tensors', need one for each of the 1 results}}
  dnn.relu %x {dnn.tensors = ["a", "b"]} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @name_types(%x: tensor<2xf32>) {
  // expected-error @below {{need an array of strings: the names of the results}}
  dnn.relu %x {dnn.tensors = [1]} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @group(%x: tensor<2xf32>) {
  // expected-error @below {{need a 64-bit integer that is not negative}}
  dnn.relu %x {dnn.group = -1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @unknown(%x: tensor<2xf32>) {
  // expected-error @below {{have unknown attribute 'dnn.grup', need 'dnn.tensors' or 'dnn.group'}}
  dnn.relu %x {dnn.grup = 1 : i64} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

// expected-error @below {{have 'dnn.name' = 1 : i64, need a string}}
func.func @argument(%x: tensor<2xf32> {dnn.name = 1}) {
  return
}

// -----

// expected-error @below {{have unknown attribute 'dnn.observed' on an argument, need 'dnn.name'}}
func.func @observed_argument(%x: tensor<2xf32> {dnn.observed}) {
  return
}

// -----

// expected-error @below {{have 'dnn.observed' = true, need it without a value}}
func.func @observed(%x: tensor<2xf32>) -> (tensor<2xf32> {dnn.observed = true}) {
  return %x : tensor<2xf32>
}
