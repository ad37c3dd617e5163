// RUN: %python %S/Inputs/lane_errors.py > %t.mlir
// RUN: dnnc-opt --tasks-to-isa --split-input-file --verify-diagnostics %t.mlir
