// What fits into weight spads whose network compresses: of constant weights what the fullest PE is given. A PE of
// `narrow`, which has room for 4 weights, takes 8 of them here.
// RUN: rm -rf %t && split-file %s %t
// RUN: sed -e 's/weight_spad: .*/weight_spad: {words: 4, bits: 8}/' -e 's/^\(  weight_noc: .*\)}/\1, format: bitmask}/' %source/test/targets/tiny.yaml > %t/narrow.yaml
// RUN: dnnc-opt --choose-mapping=target=%t/narrow.yaml %t/sparse.mlir | FileCheck %s
// RUN: not dnnc-opt --choose-mapping=target=%t/narrow.yaml %t/fuller.mlir 2>&1 | FileCheck %s --check-prefix=FULLER
// RUN: not dnnc-opt --choose-mapping=target=%t/narrow.yaml %t/unknown.mlir 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// CHECK: spad = [M = 4, C = 2]
// FULLER: has a mapping that does not run on target 'tiny': the mapping keeps 5 words of weights in a PE, its spad has 4
// UNKNOWN: has a mapping that does not run on target 'tiny': the mapping keeps 8 words of weights in a PE, its spad has 4
//--- sparse.mlir
func.func @f(%i: tensor<1x3x2xi8>) -> tensor<1x3x4xi8> {
  %v = acc.constant dense<[[[1, 0, 0, 2], [0, 3, 4, 0]]]> : tensor<1x2x4xi8> -> tensor<1x2x4xi8>
  %z = acc.group(%i, %v) node 4 "matmul" from ["m"] tiled <sizes = [1, 3, 4], order = [0, 1, 2], reduction = [2]>
      : (tensor<1x3x2xi8>, tensor<1x2x4xi8>) -> tensor<1x3x4xi8> {
  ^bb0(%a: tensor<1x3x2xi8>, %f: tensor<1x2x4xi8>):
    %r = acc.matmul %a, %f mode requantize {mapping = #acc.mapping<mixed, passes = [Q = 3], cluster_rows = [],
        cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = [M = 4, C = 2]>}
        : (tensor<1x3x2xi8>, tensor<1x2x4xi8>) -> tensor<1x3x4xi8>
    acc.yield %r : tensor<1x3x4xi8>
  }
  return %z : tensor<1x3x4xi8>
}

//--- fuller.mlir
func.func @f(%i: tensor<1x3x2xi8>) -> tensor<1x3x4xi8> {
  %v = acc.constant dense<[[[1, 0, 0, 2], [5, 3, 4, 0]]]> : tensor<1x2x4xi8> -> tensor<1x2x4xi8>
  %z = acc.group(%i, %v) node 4 "matmul" from ["m"] tiled <sizes = [1, 3, 4], order = [0, 1, 2], reduction = [2]>
      : (tensor<1x3x2xi8>, tensor<1x2x4xi8>) -> tensor<1x3x4xi8> {
  ^bb0(%a: tensor<1x3x2xi8>, %f: tensor<1x2x4xi8>):
    %r = acc.matmul %a, %f mode requantize {mapping = #acc.mapping<mixed, passes = [Q = 3], cluster_rows = [],
        cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = [M = 4, C = 2]>}
        : (tensor<1x3x2xi8>, tensor<1x2x4xi8>) -> tensor<1x3x4xi8>
    acc.yield %r : tensor<1x3x4xi8>
  }
  return %z : tensor<1x3x4xi8>
}

//--- unknown.mlir
func.func @f(%i: tensor<1x3x2xi8>, %v: tensor<1x2x4xi8>) -> tensor<1x3x4xi8> {
  %z = acc.group(%i, %v) node 4 "matmul" from ["m"] tiled <sizes = [1, 3, 4], order = [0, 1, 2], reduction = [2]>
      : (tensor<1x3x2xi8>, tensor<1x2x4xi8>) -> tensor<1x3x4xi8> {
  ^bb0(%a: tensor<1x3x2xi8>, %f: tensor<1x2x4xi8>):
    %r = acc.matmul %a, %f mode requantize {mapping = #acc.mapping<mixed, passes = [Q = 3], cluster_rows = [],
        cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = [M = 4, C = 2]>}
        : (tensor<1x3x2xi8>, tensor<1x2x4xi8>) -> tensor<1x3x4xi8>
    acc.yield %r : tensor<1x3x4xi8>
  }
  return %z : tensor<1x3x4xi8>
}
