// Every op, attribute and type in the form its description shows: printed, parsed and printed again it is the same text.
// RUN: %python %S/Inputs/examples.py %source/dialects/Acc %mlir_include > %t.mlir
// RUN: dnnc-opt --split-input-file %t.mlir -o %t.once.mlir
// RUN: dnnc-opt --split-input-file %t.once.mlir -o %t.twice.mlir
// RUN: diff %t.once.mlir %t.twice.mlir
// RUN: dnnc-opt --split-input-file --mlir-print-op-generic %t.mlir -o %t.generic.mlir
// RUN: dnnc-opt --split-input-file %t.generic.mlir | diff %t.once.mlir -
// RUN: FileCheck %s < %t.once.mlir
