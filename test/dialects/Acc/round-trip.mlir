// Every op, attribute and type in the form its description shows: printed, parsed and printed again it is the same text.
// RUN: %python %S/Inputs/examples.py %source/dialects/Acc %mlir_include > %t.mlir
// RUN: dnnc-opt --split-input-file %t.mlir -o %t.once.mlir
// RUN: dnnc-opt --split-input-file %t.once.mlir -o %t.twice.mlir
// RUN: diff %t.once.mlir %t.twice.mlir
// RUN: dnnc-opt --split-input-file --mlir-print-op-generic %t.mlir -o %t.generic.mlir
// RUN: dnnc-opt --split-input-file %t.generic.mlir | diff %t.once.mlir -
// RUN: FileCheck %s < %t.once.mlir

// Defaults are not printed.
// CHECK: acc.conv %{{.*}}, %{{.*}} params %{{.*}} strides [2, 2] dilations [1, 1] pads [1, 1, 1, 1] groups 2 mode requantize clamp [0.000000e+00, 1.270000e+02] {ifmap_zero_point = -3 : i32} : (
// CHECK: acc.conv %{{.*}}, %{{.*}} strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] mode float : (
// CHECK: acc.load %{{.*}}, %{{.*}} offsets #{{.*}} slots [#{{.*}}] wait [1] signal [0] {fill = 0 : i64} : tensor<1x64x56x56xi8>, !acc.buffer<1x64x16x58xi8, ifmap, slots = 2>
// CHECK: acc.matmul %{{.*}}, %{{.*}} mode requantize {transpose_weight = true} : (
// CHECK: acc.sync load wait [2] signal [3, 4]
