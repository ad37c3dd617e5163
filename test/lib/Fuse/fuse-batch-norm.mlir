// RUN: dnnc-opt --fuse-batch-norm --split-input-file --mlir-print-local-scope %s | FileCheck %s
// Weights, offsets and inputs are chosen so that every step is exact: folding must not change a bit.
// RUN: dnnc-opt --test-reference-evaluate --split-input-file %s -o %t.before > %t.expected
// RUN: dnnc-opt --fuse-batch-norm --test-reference-evaluate --split-input-file %s -o %t.after > %t.folded
// RUN: diff %t.expected %t.folded

// batch_norm, then Caffe2's own factor and offset: all in the convolution, which takes their name and origins.
// CHECK-LABEL: func @conv
// CHECK-DAG: %[[X:.*]] = dnn.constant {value = dense<1.000000e+00> : tensor<1x1x2x2xf32>}
// CHECK-DAG: %[[W:.*]] = dnn.constant {value = dense<{{.*}}2.000000e+01{{.*}}-8.000000e+00{{.*}}> : tensor<2x1x1x1xf32>}
// CHECK-DAG: %[[B:.*]] = dnn.constant {value = dense<[2.900000e+01, -8.000000e+00]> : tensor<2xf32>}
// CHECK-NOT: batch_norm
// CHECK: %[[Y:.*]] = dnn.conv %[[X]], %[[W]], %[[B]] {dnn.tensors = ["y"]}
// CHECK: return %[[Y]]
func.func @conv() -> tensor<1x2x2x2xf32> {
  %x = dnn.constant {value = dense<1.0> : tensor<1x1x2x2xf32>} : () -> tensor<1x1x2x2xf32>
  %w = dnn.constant {value = dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %b = dnn.constant {value = dense<[2.0, -1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %scale = dnn.constant {value = dense<[4.0, -8.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %bias = dnn.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = dnn.constant {value = dense<[1.0, -3.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = dnn.constant {value = dense<[0.75, 3.75]> : tensor<2xf32>} : () -> tensor<2xf32>
  %factor = dnn.constant {value = dense<[[[5.0]], [[1.0]]]> : tensor<2x1x1xf32>} : () -> tensor<2x1x1xf32>
  %offset = dnn.constant {value = dense<[[[[4.0]], [[-2.0]]]]> : tensor<1x2x1x1xf32>} : () -> tensor<1x2x1x1xf32>
  %c = dnn.conv %x, %w, %b {dnn.tensors = ["c"]} : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %n = dnn.batch_norm %c, %scale, %bias, %mean, %variance {dnn.tensors = ["n"], epsilon = 0.25 : f32} : (tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  %m = dnn.mul %n, %factor : (tensor<1x2x2x2xf32>, tensor<2x1x1xf32>) -> tensor<1x2x2x2xf32>
  %y = dnn.add %offset, %m {dnn.tensors = ["y"]} : (tensor<1x2x1x1xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// -----

// No product before it: one factor, one offset. What is returned in between ends the chain.
// CHECK-LABEL: func @standalone
// CHECK: %[[M:.*]] = dnn.mul %{{.*}}, %{{.*}} : (tensor<1x2x1x1xf32>, tensor<2x1x1xf32>)
// CHECK: %[[A:.*]] = dnn.add %[[M]], %{{.*}} {dnn.tensors = ["s"]}
// CHECK: %[[D:.*]] = dnn.div %[[A]]
// CHECK: return %[[A]], %[[D]]
func.func @standalone() -> (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) {
  %x = dnn.constant {value = dense<[[[[3.0]], [[5.0]]]]> : tensor<1x2x1x1xf32>} : () -> tensor<1x2x1x1xf32>
  %scale = dnn.constant {value = dense<[4.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %bias = dnn.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %mean = dnn.constant {value = dense<[1.0, 3.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %variance = dnn.constant {value = dense<[0.75, 3.75]> : tensor<2xf32>} : () -> tensor<2xf32>
  %two = dnn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %n = dnn.batch_norm %x, %scale, %bias, %mean, %variance {epsilon = 0.25 : f32} : (tensor<1x2x1x1xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x1x1xf32>
  %s = dnn.sub %two, %n {dnn.tensors = ["s"]} : (tensor<f32>, tensor<1x2x1x1xf32>) -> tensor<1x2x1x1xf32>
  %d = dnn.div %s, %two : (tensor<1x2x1x1xf32>, tensor<f32>) -> tensor<1x2x1x1xf32>
  return %s, %d : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>
}

// -----

// Factors of the network's own, without a batch_norm or a product, stay as they are.
// CHECK-LABEL: func @plain
// CHECK: dnn.sub
// CHECK: dnn.div
func.func @plain() -> tensor<1x2xf32> {
  %x = dnn.constant {value = dense<[[3.0, 4.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %two = dnn.constant {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %s = dnn.sub %x, %two : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  %d = dnn.div %s, %two : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  return %d : tensor<1x2xf32>
}

// -----

// Channels of a transposed convolution in two groups, and of both forms of a matrix product.
// CHECK-LABEL: func @others
// CHECK-NOT: dnn.mul
// CHECK-NOT: dnn.add
// CHECK: return
func.func @others() -> (tensor<1x4x1x2xf32>, tensor<1x3xf32>, tensor<1x3xf32>) {
  %x = dnn.constant {value = dense<[[[[1.0, 2.0]], [[3.0, 4.0]]]]> : tensor<1x2x1x2xf32>} : () -> tensor<1x2x1x2xf32>
  %w = dnn.constant {value = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : () -> tensor<2x2x1x1xf32>
  %factor = dnn.constant {value = dense<[[[1.0]], [[10.0]], [[100.0]], [[1000.0]]]> : tensor<4x1x1xf32>} : () -> tensor<4x1x1xf32>
  %t = dnn.conv_transpose %x, %w {group = 2 : i64} : (tensor<1x2x1x2xf32>, tensor<2x2x1x1xf32>) -> tensor<1x4x1x2xf32>
  %y = dnn.mul %t, %factor : (tensor<1x4x1x2xf32>, tensor<4x1x1xf32>) -> tensor<1x4x1x2xf32>
  %a = dnn.constant {value = dense<[[1.0, 2.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %b = dnn.constant {value = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %bt = dnn.constant {value = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>} : () -> tensor<3x2xf32>
  %n = dnn.constant {value = dense<[1.0, 10.0, 100.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %p = dnn.matmul %a, %b : (tensor<1x2xf32>, tensor<2x3xf32>) -> tensor<1x3xf32>
  %pn = dnn.mul %p, %n : (tensor<1x3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  %pa = dnn.add %pn, %n : (tensor<1x3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  %q = dnn.matmul %a, %bt {transpose_b = true} : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  %qn = dnn.mul %n, %q : (tensor<3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
  return %y, %pa, %qn : tensor<1x4x1x2xf32>, tensor<1x3xf32>, tensor<1x3xf32>
}

// -----

// Two users of the convolution, a constant that differs along other dimensions, quantized weights: nothing is folded.
!q = !quant.uniform<i8:f32, 1.0>
// CHECK-LABEL: func @refused
// CHECK: %[[C:.*]] = dnn.conv
// CHECK: dnn.mul %[[C]]
// CHECK: %[[D:.*]] = dnn.conv
// CHECK: dnn.mul %[[D]]
// CHECK: %[[E:.*]] = dnn.conv
// CHECK: dnn.mul %[[E]]
func.func @refused() -> (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>) {
  %x = dnn.constant {value = dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %w = dnn.constant {value = dense<2.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %xq = dnn.constant {value = dense<[[[[1, 2]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2x!q>
  %wq = dnn.constant {value = dense<2> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1x!q>
  %k = dnn.constant {value = dense<3.0> : tensor<f32>} : () -> tensor<f32>
  %v = dnn.constant {value = dense<[3.0, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %c = dnn.conv %x, %w : (tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x2xf32>
  %cm = dnn.mul %c, %k : (tensor<1x1x1x2xf32>, tensor<f32>) -> tensor<1x1x1x2xf32>
  %d = dnn.conv %x, %w : (tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x2xf32>
  %dm = dnn.mul %d, %v : (tensor<1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  %e = dnn.conv %xq, %wq : (tensor<1x1x1x2x!q>, tensor<1x1x1x1x!q>) -> tensor<1x1x1x2xf32>
  %em = dnn.mul %e, %k : (tensor<1x1x1x2xf32>, tensor<f32>) -> tensor<1x1x1x2xf32>
  return %c, %cm, %dm, %em : tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>
}
