// RUN: dnnc-opt --quantize-fold-qdq --canonicalize --split-input-file %s | FileCheck %s

!x = !quant.uniform<i16:f32, 5.0e-01:128>
!w = !quant.uniform<i16:f32:0, {2.5e-01, 1.25e-01}>
!b = !quant.uniform<i32:f32:0, {1.25e-01, 6.25e-02}>
!y = !quant.uniform<i16:f32, 1.0e-01:-7>

// As the 8-bit types: per-channel weights, an int32 bias of scale s_x·s_w, a relu that clamps at the zero point.
// CHECK-LABEL: func @conv_relu
// CHECK: %[[C:.*]] = dnn.conv %arg0, %{{.*}}, %{{.*}} : (tensor<1x1x2x2x!quant.uniform<i16:f32, 5.0{{.*}}:128>>, {{.*}}, tensor<2xi32>) -> tensor<1x2x2x2x!quant.uniform<i16:f32, 1.0{{.*}}:-7>>
// CHECK-NEXT: %[[R:.*]] = dnn.relu %[[C]] {dnn.tensors = ["y"]}
// CHECK-NEXT: return %[[R]]
func.func @conv_relu(%x: tensor<1x1x2x2x!x>) -> tensor<1x2x2x2x!y> {
  %w = dnn.constant {value = dense<[[[[1]]], [[[-2000]]]]> : tensor<2x1x1x1xi16>} : () -> tensor<2x1x1x1x!w>
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

!x = !quant.uniform<i16:f32, 5.0e-01:128>
!y = !quant.uniform<u8:f32, 1.0e-01>

// Element-wise ops, from 16 bits to 8; a pool moves before the dequantize; a pair of one type is nothing.
// CHECK-LABEL: func @others
// CHECK: %[[A:.*]] = dnn.add %arg0, %arg0 {{.*}} -> tensor<1x1x4x4x!quant.uniform<u8:f32, 1.0
// CHECK: %[[P:.*]] = dnn.max_pool %arg0 {{.*}} -> tensor<1x1x2x2x!quant.uniform<i16:f32, 5.0{{.*}}:128>>
// CHECK: return %[[A]], %[[P]]
func.func @others(%x: tensor<1x1x4x4x!x>) -> (tensor<1x1x4x4x!y>, tensor<1x1x2x2x!x>) {
  %xf = dnn.dequantize %x : (tensor<1x1x4x4x!x>) -> tensor<1x1x4x4xf32>
  %a = dnn.add %xf, %xf : (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  %aq = dnn.quantize %a : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4x!y>
  %p = dnn.max_pool %xf {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
  %pq = dnn.quantize %p : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2x!x>
  return %aq, %pq : tensor<1x1x4x4x!y>, tensor<1x1x2x2x!x>
}
