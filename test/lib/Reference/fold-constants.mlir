// RUN: dnnc-opt %s --dnn-fold-constants --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s
// RUN: dnnc-opt %s --dnn-fold-constants | FileCheck %s --check-prefix=BLOBS
// RUN: dnnc-opt %s --dnn-fold-constants=dequantize=true | FileCheck %s --check-prefix=DEQUANTIZE
// RUN: dnnc-opt %s --dnn-fold-constants=limit=100 | FileCheck %s --check-prefix=LIMIT
// RUN: dnnc-opt %s --dnn-fold-constants=memory=1000 | FileCheck %s --check-prefix=MEMORY

// A chain folds; the value keeps location and name of the last op, and what nothing uses disappears.
// CHECK-LABEL: func.func @chain
func.func @chain() -> tensor<2xi64> {
  %a = dnn.constant {value = dense<[1, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
  %b = dnn.constant {value = dense<3> : tensor<i64>} : () -> tensor<i64>
  %c = dnn.mul %a, %b : (tensor<2xi64>, tensor<i64>) -> tensor<2xi64>
  %d = dnn.add %c, %a {dnn.tensors = ["shape"]} : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64> loc("node_7")
  // CHECK-NEXT: %[[Y:.*]] = dnn.constant {dnn.tensors = ["shape"], value = dense<[4, 8]> : tensor<2xi64>} : () -> tensor<2xi64> loc("node_7")
  // CHECK-NEXT: return %[[Y]]
  return %d : tensor<2xi64>
}

// CHECK-LABEL: func.func @depends_on_input
func.func @depends_on_input(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = dnn.constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  // CHECK: %[[A:.*]] = dnn.constant {value = dense<[-1.000000e+00, -2.000000e+00]>
  %b = dnn.neg %a : (tensor<2xf32>) -> tensor<2xf32>
  // CHECK-NEXT: dnn.add %{{.*}}, %[[A]]
  %y = dnn.add %x, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// The ops behind a dequantize may become integer ops, so it stays unless asked for.
// CHECK-LABEL: func.func @weights
// DEQUANTIZE-LABEL: func.func @weights
func.func @weights() -> tensor<2xf32> {
  %w = dnn.constant {value = dense<[1, -2]> : tensor<2xi8>} : () -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  // CHECK: dnn.dequantize
  // DEQUANTIZE-NEXT: dnn.constant {value = dense<[5.000000e-01, -1.000000e+00]>
  %f = dnn.dequantize %w : (tensor<2x!quant.uniform<i8:f32, 0.5>>) -> tensor<2xf32>
  return %f : tensor<2xf32>
}

// A quantized constant is as small as it gets: quantize folds.
// CHECK-LABEL: func.func @quantized_weights
func.func @quantized_weights() -> tensor<2x!quant.uniform<u8:f32, 0.5:128>> {
  %w = dnn.constant {value = dense<[0.5, -1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  // CHECK-NEXT: dnn.constant {value = dense<[129, 126]> : tensor<2xui8>} : () -> tensor<2x!quant.uniform<u8:f32, 5.000000e-01:128>>
  %q = dnn.quantize %w : (tensor<2xf32>) -> tensor<2x!quant.uniform<u8:f32, 0.5:128>>
  return %q : tensor<2x!quant.uniform<u8:f32, 0.5:128>>
}

// Rearranging equal elements needs no memory, however large the result.
// CHECK-LABEL: func.func @expanded_splat
// MEMORY-LABEL: func.func @expanded_splat
func.func @expanded_splat() -> tensor<1000000x500x1000xf32> {
  %a = dnn.constant {value = dense<2.5> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK-NEXT: dnn.constant {value = dense<2.500000e+00> : tensor<1000000x500x1000xf32>}
  // MEMORY-NEXT: dnn.constant {value = dense<2.500000e+00> : tensor<1000000x500x1000xf32>}
  %b = dnn.expand %a : (tensor<1xf32>) -> tensor<1000000x500x1000xf32>
  return %b : tensor<1000000x500x1000xf32>
}

// An outer product is larger than its factors: folded below the limit only.
// CHECK-LABEL: func.func @outer_product
// LIMIT-LABEL: func.func @outer_product
// MEMORY-LABEL: func.func @outer_product
func.func @outer_product() -> tensor<16x16xf32> {
  %a = dnn.constant {value = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]> : tensor<16xf32>} : () -> tensor<16xf32>
  %column = dnn.reshape %a : (tensor<16xf32>) -> tensor<16x1xf32>
  %row = dnn.reshape %a : (tensor<16xf32>) -> tensor<1x16xf32>
  // CHECK-NOT: dnn.mul
  // CHECK: dnn.constant {value = dense_resource<product> : tensor<16x16xf32>}
  // LIMIT: dnn.mul
  // MEMORY: dnn.mul
  %y = dnn.mul %column, %row : (tensor<16x1xf32>, tensor<1x16xf32>) -> tensor<16x16xf32> loc("product")
  return %y : tensor<16x16xf32>
}

// All elements equal: a splat, not a blob. Two blobs of one name get keys of their own.
// CHECK-LABEL: func.func @blobs
func.func @blobs() -> (tensor<10x10xf32>, tensor<10x10xi64>, tensor<10x10xi64>) {
  %a = dnn.constant {value = dense<1.5> : tensor<10x10xf32>} : () -> tensor<10x10xf32>
  // CHECK: dnn.constant {value = dense<3.000000e+00> : tensor<10x10xf32>}
  %b = dnn.add %a, %a : (tensor<10x10xf32>, tensor<10x10xf32>) -> tensor<10x10xf32>
  %i = dnn.constant {value = dense<[[0], [1], [2], [3], [4], [5], [6], [7], [8], [9]]> : tensor<10x1xi64>} : () -> tensor<10x1xi64>
  // CHECK: dnn.constant {value = dense_resource<table_1> : tensor<10x10xi64>}
  %j = dnn.expand %i : (tensor<10x1xi64>) -> tensor<10x10xi64> loc("table/1")
  // CHECK: dnn.constant {value = dense_resource<table_1_1> : tensor<10x10xi64>}
  %k = dnn.add %j, %j : (tensor<10x10xi64>, tensor<10x10xi64>) -> tensor<10x10xi64> loc("table/1")
  return %b, %j, %k : tensor<10x10xf32>, tensor<10x10xi64>, tensor<10x10xi64>
}

// BLOBS: dialect_resources
// BLOBS-DAG: table_1: "0x080000000000000000000000
// BLOBS-DAG: table_1_1: "0x080000000000000000000000
