// Loads four tiles of eight bytes, reverses each on the vector unit and stores it.
isa.program dram_bytes = 64, constants_bytes = 0, model = "reverse", target = [
  "name: tiny",
  "clock_mhz: 100",
  "dram: {bytes: 1048576, bandwidth: 0.4, latency_cycles: 10, burst_bytes: 8, pj_per_byte: 100}",
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
  isa.token initial = 2, maximum = 2, name = "input free"
  isa.token initial = 0, maximum = 2, name = "input full"
  isa.token initial = 2, maximum = 2, name = "output free"
  isa.token initial = 0, maximum = 2, name = "output full"
  isa.node id = 5, dataflow = none, macs = 0, op = "transpose", onnx = ["reverse_0"]
  isa.tensor kind = input, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 0, bytes = 32, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "x", shape = [4, 8], scales = [], zero_points = [], segment = [], order = []
  isa.tensor kind = output, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 32, bytes = 32, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "y", shape = [4, 8], scales = [], zero_points = [], segment = [], order = []
  isa.segment kind = accelerator, inputs = [0], outputs = [1]
  isa.queue load {
    isa.loop node = 0, wait = [], signal = [], count = 4
    isa.load node = 0, wait = [0], signal = [1], memory = 0, element_bytes = 1, pad = none, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <0 + 8*i0>, buffer = <0 + 8*i0 mod 16>, extents = [8], dram_strides = [1], buffer_strides = [1], offsets = [<0>], bounds = [8], segment = []
    isa.end_loop node = 0, wait = [], signal = []
  }
  isa.queue vector {
    isa.loop node = 0, wait = [], signal = [], count = 4
    isa.permute node = 0, wait = [1, 2], signal = [0, 3], element_bytes = 1, input_memory = 0, output_memory = 0, extents = [8], offsets = [<0>], bounds = [8], input = <7 + 8*i0 mod 16>, input_strides = [-1], output = <16 + 8*i0 mod 16>, output_strides = [1]
    isa.end_loop node = 0, wait = [], signal = []
  }
  isa.queue store {
    isa.loop node = 0, wait = [], signal = [], count = 4
    isa.store node = 0, wait = [3], signal = [2], memory = 0, element_bytes = 1, codec = raw, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <32 + 8*i0>, buffer = <16 + 8*i0 mod 16>, extents = [8], dram_strides = [1], buffer_strides = [1], offsets = [<0>], bounds = [8], segment = []
    isa.end_loop node = 0, wait = [], signal = []
  }
}
