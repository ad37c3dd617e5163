// The forms that the examples of the descriptions leave out: printed and parsed again they stay.
// RUN: dnnc-opt %s -o %t.once.mlir
// RUN: dnnc-opt %t.once.mlir | diff %t.once.mlir -
// RUN: dnnc-opt --mlir-print-op-generic %s | dnnc-opt | diff %t.once.mlir -
// RUN: FileCheck %s < %t.once.mlir

// One bound of a clamp, both, none; a table; the halo's edge; a mapping.
// CHECK-LABEL: func.func @clamps
func.func @clamps(%x: tensor<1x2x4x4xi8>, %w: tensor<2x2x1x1xi8>, %t: tensor<256xui8>, %y: tensor<1x4x2xf32>, %v: tensor<1x2x8xf32>) {
  // CHECK: acc.conv %{{.*}}, %{{.*}} table %{{.*}} strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode dequantize_quantize clamp [none, 6.000000e+00] {output_scale = 5.000000e-01 : f32, output_zero_point = 3 : i32} : (
  acc.conv %x, %w table %t strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode dequantize_quantize clamp [none, 6.0]
      {output_scale = 0.5 : f32, output_zero_point = 3 : i32}
      : (tensor<1x2x4x4xi8>, tensor<2x2x1x1xi8>, tensor<256xui8>) -> tensor<1x2x4x4xui8>
  // CHECK: acc.conv %{{.*}}, %{{.*}} strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode dequantize clamp [-1.500000e+00, none] edge recompute {mapping = #acc.mapping<nlr, passes = [N = 1], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>} : (
  acc.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode dequantize clamp [-1.5, none] edge recompute
      {mapping = #acc.mapping<nlr, passes = [N = 1], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>}
      : (tensor<1x2x4x4xi8>, tensor<2x2x1x1xi8>) -> tensor<1x2x4x4xf32>
  // CHECK: acc.matmul %{{.*}}, %{{.*}} mode float edge recompute {transpose_ifmap = true} : (
  acc.matmul %v, %v mode float edge recompute {transpose_ifmap = true} : (tensor<1x2x8xf32>, tensor<1x2x8xf32>) -> tensor<1x8x8xf32>
  // CHECK: acc.matmul %{{.*}}, %{{.*}} mode float clamp [none, 0.000000e+00] : (
  acc.matmul %y, %v mode float clamp [none, 0.0] : (tensor<1x4x2xf32>, tensor<1x2x8xf32>) -> tensor<1x4x8xf32>
  return
}

// CHECK-LABEL: func.func @window
func.func @window(%x: tensor<8xf32>) {
  // CHECK: acc.window %{{.*}} dims [0] sizes [3] strides [1] dilations [2] pads [-1] count [0] to [8] min edge recompute : tensor<8xf32> -> tensor<3xf32> program {
  acc.window %x dims [0] sizes [3] strides [1] dilations [2] pads [-1] count [0] to [8] min edge recompute : tensor<8xf32> -> tensor<3xf32> program {
  ^bb0(%a: f32):
    acc.yield %a : f32
  } finish {
  ^bb0(%a: f32, %n: i32):
    acc.yield %a : f32
  }
  return
}

// Kinds of tensors, a compressed constant, quantized elements, a psum buffer, every queue.
// CHECK-LABEL: func.func @tasks
func.func @tasks() {
  // CHECK: acc.tensor observed "o" -> tensor<2x!quant.uniform<u8:f32, 5.000000e-01:128>>
  %o = acc.tensor observed "o" -> tensor<2x!quant.uniform<u8:f32, 0.5:128>>
  // CHECK: acc.tensor constant "w" {storage = #acc.storage<bitmask, segment = [2]>, value = dense<[0, 1, 0, 2]> : tensor<4xi8>} -> tensor<4xi8>
  %w = acc.tensor constant "w" {value = dense<[0, 1, 0, 2]> : tensor<4xi8>, storage = #acc.storage<bitmask, segment = [2]>} -> tensor<4xi8>
  // CHECK: acc.tensor constant "s" {storage = #acc.storage<csc, segment = [2, 2], order = [1, 0], column = 2, slot = 16>, value
  %s = acc.tensor constant "s" {value = dense<0> : tensor<4x2xi8>, storage = #acc.storage<csc, segment = [2, 2], slot = 16, order = [1, 0], column = 2>} -> tensor<4x2xi8>
  // CHECK: acc.tensor constant "n" {storage = #acc.storage<nm, segment = [4, 2], n = 1, m = 2>, value
  %n = acc.tensor constant "n" {value = dense<0> : tensor<4x2xi8>, storage = #acc.storage<nm, segment = [4, 2], n = 1, m = 2>} -> tensor<4x2xi8>
  // CHECK: acc.tensor constant "r" {storage = #acc.storage<raw>, value = dense<1> : tensor<4xi8>} -> tensor<4xi8>
  %r = acc.tensor constant "r" {value = dense<1> : tensor<4xi8>, storage = #acc.storage<raw>} -> tensor<4xi8>
  acc.nest node 0 "all" from ["a", "b"] {
    // CHECK: acc.buffer : !acc.buffer<2x3x!quant.uniform<u8:f32, 5.000000e-01:128>, psum, slots = 1>
    %b = acc.buffer : !acc.buffer<2x3x!quant.uniform<u8:f32, 0.5:128>, psum, slots = 1>
    // CHECK: acc.buffer : !acc.buffer<f32, vector, slots = 1>
    %scalar = acc.buffer : !acc.buffer<f32, vector, slots = 1>
    // CHECK: acc.sync load
    // CHECK-NEXT: acc.sync array signal [1]
    // CHECK-NEXT: acc.sync vector wait [1]
    // CHECK-NEXT: acc.sync store
    acc.sync load
    acc.sync array signal [1]
    acc.sync vector wait [1]
    acc.sync store
  }
  return
}

// Shares are printed so that they read back, however small.
// CHECK: acc.tiny = #acc.density<calibration, 0.{{0+}}1>
module attributes {acc.tiny = #acc.density<calibration, 1.0e-300>} {}
