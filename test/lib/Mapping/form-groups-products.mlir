// Convolutions and matrix products with what the array's output path does behind them (lib/Mapping/FormProduct.cpp).
// RUN: dnnc-opt --form-groups --split-input-file %s | FileCheck %s

// Float: the bias is the accumulator's start, 1.0f (1065353216) the multiplier; a clip is the clamp.
// CHECK-LABEL: func.func @float
// CHECK: %[[P:.*]] = acc.constant dense<{{\[\[}}1065353216, 1065353216, 0, 0], [-1073741824, 1065353216, 0, 0], [1048576000, 1065353216, 0, 0]]> : tensor<3x4xi32>
// CHECK: acc.group(%arg0, %{{.*}}, %[[P]]) node 0 "conv" from ["c", "r"] {dnn.tensors = ["clipped"]} : (
// CHECK: acc.conv %{{.*}}, %{{.*}} params %{{.*}} strides [2, 2] dilations [1, 1] pads [1, 1, 1, 1] mode float clamp [0.000000e+00, 6.000000e+00] : (
func.func @float(%x: tensor<1x2x5x5xf32>) -> tensor<1x3x3x3xf32> {
  %w = dnn.constant {value = dense<0.5> : tensor<3x2x3x3xf32>} : () -> tensor<3x2x3x3xf32>
  %b = dnn.constant {value = dense<[1.0, -2.0, 0.25]> : tensor<3xf32>} : () -> tensor<3xf32>
  %c = dnn.conv %x, %w, %b {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, dnn.group = 0 : i64} : (tensor<1x2x5x5xf32>, tensor<3x2x3x3xf32>, tensor<3xf32>) -> tensor<1x3x3x3xf32> loc("c")
  %r = dnn.clip %c {min = 0.0 : f32, max = 6.0 : f32, dnn.group = 0 : i64, dnn.tensors = ["clipped"]} : (tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32> loc("r")
  return %r : tensor<1x3x3x3xf32>
}

// -----

// Without a bias there are no parameters; a clip behind a relu is min(max(relu, 1), 5).
// CHECK-LABEL: func.func @clamps
// CHECK: acc.group(%arg0, %arg1) node 0 "conv"
// CHECK: acc.conv %{{.*}}, %{{.*}} strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode float clamp [1.000000e+00, 5.000000e+00] : (
func.func @clamps(%x: tensor<1x2x5x5xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x5x5xf32> {
  %c = dnn.conv %x, %w {dnn.group = 0 : i64} : (tensor<1x2x5x5xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x5xf32>
  %r = dnn.relu %c {dnn.group = 0 : i64} : (tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32>
  %s = dnn.clip %r {min = 1.0 : f32, max = 5.0 : f32, dnn.group = 0 : i64} : (tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32>
  return %s : tensor<1x3x5x5xf32>
}

// -----

// Clamps whose ranges do not meet leave the last one's nearer bound: min(max(relu, -3), -1) is -1.
// CHECK-LABEL: func.func @apart
// CHECK: mode float clamp [-1.000000e+00, -1.000000e+00] : (
func.func @apart(%x: tensor<1x2x5x5xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x5x5xf32> {
  %c = dnn.conv %x, %w {dnn.group = 0 : i64} : (tensor<1x2x5x5xf32>, tensor<3x2x1x1xf32>) -> tensor<1x3x5x5xf32>
  %r = dnn.relu %c {dnn.group = 0 : i64} : (tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32>
  %s = dnn.clip %r {min = -3.0 : f32, max = -1.0 : f32, dnn.group = 0 : i64} : (tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32>
  return %s : tensor<1x3x5x5xf32>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:128>
!w = !quant.uniform<i8:f32:0, {0.25, 0.5:3}>
!y = !quant.uniform<i8:f32, 0.125:-2>

// Quantized: multipliers fl32(fl32(s_x·s_w) / s_y) = 1, 2 (0x3f800000, 0x40000000), zero points, the int32 bias. Relu is a
// clamp at the result's zero point.
// CHECK-LABEL: func.func @requantize
// CHECK: acc.constant dense<{{\[\[}}7, 1065353216, 0, 0], [-8, 1073741824, 3, 0]]> : tensor<2x4xi32>
// CHECK: mode requantize clamp [-2.000000e+00, 1.270000e+02] {ifmap_zero_point = 128 : i32, output_scale = 1.250000e-01 : f32, output_zero_point = -2 : i32} : (
func.func @requantize(%x: tensor<1x2x5x5x!x>, %w: tensor<2x2x1x1x!w>) -> tensor<1x2x5x5x!y> {
  %b = dnn.constant {value = dense<[7, -8]> : tensor<2xi32>} : () -> tensor<2xi32>
  %c = dnn.conv %x, %w, %b {dnn.group = 0 : i64} : (tensor<1x2x5x5x!x>, tensor<2x2x1x1x!w>, tensor<2xi32>) -> tensor<1x2x5x5x!y>
  %r = dnn.relu %c {dnn.group = 0 : i64} : (tensor<1x2x5x5x!y>) -> tensor<1x2x5x5x!y>
  return %r : tensor<1x2x5x5x!y>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:128>
!w = !quant.uniform<i8:f32, 0.25>
!y = !quant.uniform<i8:f32, 0.125:-2>

// A float bias is added behind the accumulator (1.5f = 1069547520); quantized after it, the multiplier leaves s_y to the
// output scale.
// CHECK-LABEL: func.func @float_bias
// CHECK: acc.constant dense<{{\[\[}}0, 1040187392, 0, 1069547520], [0, 1040187392, 0, 0]]> : tensor<2x4xi32>
// CHECK: mode dequantize_quantize clamp [-1.280000e+02, 1.270000e+02] {ifmap_zero_point = 128 : i32, output_scale = 1.250000e-01 : f32, output_zero_point = -2 : i32} : (
// CHECK: acc.constant dense<{{\[\[}}0, 1040187392, 0, 1069547520], [0, 1040187392, 0, 0]]> : tensor<2x4xi32>
// CHECK: mode dequantize clamp [0.000000e+00, none] {ifmap_zero_point = 128 : i32} : (
func.func @float_bias(%x: tensor<1x2x5x5x!x>, %w: tensor<2x2x1x1x!w>) -> (tensor<1x2x5x5x!y>, tensor<1x2x5x5xf32>) {
  %b = dnn.constant {value = dense<[1.5, 0.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %c = dnn.conv %x, %w, %b : (tensor<1x2x5x5x!x>, tensor<2x2x1x1x!w>, tensor<2xf32>) -> tensor<1x2x5x5x!y>
  %d = dnn.conv %x, %w, %b {dnn.group = 0 : i64} : (tensor<1x2x5x5x!x>, tensor<2x2x1x1x!w>, tensor<2xf32>) -> tensor<1x2x5x5xf32>
  %r = dnn.relu %d {dnn.group = 0 : i64} : (tensor<1x2x5x5xf32>) -> tensor<1x2x5x5xf32>
  return %c, %r : tensor<1x2x5x5x!y>, tensor<1x2x5x5xf32>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:128>
!w = !quant.uniform<i8:f32, 0.25>
!y = !quant.uniform<i8:f32, 0.5>

// 8-bit functions behind the product become one table, indexed by the bits of the result: of 0 (real 0) it has 0, of 1 (real
// 0.5) and on 1, and of -1 (bits 255, real -0.5) 0. The second function is applied to the first one's entries.
// CHECK-LABEL: func.func @tables
// CHECK: %[[T:.*]] = acc.constant dense<"0x000202040406060808
// CHECK-SAME: 000000"> : tensor<256xi8> -> tensor<256x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK: acc.group(%arg0, %arg1, %{{.*}}, %[[T]]) node 0 "conv"
// CHECK: acc.conv %{{.*}}, %{{.*}} params %{{.*}} table %{{.*}} strides
func.func @tables(%x: tensor<1x2x5x5x!x>, %w: tensor<2x2x1x1x!w>) -> tensor<1x2x5x5x!y> {
  %c = dnn.conv %x, %w {dnn.group = 0 : i64} : (tensor<1x2x5x5x!x>, tensor<2x2x1x1x!w>) -> tensor<1x2x5x5x!y>
  %f = dnn.ceil %c {dnn.group = 0 : i64} : (tensor<1x2x5x5x!y>) -> tensor<1x2x5x5x!y>
  %r = dnn.relu %f {dnn.group = 0 : i64} : (tensor<1x2x5x5x!y>) -> tensor<1x2x5x5x!y>
  return %r : tensor<1x2x5x5x!y>
}

// -----

// Matrix products: rows of all batches against one matrix are one product; vectors are a row or a column; transposes stay.
// CHECK-LABEL: func.func @matrices
// CHECK: %[[A:.*]] = acc.reshape %arg0 : tensor<2x3x4xf32> -> tensor<1x6x4xf32>
// CHECK: %[[B:.*]] = acc.reshape %arg1 : tensor<5x4xf32> -> tensor<1x5x4xf32>
// CHECK: acc.group(%[[A]], %[[B]]) node 0 "matmul"
// CHECK: acc.matmul %{{.*}}, %{{.*}} mode float {transpose_weight = true} : (tensor<1x6x4xf32>, tensor<1x5x4xf32>) -> tensor<1x6x5xf32>
// CHECK: acc.reshape %{{.*}} : tensor<1x6x5xf32> -> tensor<2x3x5xf32>
// CHECK: acc.reshape %arg2 : tensor<4xf32> -> tensor<1x4xf32>
// CHECK: acc.matmul %{{.*}}, %{{.*}} mode float {transpose_weight = true} : (tensor<1x1x4xf32>, tensor<1x5x4xf32>) -> tensor<1x1x5xf32>
// CHECK: acc.reshape %{{.*}} : tensor<1x1x5xf32> -> tensor<5xf32>
// CHECK: acc.reshape %arg2 : tensor<4xf32> -> tensor<4x1xf32>
// CHECK: acc.matmul %{{.*}}, %{{.*}} mode float : (tensor<1x6x4xf32>, tensor<1x4x1xf32>) -> tensor<1x6x1xf32>
func.func @matrices(%a: tensor<2x3x4xf32>, %b: tensor<5x4xf32>, %v: tensor<4xf32>) -> (tensor<2x3x5xf32>, tensor<5xf32>, tensor<2x3xf32>) {
  %0 = dnn.matmul %a, %b {transpose_b = true} : (tensor<2x3x4xf32>, tensor<5x4xf32>) -> tensor<2x3x5xf32>
  %1 = dnn.matmul %v, %b {transpose_b = true} : (tensor<4xf32>, tensor<5x4xf32>) -> tensor<5xf32>
  %2 = dnn.matmul %a, %v : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3xf32>
  return %0, %1, %2 : tensor<2x3x5xf32>, tensor<5xf32>, tensor<2x3xf32>
}

// -----

// Batches: what has fewer of them is broadcast first, by a group of its own.
// CHECK-LABEL: func.func @batches
// CHECK: %[[X:.*]] = acc.reshape %arg0 : tensor<2x3x6x4xf32> -> tensor<6x6x4xf32>
// CHECK: %[[W:.*]] = acc.group(%arg1) node 0 "copy"
// CHECK: acc.move %{{.*}} dims [-1, 2, 3] offsets [0, 0, 0] steps [1, 1, 1] fill 0 : tensor<1x4x5xf32> -> tensor<2x3x4x5xf32>
// CHECK: %[[Y:.*]] = acc.reshape %[[W]] : tensor<2x3x4x5xf32> -> tensor<6x4x5xf32>
// CHECK: acc.group(%[[X]], %[[Y]]) node 1 "matmul"
// CHECK: acc.reshape %{{.*}} : tensor<6x6x5xf32> -> tensor<2x3x6x5xf32>
func.func @batches(%a: tensor<2x3x6x4xf32>, %b: tensor<1x4x5xf32>) -> tensor<2x3x6x5xf32> {
  %0 = dnn.matmul %a, %b : (tensor<2x3x6x4xf32>, tensor<1x4x5xf32>) -> tensor<2x3x6x5xf32>
  return %0 : tensor<2x3x6x5xf32>
}

// -----

!x = !quant.uniform<i8:f32, 0.5>
!w = !quant.uniform<i8:f32:1, {0.25, 0.5, 1.0}>

// One record a column, whichever dimension of the weight the columns are.
// CHECK-LABEL: func.func @columns
// CHECK: acc.constant dense<{{\[\[}}0, 1040187392, 0, 0], [0, 1048576000, 0, 0], [0, 1056964608, 0, 0]]> : tensor<3x4xi32>
// CHECK: mode dequantize : (
func.func @columns(%x: tensor<2x4x!x>, %w: tensor<4x3x!w>) -> tensor<2x3xf32> {
  %0 = dnn.matmul %x, %w : (tensor<2x4x!x>, tensor<4x3x!w>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
