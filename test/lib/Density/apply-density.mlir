// Synthetic densities: weights change at once, of activations it is noted where they are made and read what is to be drawn. `c` reads
// what `b` reads: its default gives way, and it is marked though the file does not name it.
// RUN: dnnc-opt %s -split-input-file -apply-density=file=%S/Inputs/densities.yaml 2>&1 | FileCheck %s
// RUN: not dnnc-opt %s -split-input-file -apply-density=file=%S/Inputs/two.yaml 2>&1 | FileCheck %s --check-prefix=TWO
// RUN: not dnnc-opt %s -split-input-file -apply-density=file=%S/Inputs/refused.yaml 2>&1 | FileCheck %s --check-prefix=REFUSED
// RUN: not dnnc-opt %s -split-input-file -apply-density=file=%S/Inputs/beaten.yaml 2>&1 | FileCheck %s --check-prefix=BEATEN
// BEATEN: error: {{.*}}beaten.yaml:4:3: layer 'c' can have no such density: of its ifmap a part is read by 'b' too, which gives 0.25; give both the same
// TWO: error: {{.*}}two.yaml:3:3: layer 'c' can have no such density: of its ifmap a part is read by 'b' too, which gives 0.25; give both the same
// REFUSED: error: {{.*}}refused.yaml:2:3: layer 'd' can have no such density: of its weights nothing is constant: they are computed
// REFUSED: error: {{.*}}refused.yaml:3:3: layer 'e' can have no such density: of its ifmap nothing is loaded that the network computes or is given

// CHECK: remark: {{.*}}densities.yaml gives synthetic densities: the program does not compute what the network does
// CHECK-LABEL: func.func @main(%arg0
// CHECK-DAG: %[[ONES:.*]] = acc.constant dense<1> : tensor<1x4x4xi8>
// CHECK-DAG: %[[NONE:.*]] = acc.constant dense<0> : tensor<1x4x4xi8>
// CHECK: acc.group(%{{.*}}, %[[ONES]]) node 0 "matmul" from ["a"] {acc.density = #acc.density<synthetic, 0.25, axis = 2, dispersion = 0.62, seed = {{[0-9]+}}>}
// CHECK: acc.group({{.*}}, %[[NONE]]) node 1 "matmul" from ["b"] {acc.ifmap_density = #acc.density<synthetic, 0.25>, acc.weight_density = #acc.density<synthetic, 0.0, axis = 2, dispersion = 0.14, seed = {{[0-9]+}}>}
// CHECK: acc.group({{.*}}, %[[ONES]]) node 2 "matmul" from ["c"] {acc.ifmap_density = #acc.density<synthetic, 0.25>}
func.func @main(%x: tensor<1x4x4xi8>) -> (tensor<1x4x4xi8>, tensor<1x4x4xi8>) {
  %w = acc.constant dense<1> : tensor<1x4x4xi8> -> tensor<1x4x4xi8>
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
  return %b, %c : tensor<1x4x4xi8>, tensor<1x4x4xi8>
}

// -----

// `d` multiplies two computed tensors, `e` has a constant for its ifmap.
func.func @computed(%x: tensor<1x4x4xi8>, %y: tensor<1x4x4xi8>) -> (tensor<1x4x4xi8>, tensor<1x4x4xi8>) {
  %w = acc.constant dense<1> : tensor<1x4x4xi8> -> tensor<1x4x4xi8>
  %b = acc.group(%x, %w) node 0 "matmul" from ["b"] : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8> {
  ^bb0(%i: tensor<1x4x4xi8>, %f: tensor<1x4x4xi8>):
    %r = acc.matmul %i, %f mode requantize : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8>
    acc.yield %r : tensor<1x4x4xi8>
  }
  %d = acc.group(%b, %y) node 1 "matmul" from ["d"] : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8> {
  ^bb0(%i: tensor<1x4x4xi8>, %f: tensor<1x4x4xi8>):
    %r = acc.matmul %i, %f mode requantize : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8>
    acc.yield %r : tensor<1x4x4xi8>
  }
  %e = acc.group(%w, %y) node 2 "matmul" from ["e"] : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8> {
  ^bb0(%i: tensor<1x4x4xi8>, %f: tensor<1x4x4xi8>):
    %r = acc.matmul %i, %f mode requantize : (tensor<1x4x4xi8>, tensor<1x4x4xi8>) -> tensor<1x4x4xi8>
    acc.yield %r : tensor<1x4x4xi8>
  }
  return %d, %e : tensor<1x4x4xi8>, tensor<1x4x4xi8>
}
