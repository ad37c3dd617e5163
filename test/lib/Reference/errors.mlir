// RUN: dnnc-opt %s --test-reference-evaluate --split-input-file --verify-diagnostics -o /dev/null

func.func @divides_by_zero() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[4, 5]> : tensor<2xi64>} : () -> tensor<2xi64>
  %b = dnn.constant {value = dense<[2, 0]> : tensor<2xi64>} : () -> tensor<2xi64>
  // expected-error @+1 {{'dnn.div' op divides an integer by zero}}
  %y = dnn.div %a, %b : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}

// -----

func.func @zero_to_a_negative_power() -> tensor<1xi64> {
  %a = dnn.constant {value = dense<0> : tensor<1xi64>} : () -> tensor<1xi64>
  %b = dnn.constant {value = dense<-1> : tensor<1xi64>} : () -> tensor<1xi64>
  // expected-error @+1 {{'dnn.pow' op divides an integer by zero}}
  %y = dnn.pow %a, %b : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  return %y : tensor<1xi64>
}

// -----

func.func @index_out_of_range() -> tensor<2xf32> {
  %x = dnn.constant {value = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %i = dnn.constant {value = dense<[-3, 3]> : tensor<2xi64>} : () -> tensor<2xi64>
  // expected-error @+1 {{'dnn.gather' op has index 3; needs one in [-3, 3), dimension 0 of 'tensor<3xf32>'}}
  %y = dnn.gather %x, %i {axis = 0 : i64} : (tensor<3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @cubic() -> tensor<1x1x4x4xf32> {
  %x = dnn.constant {value = dense<1.0> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  // expected-error @+1 {{'dnn.resize' op has mode cubic; the reference knows nearest and linear}}
  %y = dnn.resize %x {mode = #dnn.resize_mode<cubic>, scales = array<f32: 1.0, 1.0, 2.0, 2.0>} : (tensor<1x1x2x2xf32>) -> tensor<1x1x4x4xf32>
  return %y : tensor<1x1x4x4xf32>
}

// -----

func.func @elided_resource() -> tensor<2xf32> {
  // expected-error @+1 {{'dnn.constant' op has no data for resource '__elided__'; needs the file that was written without eliding it}}
  %x = dnn.constant {value = dense_resource<__elided__> : tensor<2xf32>} : () -> tensor<2xf32>
  return %x : tensor<2xf32>
}

// -----

func.func @short_resource() -> tensor<3xf32> {
  // expected-error @+1 {{'dnn.constant' op has 8 bytes in resource 'short_one'; needs 12 for 'tensor<3xf32>'}}
  %x = dnn.constant {value = dense_resource<short_one> : tensor<3xf32>} : () -> tensor<3xf32>
  return %x : tensor<3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      short_one: "0x040000000000803F00000040"
    }
  }
#-}

// -----

func.func @other_dialect() -> tensor<2xf32> {
  // expected-error @+1 {{is arith.constant; the reference evaluates ops of the dnn dialect}}
  %x = arith.constant dense<1.0> : tensor<2xf32>
  return %x : tensor<2xf32>
}

// -----

func.func @other_type() -> index {
  // expected-error @+1 {{has 'index' as result 0; the reference knows static tensors of}}
  %x = arith.constant 1 : index
  return %x : index
}

// -----

func.func @not_one_result() {
  // expected-error @+1 {{gets 0 tensors for 0 results; needs 0 for 1}}
  func.call @not_one_result() : () -> ()
  return
}

// -----

// expected-error @+1 {{has no body of one block; the reference evaluates straight functions}}
func.func private @declared() -> tensor<2xf32>
