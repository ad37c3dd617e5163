// A run's densities stand where an ifmap is read, and where it is made: of what two products read the mean, of a concatenation all
// its parts, of a network's input at the argument.
// RUN: dnnc-opt %s -apply-calibration=file=%S/Inputs/run.json | FileCheck %s
// RUN: not dnnc-opt %s -apply-calibration=file=%S/Inputs/other.json 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not dnnc-opt %s -apply-calibration 2>&1 | FileCheck %s --check-prefix=NONE
// OTHER: error: {{.*}}other.json: node 1 comes from 'z' there, from 'b' here; the statistics are of another network
// NONE: error: : cannot be read; need the statistics of a run, as dnnc-sim --stats writes them

// CHECK: func.func @main(%{{.*}}: tensor<1x4x4xi8> {acc.density = #acc.density<calibration, 1.0>})
// CHECK: acc.group{{.*}} node 0 "matmul" from ["a"] {acc.density = #acc.density<calibration, 0.375>, acc.ifmap_density = #acc.density<calibration, 1.0>}
// CHECK: acc.group{{.*}} node 1 "matmul" from ["b"] {acc.density = #acc.density<calibration, 0.75>, acc.ifmap_density = #acc.density<calibration, 0.25>}
// CHECK: acc.group{{.*}} node 2 "matmul" from ["c"] {acc.density = #acc.density<calibration, 0.75>, acc.ifmap_density = #acc.density<calibration, 0.5>}
// CHECK: acc.group{{.*}} node 3 "matmul" from ["d"] {acc.ifmap_density = #acc.density<calibration, 0.75>}
func.func @main(%x: tensor<1x4x4xi8>) -> tensor<1x4x4xi8> {
  %w = acc.constant dense<1> : tensor<1x4x4xi8> -> tensor<1x4x4xi8>
  %v = acc.constant dense<1> : tensor<1x4x8xi8> -> tensor<1x4x8xi8>
  %a = acc.group(%x, %w) node 0 "matmul" from ["a"] : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8> {
  ^bb0(%i: tensor<1x4x4xi8>, %f: tensor<1x4x4xi8>):
    %r = acc.matmul %i, %f mode requantize : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8>
    acc.yield %r : tensor<1x4x4xi8>
  }
  %b = acc.group(%a, %w) node 1 "matmul" from ["b"] : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8> {
  ^bb0(%i: tensor<1x4x4xi8>, %f: tensor<1x4x4xi8>):
    %r = acc.matmul %i, %f mode requantize : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8>
    acc.yield %r : tensor<1x4x4xi8>
  }
  %c = acc.group(%a, %w) node 2 "matmul" from ["c"] : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8> {
  ^bb0(%i: tensor<1x4x4xi8>, %f: tensor<1x4x4xi8>):
    %r = acc.matmul %i, %f mode requantize : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8>
    acc.yield %r : tensor<1x4x4xi8>
  }
  %bc = acc.concat %b, %c axis 1 : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x8x4xi8>
  %view = acc.reshape %bc : tensor<1x8x4xi8> -> tensor<1x4x8xi8>
  %d = acc.group(%view, %v) node 3 "matmul" from ["d"] : (tensor<1x4x8xi8>, tensor<1x4x8xi8>) -> tensor<1x4x4xi8> {
  ^bb0(%i: tensor<1x4x8xi8>, %f: tensor<1x4x8xi8>):
    %r = acc.matmul %i, %f mode requantize {transpose_weight = true} : (tensor<1x4x8xi8>, tensor<1x4x8xi8>) -> tensor<1x4x4xi8>
    acc.yield %r : tensor<1x4x4xi8>
  }
  return %d : tensor<1x4x4xi8>
}
