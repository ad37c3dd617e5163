// What the array does not multiply is refused here, and not by the simulator.
// RUN: dnnc-opt --choose-mapping=target=%S/Inputs/signed.yaml --split-input-file --verify-diagnostics %s

func.func @floats(%x: tensor<1x8x4xf32>, %w: tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  %p = acc.group(%x, %w) node 0 "matmul" from [] : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4xf32>, %f: tensor<1x4x8xf32>):
    // expected-error @below {{computes in float32, which the array of target 'signed' does not; it has int8: quantize the model to one of these, or choose a target with float32 in array.mac_rate}}
    %r = acc.matmul %a, %f mode float : (tensor<1x8x4xf32>, tensor<1x4x8xf32>) -> tensor<1x8x8xf32>
    acc.yield %r : tensor<1x8x8xf32>
  }
  return %p : tensor<1x8x8xf32>
}

// -----

func.func @signed(%x: tensor<1x8x4xi8>, %w: tensor<1x4x8xi8>) -> tensor<1x8x8xf32> {
  %p = acc.group(%x, %w) node 0 "matmul" from [] : (tensor<1x8x4xi8>, tensor<1x4x8xi8>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4xi8>, %f: tensor<1x4x8xi8>):
    %r = acc.matmul %a, %f mode dequantize : (tensor<1x8x4xi8>, tensor<1x4x8xi8>) -> tensor<1x8x8xf32>
    acc.yield %r : tensor<1x8x8xf32>
  }
  return %p : tensor<1x8x8xf32>
}

// -----

!u = !quant.uniform<u8:f32, 0.5>

// Every group that does not run says so.
func.func @unsigned(%x: tensor<1x8x4x!u>, %w: tensor<1x4x8xi8>, %v: tensor<1x8x4xui8>) -> (tensor<1x8x8xf32>, tensor<1x8x8xf32>) {
  %p = acc.group(%x, %w) node 0 "matmul" from [] : (tensor<1x8x4x!u>, tensor<1x4x8xi8>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4x!u>, %f: tensor<1x4x8xi8>):
    // expected-error @below {{computes in uint8, which the array of target 'signed' does not}}
    %r = acc.matmul %a, %f mode dequantize : (tensor<1x8x4x!u>, tensor<1x4x8xi8>) -> tensor<1x8x8xf32>
    acc.yield %r : tensor<1x8x8xf32>
  }
  %q = acc.group(%v, %w) node 1 "matmul" from [] : (tensor<1x8x4xui8>, tensor<1x4x8xi8>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4xui8>, %f: tensor<1x4x8xi8>):
    // expected-error @below {{computes in uint8, which the array of target 'signed' does not}}
    %r = acc.matmul %a, %f mode dequantize : (tensor<1x8x4xui8>, tensor<1x4x8xi8>) -> tensor<1x8x8xf32>
    acc.yield %r : tensor<1x8x8xf32>
  }
  return %p, %q : tensor<1x8x8xf32>, tensor<1x8x8xf32>
}
