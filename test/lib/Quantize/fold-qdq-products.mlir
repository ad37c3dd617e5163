// RUN: dnnc-opt --quantize-fold-qdq --canonicalize --split-input-file %s | FileCheck %s

!x = !quant.uniform<u8:f32, 5.0e-01:128>
!w = !quant.uniform<i8:f32:0, {2.5e-01, 1.25e-01:3}>
!b = !quant.uniform<i32:f32:0, {1.25e-01, 6.25e-02}>
!y = !quant.uniform<u8:f32, 1.0e-01:7>

// Per-channel weights, an int32 bias of scale s_x·s_w, a relu that clamps at the zero point.
// CHECK-LABEL: func @conv_relu
// CHECK-DAG: %[[W:.*]] = dnn.constant {value = dense<[{{.*}}]> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1x!quant.uniform<i8:f32:0
// CHECK-DAG: %[[B:.*]] = dnn.constant {value = dense<[10, -20]> : tensor<2xi32>} : () -> tensor<2xi32>
// CHECK: %[[C:.*]] = dnn.conv %arg0, %[[W]], %[[B]] : (tensor<1x1x2x2x!quant.uniform<u8:f32, 5.0{{.*}}:128>>, {{.*}}, tensor<2xi32>) -> tensor<1x2x2x2x!quant.uniform<u8:f32, 1.0{{.*}}:7>>
// CHECK-NEXT: %[[R:.*]] = dnn.relu %[[C]] {dnn.tensors = ["y"]}
// CHECK-NEXT: return %[[R]]
func.func @conv_relu(%x: tensor<1x1x2x2x!x>) -> tensor<1x2x2x2x!y> {
  %w = dnn.constant {value = dense<[[[[1]]], [[[-2]]]]> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1x!w>
  %b = dnn.constant {value = dense<[10, -20]> : tensor<2xi32>} : () -> tensor<2x!b>
  %xf = dnn.dequantize %x : (tensor<1x1x2x2x!x>) -> tensor<1x1x2x2xf32>
  %wf = dnn.dequantize %w : (tensor<2x1x1x1x!w>) -> tensor<2x1x1x1xf32>
  %bf = dnn.dequantize %b : (tensor<2x!b>) -> tensor<2xf32>
  %c = dnn.conv %xf, %wf, %bf {dnn.tensors = ["c"]} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %r = dnn.relu %c {dnn.tensors = ["r"]} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %y = dnn.quantize %r {dnn.tensors = ["y"]} : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2x!y>
  return %y : tensor<1x2x2x2x!y>
}

// -----

!x = !quant.uniform<u8:f32, 5.0e-01>
!w = !quant.uniform<i8:f32, 2.5e-01>
!b = !quant.uniform<i32:f32, 3.0e-01>
!y = !quant.uniform<u8:f32, 1.0e-01>

// A bias of another scale is float; relu on unsigned values with zero point 0 clamps nothing and goes.
// CHECK-LABEL: func @other_bias_scale
// CHECK: %[[B:.*]] = dnn.dequantize
// CHECK: %[[C:.*]] = dnn.conv %arg0, %{{.*}}, %[[B]] {dnn.tensors = ["y"]} : ({{.*}}, tensor<1xf32>) -> tensor<1x1x2x2x!quant.uniform<u8:f32, 1.0
// CHECK-NEXT: return %[[C]]
func.func @other_bias_scale(%x: tensor<1x1x2x2x!x>) -> tensor<1x1x2x2x!y> {
  %w = dnn.constant {value = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!w>
  %b = dnn.constant {value = dense<10> : tensor<1xi32>} : () -> tensor<1x!b>
  %xf = dnn.dequantize %x : (tensor<1x1x2x2x!x>) -> tensor<1x1x2x2xf32>
  %wf = dnn.dequantize %w : (tensor<1x1x1x1x!w>) -> tensor<1x1x1x1xf32>
  %bf = dnn.dequantize %b : (tensor<1x!b>) -> tensor<1xf32>
  %c = dnn.conv %xf, %wf, %bf : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
  %r = dnn.relu %c {dnn.tensors = ["r"]} : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
  %y = dnn.quantize %r {dnn.tensors = ["y"]} : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2x!y>
  return %y : tensor<1x1x2x2x!y>
}

// -----

!x = !quant.uniform<i8:f32, 5.0e-01>
!w = !quant.uniform<i8:f32:1, {2.5e-01, 5.0e-01, 7.5e-01}>

// No quantize behind: quantized factors, a float result. Scales along the output dimension of matmul.
// CHECK-LABEL: func @matmul_float_result
// CHECK: dnn.matmul %arg0, %{{.*}} {dnn.tensors = ["c"]} : (tensor<1x2x!quant{{.*}}>, tensor<2x3x!quant{{.*}}>) -> tensor<1x3xf32>
func.func @matmul_float_result(%x: tensor<1x2x!x>) -> tensor<1x3xf32> {
  %w = dnn.constant {value = dense<1> : tensor<2x3xi8>} : () -> tensor<2x3x!w>
  %xf = dnn.dequantize %x : (tensor<1x2x!x>) -> tensor<1x2xf32>
  %wf = dnn.dequantize %w : (tensor<2x3x!w>) -> tensor<2x3xf32>
  %c = dnn.matmul %xf, %wf {dnn.tensors = ["c"]} : (tensor<1x2xf32>, tensor<2x3xf32>) -> tensor<1x3xf32>
  return %c : tensor<1x3xf32>
}

// -----

!x = !quant.uniform<i8:f32, 5.0e-01>
!w = !quant.uniform<i8:f32:0, {2.5e-01, 5.0e-01}>

// Scales along the summed dimension cannot leave the sum: the product stays float.
// CHECK-LABEL: func @scales_along_k
// CHECK: dnn.matmul %{{.*}} : (tensor<1x2xf32>, tensor<2x3xf32>) -> tensor<1x3xf32>
func.func @scales_along_k(%x: tensor<1x2x!x>) -> tensor<1x3xf32> {
  %w = dnn.constant {value = dense<1> : tensor<2x3xi8>} : () -> tensor<2x3x!w>
  %xf = dnn.dequantize %x : (tensor<1x2x!x>) -> tensor<1x2xf32>
  %wf = dnn.dequantize %w : (tensor<2x3x!w>) -> tensor<2x3xf32>
  %c = dnn.matmul %xf, %wf : (tensor<1x2xf32>, tensor<2x3xf32>) -> tensor<1x3xf32>
  return %c : tensor<1x3xf32>
}

// -----

!x = !quant.uniform<i8:f32, 5.0e-01>
!w = !quant.uniform<i8:f32:0, {2.5e-01, 5.0e-01}>
!y = !quant.uniform<i8:f32, 1.0>

// Transposed weights, as exporters write Gemm: the scales move with the dimension.
// CHECK-LABEL: func @transposed_weights
// CHECK: %[[W:.*]] = dnn.transpose %{{.*}} -> tensor<3x2x!quant.uniform<i8:f32:1
// CHECK: dnn.matmul %arg0, %[[W]] {{.*}} -> tensor<1x2x!quant
func.func @transposed_weights(%x: tensor<1x3x!x>) -> tensor<1x2x!y> {
  %w = dnn.constant {value = dense<1> : tensor<2x3xi8>} : () -> tensor<2x3x!w>
  %xf = dnn.dequantize %x : (tensor<1x3x!x>) -> tensor<1x3xf32>
  %wf = dnn.dequantize %w : (tensor<2x3x!w>) -> tensor<2x3xf32>
  %wt = dnn.transpose %wf {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %c = dnn.matmul %xf, %wt : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
  %y = dnn.quantize %c {dnn.tensors = ["y"]} : (tensor<1x2xf32>) -> tensor<1x2x!y>
  return %y : tensor<1x2x!y>
}

// -----

!x = !quant.uniform<i8:f32, 5.0e-01>
!w = !quant.uniform<i8:f32, 2.5e-01>
!y = !quant.uniform<i8:f32, 1.0>

// One dequantize, two products: neither blocks the other. One result is also wanted as float, so it stays float.
// CHECK-LABEL: func @shared
// CHECK-NOT: dnn.dequantize
// CHECK: %[[A:.*]] = dnn.conv %arg0, %{{.*}} -> tensor<1x1x2x2x!quant
// CHECK: %[[B:.*]] = dnn.conv %arg0, %{{.*}} -> tensor<1x1x1x1xf32>
// CHECK: %[[Q:.*]] = dnn.quantize %[[B]] {dnn.tensors = ["q"]}
// CHECK: return %[[A]], %[[B]], %[[Q]]
func.func @shared(%x: tensor<1x1x2x2x!x>) -> (tensor<1x1x2x2x!y>, tensor<1x1x1x1xf32>, tensor<1x1x1x1x!y>) {
  %w = dnn.constant {value = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!w>
  %v = dnn.constant {value = dense<1> : tensor<1x1x2x2xi8>} : () -> tensor<1x1x2x2x!w>
  %xf = dnn.dequantize %x : (tensor<1x1x2x2x!x>) -> tensor<1x1x2x2xf32>
  %wf = dnn.dequantize %w : (tensor<1x1x1x1x!w>) -> tensor<1x1x1x1xf32>
  %vf = dnn.dequantize %v : (tensor<1x1x2x2x!w>) -> tensor<1x1x2x2xf32>
  %a = dnn.conv %xf, %wf : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
  %ya = dnn.quantize %a : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2x!y>
  %b = dnn.conv %xf, %vf : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x1x1xf32>
  %yb = dnn.quantize %b {dnn.tensors = ["q"]} : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1x!y>
  return %ya, %b, %yb : tensor<1x1x2x2x!y>, tensor<1x1x1x1xf32>, tensor<1x1x1x1x!y>
}

// -----

!x = !quant.uniform<i8:f32, 5.0e-01>
!w = !quant.uniform<i8:f32, 2.5e-01>
!y = !quant.uniform<i8:f32, 1.0>

// A one-dimensional convolution as it is imported: reshape, conv and reshape are one node, so what is quantized is the
// convolution. A reshape of another node is not looked through.
// CHECK-LABEL: func @conv_1d
// CHECK: %[[X:.*]] = dnn.reshape %arg0
// CHECK: %[[C:.*]] = dnn.conv %[[X]], %{{.*}} -> tensor<1x1x1x4x!quant
// CHECK: %[[Y:.*]] = dnn.reshape %[[C]] {dnn.tensors = ["y"]}
// CHECK: return %[[Y]]
func.func @conv_1d(%x: tensor<1x1x4x!x>) -> tensor<1x1x4x!y> {
  %w = dnn.constant {value = dense<1> : tensor<1x1x1xi8>} : () -> tensor<1x1x1x!w>
  %xf = dnn.dequantize %x : (tensor<1x1x4x!x>) -> tensor<1x1x4xf32>
  %wf = dnn.dequantize %w : (tensor<1x1x1x!w>) -> tensor<1x1x1xf32>
  %x2 = dnn.reshape %xf : (tensor<1x1x4xf32>) -> tensor<1x1x1x4xf32> loc("conv")
  %w2 = dnn.reshape %wf : (tensor<1x1x1xf32>) -> tensor<1x1x1x1xf32> loc("conv")
  %c = dnn.conv %x2, %w2 : (tensor<1x1x1x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x4xf32> loc("conv")
  %r = dnn.reshape %c : (tensor<1x1x1x4xf32>) -> tensor<1x1x4xf32> loc("conv")
  %y = dnn.quantize %r {dnn.tensors = ["y"]} : (tensor<1x1x4xf32>) -> tensor<1x1x4x!y> loc("q")
  return %y : tensor<1x1x4x!y>
}

// CHECK-LABEL: func @conv_flatten
// CHECK: dnn.conv %arg0, %{{.*}} -> tensor<1x1x1x4xf32>
// CHECK: dnn.reshape
// CHECK: dnn.quantize
func.func @conv_flatten(%x: tensor<1x1x1x4x!x>) -> tensor<1x4x!y> {
  %w = dnn.constant {value = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!w>
  %xf = dnn.dequantize %x : (tensor<1x1x1x4x!x>) -> tensor<1x1x1x4xf32>
  %wf = dnn.dequantize %w : (tensor<1x1x1x1x!w>) -> tensor<1x1x1x1xf32>
  %c = dnn.conv %xf, %wf : (tensor<1x1x1x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x4xf32> loc("conv")
  %r = dnn.reshape %c : (tensor<1x1x1x4xf32>) -> tensor<1x4xf32> loc("flatten")
  %y = dnn.quantize %r : (tensor<1x4xf32>) -> tensor<1x4x!y> loc("q")
  return %y : tensor<1x4x!y>
}

// -----

!x = !quant.uniform<i8:f32, 5.0e-01>
!w = !quant.uniform<i8:f32:1, {2.5e-01, 5.0e-01}>
!b = !quant.uniform<i32:f32:0, {1.25e-01, 2.5e-01, 1.25e-01, 2.5e-01}>
!y = !quant.uniform<i8:f32, 1.0>

// A grouped transposed convolution: two groups share the scales of two channels.
// CHECK-LABEL: func @conv_transpose
// CHECK: dnn.conv_transpose %arg0, %{{.*}}, %{{.*}} {dnn.tensors = ["y"], group = 2 : i64} : ({{.*}}, tensor<4xi32>) -> tensor<1x4x2x2x!quant
func.func @conv_transpose(%x: tensor<1x2x2x2x!x>) -> tensor<1x4x2x2x!y> {
  %w = dnn.constant {value = dense<1> : tensor<2x2x1x1xi8>} : () -> tensor<2x2x1x1x!w>
  %b = dnn.constant {value = dense<1> : tensor<4xi32>} : () -> tensor<4x!b>
  %xf = dnn.dequantize %x : (tensor<1x2x2x2x!x>) -> tensor<1x2x2x2xf32>
  %wf = dnn.dequantize %w : (tensor<2x2x1x1x!w>) -> tensor<2x2x1x1xf32>
  %bf = dnn.dequantize %b : (tensor<4x!b>) -> tensor<4xf32>
  %c = dnn.conv_transpose %xf, %wf, %bf {group = 2 : i64} : (tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>, tensor<4xf32>) -> tensor<1x4x2x2xf32>
  %y = dnn.quantize %c {dnn.tensors = ["y"]} : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2x!y>
  return %y : tensor<1x4x2x2x!y>
}
