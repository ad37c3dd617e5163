// The report of decisions, its ledger of zeros above all: an entry for each tensor, one a line here. DRAM moves single bytes, so
// that sizes are those of docs/storage.md; the target is edge apart from that.
//   constant 1 of node 0: 26 of 256 are not zero. csc: 4 bytes of header, 26 · 12 bits and 16 ends of 5 bits, 53 bytes, of which
//     26 are elements. 3680 of 4096 MACs are skipped, 0.43 pJ each; the slowest of 32 shares of 8 weights is
//     expected to have 2.6 of them, and 5 cycles less are 211.2 pJ each (leakage and clock).
//   result of node 0: stored and loaded, and half of it expected to be zero: 2 · (4 + 32 + 128) bytes.
//   constant 1 of node 1: 60 non-zeros where each 4 have at most one. nm: 4 + 64 + 16 bytes, 4 of the 64 values are zeros.
//   constant 1 of node 2: 222 of 256. A mask would take 4 + 32 + 222 bytes.
// RUN: sed -e 's/^  burst_bytes: 32/  burst_bytes: 1/' %source/targets/edge.yaml > %t.yaml
// RUN: dnnc-opt --choose-storage=target=%t.yaml --report-decisions='target=%t.yaml file=%t.json' %s -o %t.mlir
// RUN: %python %S/Inputs/lines.py %t.json | FileCheck %s

// The same of a machine without codecs: zeros are skipped, nothing is encoded.
// RUN: sed -e '/^  codecs:/d' %source/targets/eyeriss-v2.yaml > %t.v2.yaml
// RUN: dnnc-opt --choose-storage=target=%t.v2.yaml --report-decisions='target=%t.v2.yaml file=%t.v2.json' %s -o %t.v2.mlir
// RUN: %python %S/Inputs/lines.py %t.v2.json | FileCheck %s --check-prefix=RAW
// And of one that neither encodes nor skips.
// RUN: dnnc-opt --report-decisions='target=%t.yaml:dense file=%t.dense.json' %s -o %t.dense.mlir
// RUN: FileCheck %s --check-prefix=DENSE < %t.dense.json
// RUN: not dnnc-opt --report-decisions='target=%t.yaml file=%t/no/such.json' %s 2>&1 | FileCheck %s --check-prefix=FILE

// CHECK: target edge
// CHECK-NEXT: node {"id": 0, "op": "matmul", "onnx": ["m0"], "dataflow": ["os"], "tile": [1, 16, 16], "order": [0, 1, 2], "reduction": []}
// CHECK-NEXT: node {"id": 1,
// CHECK-NEXT: node {"id": 2,
// CHECK-NEXT: {"tensor": "input 0 of node 0", "nodes": [0], "constant": false, "shape": [1, 16, 16], "element_bits": 8, "density": 1.0, "density_origin": "assumed", "expected": true, "format": "raw", "raw_bytes": 256, "bytes": 256, "worst_bytes": 256, "reason": "the network is given it raw"}
// CHECK-NEXT: {"tensor": "constant 1 of node 0", "nodes": [0], "constant": true, "shape": [1, 16, 16], "element_bits": 8, "density": 0.1015625, "density_origin": "counted", "expected": false, "format": "csc", "segment": [1, 16, 16], "raw_bytes": 256, "bytes": 53, "worst_bytes": 53, "metadata_share": 0.50943396{{[0-9]*}}, "break_even_density": 0.625, "saved": {"dram": {"bytes": 203, "cycles": 7.9296875, "energy_pj": 8098.8}, "array": {"macs": 3680, "cycles": 5.0, "energy_pj": 3041.36
// CHECK-NEXT: {"tensor": "result of node 0", "nodes": [0, 1], "constant": false, "shape": [1, 16, 16], "element_bits": 8, "density": 0.5, "density_origin": "assumed", "expected": true, "format": "bitmask", "segment": [1, 16, 16], "raw_bytes": 512, "bytes": 328, "worst_bytes": 520, "metadata_share": 0.21951219{{[0-9]*}}, "break_even_density": 0.875, "saved": {"dram": {"bytes": 184, "cycles": 7.1875, "energy_pj": 7228.8}, "array": {"macs": 2048, "cycles": 1.0, "energy_pj": 1232.6
// CHECK-NEXT: {"tensor": "constant 1 of node 1", {{.*}} "density": 0.234375, "density_origin": "counted", "expected": false, "format": "nm", "segment": [1, 16, 16], "raw_bytes": 256, "bytes": 84, "worst_bytes": 84, "metadata_share": 0.23809523{{[0-9]*}}, "filler_share": 0.04761904{{[0-9]*}}, "break_even_density": 0.25, "saved": {"dram": {"bytes": 172, "cycles": 6.71875, "energy_pj": 6846.4}, "array": {"macs": 3136,
// CHECK-NEXT: {"tensor": "result of node 1", {{.*}} "density": 0.5, "density_origin": "assumed", "expected": true, "format": "bitmask",
// CHECK-NEXT: {"tensor": "constant 1 of node 2", {{.*}} "density": 0.8671875, "density_origin": "counted", "expected": false, "format": "raw", "raw_bytes": 256, "bytes": 256, "worst_bytes": 256, "saved": {"array": {"macs": 544, {{.*}}}, "reason": "bitmask would move 258 bytes, raw 256"}
// CHECK-NEXT: {"tensor": "result of node 2", {{.*}} "density": 1.0, "density_origin": "assumed", "expected": true, "format": "raw", "raw_bytes": 256, "bytes": 256, "worst_bytes": 256, "reason": "nothing clamps it at zero, so that no zeros are expected"}
// CHECK-NOT: {{.}}

// RAW: {"tensor": "constant 1 of node 0", {{.*}} "density": 0.1015625, "density_origin": "counted", "expected": false, "format": "raw", "raw_bytes": 256, "bytes": 256, "worst_bytes": 256, "saved": {"array": {"macs": 3680, "cycles": {{.*}}}, "reason": "the target has no codec (dram.codecs)"}
// RAW-NEXT: {"tensor": "result of node 0", {{.*}} "density": 0.5, "density_origin": "assumed", "expected": true, "format": "raw", {{.*}} "saved": {"array": {"macs": 2048,
// RAW-NOT: "dram"

// DENSE: "density": 0.1015625
// DENSE-NOT: saved

// FILE: error: cannot write {{.*}}/no/such.json

!q = !quant.uniform<i8:f32, 5.0e-01:-128>

func.func @main(%x: tensor<1x16x16x!q>) -> tensor<1x16x16x!q> {
  %w0 = acc.constant dense<"0x0000000000000000008B00002200E51300CA210000000FA48F000000000000000000000000009F000000000000000000000000000000B8000000000000EB000000000000000000000000000000000000000000000000000000000000001400000000000000730000000000A29E00005C00000000000000000000000000000000007A00000000000000730000000B000000000000001600000000000000000000000000000054B900000000000000000000000000000000000000000000000000000000000000000000000000000000000000160000000000000000000000000000000000000000008C0000000000000000001100000000000000000000000000"> : tensor<1x16x16xi8> -> tensor<1x16x16xi8>
  %a = acc.group(%x, %w0) node 0 "matmul" from ["m0"] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16x!q>, tensor<1x16x16xi8>) -> tensor<1x16x16x!q> {
  ^bb0(%i: tensor<1x16x16x!q>, %f: tensor<1x16x16xi8>):
    %r = acc.matmul %i, %f mode requantize {mapping = #acc.mapping<os, passes = [], cluster_rows = [M = 8],
        cluster_columns = [Q = 4], pe_rows = [C = 2], pe_columns = [Q = 4], macs = [M = 2], spad = [C = 8]>}
        : (tensor<1x16x16x!q>, tensor<1x16x16xi8>) -> tensor<1x16x16x!q>
    acc.yield %r : tensor<1x16x16x!q>
  }
  %w1 = acc.constant dense<"0x000000000000000000000000000000000000000500DB4F00009A000000870000000000007B000000B100000000000000A6000000000000DB00000049F6002900000040B43300007E0000000000000000000000000009520000F800FA001800EF7500000000000000F2004D000000A700007F000000000000000000003F000000000000000000004B000056003A000000000000000000000000D600EF000085541B003EA505230000750000000000000000FA000000003E0000000000004F000000000043000000000000690000004D0000000000001DB30000FB0000AB1D0087F900FA00690000F8940000960000000000CF0000000000000000000000000000"> : tensor<1x16x16xi8> -> tensor<1x16x16xi8>
  %b = acc.group(%a, %w1) node 1 "matmul" from ["m1"] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16x!q>, tensor<1x16x16xi8>) -> tensor<1x16x16x!q> {
  ^bb0(%i: tensor<1x16x16x!q>, %f: tensor<1x16x16xi8>):
    %r = acc.matmul %i, %f mode requantize {mapping = #acc.mapping<os, passes = [], cluster_rows = [M = 8],
        cluster_columns = [Q = 4], pe_rows = [C = 2], pe_columns = [Q = 4], macs = [M = 2], spad = [C = 8]>}
        : (tensor<1x16x16x!q>, tensor<1x16x16xi8>) -> tensor<1x16x16x!q>
    acc.yield %r : tensor<1x16x16x!q>
  }
  %w2 = acc.constant dense<"0xECA6B1CF9096BA860075428AFE6638F2F7AE0064AF0000B54700AFE7D173B288AACDE06338006AC12BF1D4D4E10066006D7779EE369B678F946C39C3DC2B432BB14088E98E0B201D70FC52C507334900E5534E3E4DEB0228DCFE1C9BCBF753BB2FD635C3B8B4A48800F3EB00459B2173000000FE90008BEEB04046E09CDEE29480C01900F900F96B90CC4F008DEA570045D5F600D25343C67500106F00376D4E4919EA87D051CFF74EB9005472DBBA80D1BBC77500DDB39F8FD9D6948245006F59747A3E00E4006300C1FFA100B186D33C00311C4BE49181B66AAB38BCDFF98D2275B25D3D1E7D50196C00F5766E23FEA5DFDC6D008C3ACF664032AFCA0000BF"> : tensor<1x16x16xi8> -> tensor<1x16x16xi8>
  %c = acc.group(%b, %w2) node 2 "matmul" from ["m2"] tiled <sizes = [1, 16, 16], order = [0, 1, 2]>
      : (tensor<1x16x16x!q>, tensor<1x16x16xi8>) -> tensor<1x16x16x!q> {
  ^bb0(%i: tensor<1x16x16x!q>, %f: tensor<1x16x16xi8>):
    %r = acc.matmul %i, %f mode requantize clamp [-100.0, 127.0] {mapping = #acc.mapping<os, passes = [], cluster_rows = [M = 8],
        cluster_columns = [Q = 4], pe_rows = [C = 2], pe_columns = [Q = 4], macs = [M = 2], spad = [C = 8]>}
        : (tensor<1x16x16x!q>, tensor<1x16x16xi8>) -> tensor<1x16x16x!q>
    acc.yield %r : tensor<1x16x16x!q>
  }
  return %c : tensor<1x16x16x!q>
}
