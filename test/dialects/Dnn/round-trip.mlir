// Every op in the form its description shows: printed, parsed and printed again it is the same text.
// RUN: %python %S/Inputs/examples.py %source/dialects/Dnn %mlir_include > %t.mlir
// RUN: dnnc-opt %t.mlir -o %t.once.mlir
// RUN: dnnc-opt %t.once.mlir -o %t.twice.mlir
// RUN: diff %t.once.mlir %t.twice.mlir
// RUN: dnnc-opt --mlir-print-op-generic %t.mlir | dnnc-opt -o %t.generic.mlir
// RUN: diff %t.once.mlir %t.generic.mlir
// RUN: dnnc-opt --emit-bytecode %t.mlir | dnnc-opt -o %t.bytecode.mlir
// RUN: diff %t.once.mlir %t.bytecode.mlir
// RUN: FileCheck %s < %t.once.mlir

// Defaults are not printed.
// CHECK: dnn.conv %{{.*}} {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : (
// CHECK: dnn.gelu %{{.*}} {approximate = "tanh"}
// CHECK: dnn.resize %{{.*}} {coordinate_mode = #dnn.coordinate_mode<asymmetric>, mode = #dnn.resize_mode<nearest>
