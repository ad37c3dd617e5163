// Where a machine gates zeros they save energy, and no time: of the 2048 MACs on the half of the maps that is expected to be zero
// the multiplier (1 pJ) and the read of the weight (1 pJ). Weights are not looked at. Their zeros have no format here either:
// rlc serves feature maps.
// RUN: dnnc-opt --choose-storage=target=%source/test/targets/rows.yaml %s -o %t.mlir
// RUN: dnnc-opt --report-decisions='target=%source/test/targets/rows.yaml file=%t.json' %t.mlir -o %t.same.mlir
// RUN: %python %S/Inputs/lines.py %t.json | FileCheck %s
// CHECK: {"tensor": "constant 1 of node 0", {{.*}} "density": 0.0, "density_origin": "counted", "expected": false, "format": "raw", {{.*}}"worst_bytes": 1024, "reason": "the target has no codec that constants of its type take"}
// CHECK: {"tensor": "result of node 0", {{.*}} "density": 0.5, "density_origin": "assumed", "expected": true, "format": "rlc", "segment": [1, 16, 16], "raw_bytes": 1024, "bytes": 688, "worst_bytes": 1040, "metadata_share": 0.2558139{{[0-9]*}}, "break_even_density": 0.75, "saved": {"dram": {"bytes": 336, "cycles": 140.0, "energy_pj": 32912.0}, "array": {"macs": 2048, "cycles": 0.0, "energy_pj": 4096.0}}}
!q = !quant.uniform<i16:f32, 5.0e-01:-32768>

func.func @main(%x: tensor<1x16x16x!q>) -> tensor<1x16x16x!q> {
  %w = acc.constant dense<0> : tensor<1x16x16xi16> -> tensor<1x16x16xi16>
  %a = acc.group(%x, %w) node 0 "matmul" from ["m0"] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16x!q>, tensor<1x16x16xi16>) -> tensor<1x16x16x!q> {
  ^bb0(%i: tensor<1x16x16x!q>, %f: tensor<1x16x16xi16>):
    %r = acc.matmul %i, %f mode requantize {mapping = #acc.mapping<os, passes = [Q = 4, M = 16, C = 2], cluster_rows = [],
        cluster_columns = [], pe_rows = [], pe_columns = [Q = 4], macs = [], spad = [C = 8]>}
        : (tensor<1x16x16x!q>, tensor<1x16x16xi16>) -> tensor<1x16x16x!q>
    acc.yield %r : tensor<1x16x16x!q>
  }
  %b = acc.group(%a, %w) node 1 "matmul" from ["m1"] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16x!q>, tensor<1x16x16xi16>) -> tensor<1x16x16x!q> {
  ^bb0(%i: tensor<1x16x16x!q>, %f: tensor<1x16x16xi16>):
    %r = acc.matmul %i, %f mode requantize clamp [-100.0, 127.0] {mapping = #acc.mapping<os, passes = [Q = 4, M = 16, C = 2], cluster_rows = [],
        cluster_columns = [], pe_rows = [], pe_columns = [Q = 4], macs = [], spad = [C = 8]>}
        : (tensor<1x16x16x!q>, tensor<1x16x16xi16>) -> tensor<1x16x16x!q>
    acc.yield %r : tensor<1x16x16x!q>
  }
  return %b : tensor<1x16x16x!q>
}
