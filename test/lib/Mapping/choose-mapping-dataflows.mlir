// A dataflow can be asked for; a node that it cannot serve runs under another, with a remark (lib/Mapping/ChooseMapping.cpp).
// RUN: dnnc-opt --choose-mapping=dataflow=ws %s | FileCheck %s --check-prefix=WS
// RUN: dnnc-opt --choose-mapping=dataflow=is %s | FileCheck %s --check-prefix=IS
// RUN: dnnc-opt --choose-mapping=dataflow=os %s | FileCheck %s --check-prefix=OS
// RUN: dnnc-opt --choose-mapping=dataflow=nlr %s | FileCheck %s --check-prefix=NLR
// RUN: dnnc-opt --choose-mapping='dataflow=rs target=%source/test/targets/tiny.yaml' %s 2>&1 | FileCheck %s --check-prefix=REFUSED
// RUN: dnnc-opt --choose-mapping='dataflow=rs target=eyeriss-normalized objective=energy' --verify-diagnostics %S/Inputs/conv-int16.mlir | FileCheck %s --check-prefix=RS

// Wrong words are errors.
// RUN: not dnnc-opt --choose-mapping=dataflow=wx %s 2>&1 | FileCheck %s --check-prefix=WORD
// WORD: error: has dataflow 'wx'; need auto, rs, ws, os, is, nlr or mixed
// RUN: not dnnc-opt --choose-mapping=objective=speed %s 2>&1 | FileCheck %s --check-prefix=GOAL
// GOAL: error: has objective 'speed'; need latency, energy or edp
// RUN: not dnnc-opt --choose-mapping=mapping-cache=%s %s 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: {{.*}}choose-mapping-dataflows.mlir: cannot be made a folder for the mapping cache

// Any number of threads, and a cache empty or full, give the same.
// RUN: dnnc-opt --choose-mapping=jobs=1 %s -o %t.1.mlir
// RUN: rm -rf %t.cache
// RUN: dnnc-opt --choose-mapping='jobs=4 mapping-cache=%t.cache' %s | diff - %t.1.mlir
// RUN: dnnc-opt --choose-mapping='jobs=4 mapping-cache=%t.cache' %s | diff - %t.1.mlir

// WS: mapping = #acc.mapping<ws,
// WS: mapping = #acc.mapping<ws,
// IS: mapping = #acc.mapping<is,
// IS: mapping = #acc.mapping<is,
// OS: mapping = #acc.mapping<os,
// OS: mapping = #acc.mapping<os,
// NLR: mapping = #acc.mapping<nlr, {{.*}} spad = []>
// NLR: mapping = #acc.mapping<nlr, {{.*}} spad = []>
// A filter row slides: Q is the innermost loop, filter rows stand along PE rows.
// RS: mapping = #acc.mapping<rs, passes = [{{.*}}Q = {{[0-9]+}}], {{.*}}pe_rows = [R = 3{{.*}}spad = [{{.*}}S = 3
// REFUSED: remark: node 0: dataflow rs cannot serve it: the ifmap spads of target 'tiny' do not slide (array.ifmap_spad.slides); it runs mixed instead
// REFUSED: remark: node 1: dataflow rs cannot serve it
func.func @conv(%x: tensor<1x16x16x16xi8>, %w: tensor<32x16x3x3xi8>, %v: tensor<1x16x24xi8>) -> (tensor<1x32x16x16xi8>, tensor<1x8x24xi8>) {
  %y = acc.group(%x, %w) node 0 "conv" from ["c"] : (tensor<1x16x16x16xi8>, tensor<32x16x3x3xi8>) -> tensor<1x32x16x16xi8> {
  ^bb0(%a: tensor<1x16x16x16xi8>, %f: tensor<32x16x3x3xi8>):
    %r = acc.conv %a, %f strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] mode requantize
        : (tensor<1x16x16x16xi8>, tensor<32x16x3x3xi8>) -> tensor<1x32x16x16xi8>
    acc.yield %r : tensor<1x32x16x16xi8>
  }
  %i = acc.constant dense<1> : tensor<1x8x16xi8> -> tensor<1x8x16xi8>
  %z = acc.group(%i, %v) node 1 "matmul" from ["m"] : (tensor<1x8x16xi8>, tensor<1x16x24xi8>) -> tensor<1x8x24xi8> {
  ^bb0(%a: tensor<1x8x16xi8>, %f: tensor<1x16x24xi8>):
    %r = acc.matmul %a, %f mode requantize : (tensor<1x8x16xi8>, tensor<1x16x24xi8>) -> tensor<1x8x24xi8>
    acc.yield %r : tensor<1x8x24xi8>
  }
  return %y, %z : tensor<1x32x16x16xi8>, tensor<1x8x24xi8>
}
