// Loads four tiles of two segments of four int16 and stores each as one segment of eight.
isa.program dram_bytes = 768, constants_bytes = 0, model = "encoded", target = [
  "name: tiny",
  "clock_mhz: 100",
  "dram: {bytes: 1048576, bandwidth: 0.4, latency_cycles: 10, burst_bytes: 8, pj_per_byte: 100, codecs: {rlc: true}, codec_pj_per_byte: 1}",
  "memories:",
  "  - {name: glb, holds: [ifmap, weight, param, psum, ofmap, vector], bytes: 1024, read_bytes_per_cycle: 64, write_bytes_per_cycle: 64, read_pj_per_byte: 1, write_pj_per_byte: 1}",
  "array:",
  "  cluster_rows: 1",
  "  cluster_columns: 1",
  "  pe_rows: 2",
  "  pe_columns: 2",
  "  macs_per_pe: 1",
  "  mac_rate: {int8: 1}",
  "  ifmap_spad: {words: 16, bits: 8}",
  "  weight_spad: {words: 16, bits: 8}",
  "  psum_spad: {words: 16, bits: 32}",
  "  ifmap_noc: {bytes_per_cycle: 8}",
  "  weight_noc: {bytes_per_cycle: 8}",
  "  psum_noc: {bytes_per_cycle: 8}",
  "vector: {lanes: 4, port_bytes_per_cycle: 16}"
], constants = none {
  isa.token initial = 2, maximum = 2, name = "free"
  isa.token initial = 0, maximum = 2, name = "full"
  isa.node id = 5, dataflow = none, macs = 0, op = "copy", onnx = ["copy_0"]
  isa.tensor kind = input, type = int16, axis = -1, codec = rlc, n = 0, m = 0, address = 0, bytes = 512, node = 0, zero_value = 0xFFF9, slot_bytes = 64, column = 0, name = "x", shape = [4, 8], scales = [1.0], zero_points = [-7], segment = [1, 4], order = []
  isa.tensor kind = output, type = int16, axis = -1, codec = rlc, n = 0, m = 0, address = 512, bytes = 256, node = 0, zero_value = 0xFFF9, slot_bytes = 64, column = 0, name = "y", shape = [4, 8], scales = [1.0], zero_points = [-7], segment = [1, 8], order = []
  isa.segment kind = accelerator, inputs = [0], outputs = [1]
  isa.queue load {
    isa.loop node = 0, wait = [], signal = [], count = 4
    isa.load node = 0, wait = [0], signal = [1], memory = 0, element_bytes = 2, pad = none, codec = rlc, pad_value = 0x0, zero_value = 0xFFF9, slot_bytes = 64, n = 0, m = 0, column = 0, dram = <0>, buffer = <0 + 16*i0 mod 32>, extents = [1, 8], dram_strides = [128, 64], buffer_strides = [16, 2], offsets = [<0 + 1*i0>, <0>], bounds = [4, 8], segment = [1, 4]
    isa.end_loop node = 0, wait = [], signal = []
  }
  isa.queue store {
    isa.loop node = 0, wait = [], signal = [], count = 4
    isa.store node = 0, wait = [1], signal = [0], memory = 0, element_bytes = 2, codec = rlc, zero_value = 0xFFF9, slot_bytes = 64, n = 0, m = 0, column = 0, dram = <512>, buffer = <0 + 16*i0 mod 32>, extents = [1, 8], dram_strides = [64, 64], buffer_strides = [16, 2], offsets = [<0 + 1*i0>, <0>], bounds = [4, 8], segment = [1, 8]
    isa.end_loop node = 0, wait = [], signal = []
  }
}
