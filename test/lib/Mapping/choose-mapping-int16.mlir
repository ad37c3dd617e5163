// int16 runs where the target has a rate for it.
// RUN: dnnc-opt --choose-mapping %s | FileCheck %s
// RUN: dnnc-opt --choose-mapping=target=%source/test/targets/rows.yaml %s | FileCheck %s
// RUN: not dnnc-opt --choose-mapping=target=%source/test/targets/tiny.yaml %s 2>&1 | FileCheck %s --check-prefix=NO-RATE
// CHECK: acc.matmul {{.*}}mapping = #acc.mapping<
// NO-RATE: error: 'acc.matmul' op computes in int16, which the array of target 'tiny' does not

func.func @main(%y: tensor<1x2x4xi16>, %w: tensor<1x4x2xi16>) -> tensor<1x2x2xi16> {
  %b = acc.group(%y, %w) node 1 "matmul" from [] : (tensor<1x2x4xi16>, tensor<1x4x2xi16>) -> tensor<1x2x2xi16> {
  ^bb0(%i: tensor<1x2x4xi16>, %f: tensor<1x4x2xi16>):
    %m = acc.matmul %i, %f mode requantize : (tensor<1x2x4xi16>, tensor<1x4x2xi16>) -> tensor<1x2x2xi16>
    acc.yield %m : tensor<1x2x2xi16>
  }
  return %b : tensor<1x2x2xi16>
}
