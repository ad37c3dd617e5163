// The text of MLIR, the file, and the text of dnnc-objdump are turned into each other without loss.
// RUN: dnnc-opt %S/Inputs/program.mlir -o %t.mlir
// RUN: dnnc-as %S/Inputs/program.mlir -o %t.bin
// RUN: dnnc-as %t.mlir -o %t.mlir.bin
// RUN: cmp %t.bin %t.mlir.bin
// RUN: dnnc-objdump %t.bin -o %t.dump.mlir
// RUN: dnnc-opt %t.dump.mlir | diff %t.mlir -
// RUN: dnnc-objdump %t.bin --no-comments | diff %S/Inputs/program.mlir -
// RUN: dnnc-as %t.dump.mlir -o %t.dump.bin
// RUN: cmp %t.bin %t.dump.bin
// RUN: dnnc-opt --mlir-print-op-generic %t.mlir | dnnc-opt | diff %t.mlir -
// RUN: FileCheck %s < %t.mlir

// CHECK:      isa.program dram_bytes = 4096, constants_bytes = 100, model = "sample \"quoted\"\0A", target = [
// CHECK-NEXT:   "name: \"edge\"",
// CHECK:        "power_budget_mw: 1000"
// CHECK-NEXT: ], constants = dense_resource<constants> : tensor<100xui8> {
// CHECK-NEXT:   isa.token initial = 1, maximum = 1, name = "buffer free"
// CHECK:        isa.node id = 7, dataflow = ws, macs = 1000, op = "conv", onnx = ["conv1", "relu1"]
// CHECK:        isa.tensor kind = input, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 128, bytes = 64, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "x", shape = [1, 4, 4, 4], scales = [0.05], zero_points = [-3], segment = [], order = []
// CHECK:        isa.tensor kind = intermediate, type = int16, axis = -1, codec = rlc, n = 0, m = 0, address = 2048, bytes = 512, {{.*}} segment = [1, 3, 30], order = []
// CHECK:        isa.segment kind = accelerator, inputs = [0], outputs = [2]
// CHECK:        isa.mapping dataflow = ws, passes = [4, 2], cluster_rows = [2, 2]
// CHECK:        isa.lanes inputs = 1, result = r2, name = "relu" {
// CHECK-NEXT:     isa.lane.input type = float32, dst = r0, a = 0
// CHECK-NEXT:     isa.lane.const type = float32, dst = r1, imm = 0x3F000000
// CHECK-NEXT:     isa.lane.max type = float32, dst = r2, a = r0, b = r1
// CHECK-NEXT:   }
// CHECK-NEXT:   isa.queue load {
// CHECK-NEXT:     isa.loop node = 0, wait = [], signal = [], count = 2
// CHECK-NEXT:     isa.load node = 0, wait = [0], signal = [1], memory = 0, element_bytes = 1, pad = fill, codec = raw, pad_value = 0xFD, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <128 + 8*i0>, buffer = <0>, extents = [4, 2, 4], dram_strides = [16, 4, 1], buffer_strides = [8, 4, 1], offsets = [<0>, <0 + 2*i0>, <0>], bounds = [4, 4, 4], segment = []
// CHECK-NEXT:     isa.end_loop node = 0, wait = [], signal = []
// CHECK-NEXT:     isa.load {{.*}} codec = rlc, pad_value = 0x0, zero_value = 0xFFFE, {{.*}} segment = [1, 3, 30]
// CHECK-NEXT:   }
// CHECK-NEXT:   isa.queue array {
// CHECK:          isa.conv {{.*}}clamp_low = 0xFF800000, clamp_high = 0x7F800000, output_scale = 0.0{{.*}} output = <256 + 256*i0 mod 512>
// CHECK:        isa.queue vector {
// CHECK:          isa.map {{.*}}inputs = [<256 + 256*i0 mod 512>], input_memories = [0], input_types = [float32], input_strides = [4]
// CHECK:        isa.queue store {
// CHECK:          isa.store {{.*}} codec = raw, zero_value = 0x0, {{.*}} segment = []
// CHECK:          isa.store {{.*}} codec = rlc, zero_value = 0xFFFE, {{.*}} segment = [1, 3, 30]
// CHECK:      constants: "0x4000000000070E15
