// What a constant says of its storage is kept, also a format that would not be chosen, and the ledger tells what it takes: 256
// zeros are 8 pairs of a run of 31 and a level. In a segment they are 3 words of 3 pairs, in two segments 2 words each.
// RUN: dnnc-opt --choose-storage=target=%source/test/targets/rows.yaml --report-decisions='target=%source/test/targets/rows.yaml file=%t.json' %s | FileCheck %s
// RUN: %python %S/../Report/Inputs/lines.py %t.json | FileCheck %s --check-prefix=BYTES
// RUN: not dnnc-opt --choose-storage=target=%source/test/targets/tiny.yaml %s 2>&1 | FileCheck %s --check-prefix=NO-CODEC
// NO-CODEC: error: 'acc.constant' op stores a constant in rlc; target 'tiny' has no codec for it: set dram.codecs.rlc, or store it raw
// NO-CODEC: error: 'acc.constant' op stores a constant in rlc

// CHECK: acc.constant dense<0> : tensor<1x16x16xi16> {storage = #acc.storage<rlc, segment = [1, 16, 16]>}
// CHECK: acc.constant dense<0> : tensor<1x16x16xi16> {storage = #acc.storage<rlc, segment = [1, 8, 16]>}
// CHECK: acc.constant dense<0> : tensor<1x16x16xi16> {storage = #acc.storage<raw>}
// BYTES: {"tensor": "constant 1 of node 0", {{.*}} "format": "rlc", "segment": [1, 16, 16], "raw_bytes": 512, "bytes": 24, "worst_bytes": 24, "metadata_share": 1.0, "break_even_density": 0.75,
// BYTES: {"tensor": "constant 1 of node 1", {{.*}} "format": "rlc", "segment": [1, 8, 16], "raw_bytes": 512, "bytes": 32, "worst_bytes": 32, "metadata_share": 1.0, "break_even_density": 0.75,
// BYTES: {"tensor": "constant 1 of node 2", {{.*}} "format": "raw", "raw_bytes": 512, "bytes": 512, "worst_bytes": 512, "reason": {{.*}}}
func.func @main(%x: tensor<1x16x16xi16>) -> tensor<1x16x16xi16> {
  %u = acc.constant dense<0> : tensor<1x16x16xi16> {storage = #acc.storage<rlc, segment = [1, 16, 16]>} -> tensor<1x16x16xi16>
  %v = acc.constant dense<0> : tensor<1x16x16xi16> {storage = #acc.storage<rlc, segment = [1, 8, 16]>} -> tensor<1x16x16xi16>
  %w = acc.constant dense<0> : tensor<1x16x16xi16> {storage = #acc.storage<raw>} -> tensor<1x16x16xi16>
  %a = acc.group(%x, %u) node 0 "matmul" from [] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16xi16>, tensor<1x16x16xi16>) -> tensor<1x16x16xi16> {
  ^bb0(%i: tensor<1x16x16xi16>, %f: tensor<1x16x16xi16>):
    %r = acc.matmul %i, %f mode requantize clamp [-100.0, none] : (tensor<1x16x16xi16>, tensor<1x16x16xi16>) -> tensor<1x16x16xi16>
    acc.yield %r : tensor<1x16x16xi16>
  }
  %b = acc.group(%a, %v) node 1 "matmul" from [] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16xi16>, tensor<1x16x16xi16>) -> tensor<1x16x16xi16> {
  ^bb0(%i: tensor<1x16x16xi16>, %f: tensor<1x16x16xi16>):
    %r = acc.matmul %i, %f mode requantize clamp [-100.0, none] : (tensor<1x16x16xi16>, tensor<1x16x16xi16>) -> tensor<1x16x16xi16>
    acc.yield %r : tensor<1x16x16xi16>
  }
  %c = acc.group(%b, %w) node 2 "matmul" from [] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16xi16>, tensor<1x16x16xi16>) -> tensor<1x16x16xi16> {
  ^bb0(%i: tensor<1x16x16xi16>, %f: tensor<1x16x16xi16>):
    %r = acc.matmul %i, %f mode requantize clamp [-100.0, none] : (tensor<1x16x16xi16>, tensor<1x16x16xi16>) -> tensor<1x16x16xi16>
    acc.yield %r : tensor<1x16x16xi16>
  }
  return %c : tensor<1x16x16xi16>
}
