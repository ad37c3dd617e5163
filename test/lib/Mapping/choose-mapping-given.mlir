// A dataflow that is asked for does not reach a node whose mapping is given, unless that obeys it.
// RUN: dnnc-opt --choose-mapping=dataflow=ws %s 2>&1 | FileCheck %s
// RUN: dnnc-opt --choose-mapping=dataflow=os %s 2>&1 | FileCheck %s --check-prefix=OBEYS
// CHECK: remark: node 4: dataflow ws does not reach it: its mapping is given, and keeps 16 of C in a PE
// CHECK: mapping = #acc.mapping<os, passes = [M = 4]
// OBEYS-NOT: remark
func.func @f(%i: tensor<1x8x16xi8>, %v: tensor<1x16x24xi8>) -> tensor<1x8x24xi8> {
  %z = acc.group(%i, %v) node 4 "matmul" from ["m"] tiled <sizes = [1, 8, 24], order = [0, 1, 2], reduction = [16]>
      : (tensor<1x8x16xi8>, tensor<1x16x24xi8>) -> tensor<1x8x24xi8> {
  ^bb0(%a: tensor<1x8x16xi8>, %f: tensor<1x16x24xi8>):
    %r = acc.matmul %a, %f mode requantize {mapping = #acc.mapping<os, passes = [M = 4], cluster_rows = [M = 6],
        cluster_columns = [], pe_rows = [Q = 2], pe_columns = [Q = 4], macs = [], spad = [C = 16]>}
        : (tensor<1x8x16xi8>, tensor<1x16x24xi8>) -> tensor<1x8x24xi8>
    acc.yield %r : tensor<1x8x24xi8>
  }
  return %z : tensor<1x8x24xi8>
}
