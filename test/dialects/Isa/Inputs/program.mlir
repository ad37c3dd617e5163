module {
  isa.program dram_bytes = 4096, constants_bytes = 100, model = "sample \"quoted\"\0A", target = [
    "name: \"edge\"",
    "description: \"512 int8 MACs a cycle at 500 MHz, 512 KiB on chip, 12.8 GB/s; below 1 W\"",
    "clock_mhz: 500",
    "dram:",
    "  bytes: 4294967296",
    "  bandwidth: 12.8",
    "  latency_cycles: 50",
    "  burst_bytes: 32",
    "  pj_per_byte: 40",
    "memories:",
    "  - name: \"glb\"",
    "    kind: sram",
    "    holds: [ifmap, weight, param, psum, ofmap, vector]",
    "    bytes: 524288",
    "    per_cluster: false",
    "    banks: 32",
    "    read_bytes_per_cycle: 256",
    "    write_bytes_per_cycle: 256",
    "    read_pj_per_byte: 0.8",
    "    write_pj_per_byte: 0.8",
    "array:",
    "  cluster_rows: 8",
    "  cluster_columns: 4",
    "  pe_rows: 2",
    "  pe_columns: 4",
    "  macs_per_pe: 2",
    "  pipeline_depth: 4",
    "  mac_rate: {int8: 1, uint8: 1, float32: 0.25}",
    "  mac_pj: {int8: 0.15, uint8: 0.15, float32: 1.5}",
    "  ifmap_spad:",
    "    words: 64",
    "    bits: 8",
    "    double_buffered: true",
    "    read_pj_per_word: 0.04",
    "    write_pj_per_word: 0.04",
    "  weight_spad:",
    "    words: 128",
    "    bits: 8",
    "    double_buffered: true",
    "    read_pj_per_word: 0.06",
    "    write_pj_per_word: 0.06",
    "  psum_spad:",
    "    words: 32",
    "    bits: 32",
    "    double_buffered: true",
    "    read_pj_per_word: 0.09",
    "    write_pj_per_word: 0.09",
    "  ifmap_noc:",
    "    bytes_per_cycle: 64",
    "    multicast: true",
    "    hop_pj_per_byte: 0.03",
    "  weight_noc:",
    "    bytes_per_cycle: 64",
    "    multicast: true",
    "    hop_pj_per_byte: 0.03",
    "  psum_noc:",
    "    bytes_per_cycle: 64",
    "    multicast: false",
    "    hop_pj_per_byte: 0.03",
    "vector:",
    "  lanes: 32",
    "  pipeline_steps: 16",
    "  special_function_cycles: 0",
    "  port_bytes_per_cycle: 128",
    "  step_pj: 0.25",
    "overlap_transfers: true",
    "leakage_mw: 80",
    "clock_network_pj_per_cycle: 51.2",
    "power_budget_mw: 1000"
  ], constants = dense_resource<constants> : tensor<100xui8> {
    isa.token initial = 1, maximum = 1, name = "buffer free"
    isa.token initial = 0, maximum = 1, name = "buffer full"
    isa.token initial = 0, maximum = 1, name = "result ready"
    isa.token initial = 1, maximum = 1, name = "result taken"
    isa.token initial = 0, maximum = 2, name = "mapped"
    isa.token initial = 1, maximum = 1, name = "mapped taken"
    isa.node id = 7, dataflow = ws, macs = 1000, op = "conv", onnx = ["conv1", "relu1"]
    isa.node id = 9, dataflow = none, macs = 0, op = "add", onnx = ["add\01 1"]
    isa.tensor kind = input, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 128, bytes = 64, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "x", shape = [1, 4, 4, 4], scales = [0.05], zero_points = [-3], segment = [], order = []
    isa.tensor kind = constant, type = int8, axis = 0, codec = raw, n = 0, m = 0, address = 0, bytes = 32, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "w", shape = [8, 4, 1, 1], scales = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], zero_points = [0, 0, 0, 0, 0, 0, 0, 0], segment = [], order = []
    isa.tensor kind = output, type = float32, axis = -1, codec = raw, n = 0, m = 0, address = 1024, bytes = 512, node = 1, zero_value = 0x0, slot_bytes = 0, column = 0, name = "y", shape = [1, 8, 4, 4], scales = [], zero_points = [], segment = [], order = []
    isa.tensor kind = intermediate, type = int16, axis = -1, codec = rlc, n = 0, m = 0, address = 2048, bytes = 512, node = 1, zero_value = 0x0, slot_bytes = 256, column = 0, name = "z", shape = [2, 3, 30], scales = [0.5], zero_points = [-2], segment = [1, 3, 30], order = []
    isa.segment kind = accelerator, inputs = [0], outputs = [2]
    isa.mapping dataflow = ws, passes = [4, 2], cluster_rows = [2, 2], cluster_columns = [], pe_rows = [], pe_columns = [5, 4], macs = [], spad = [3, 4]
    isa.lanes inputs = 1, result = r2, name = "relu" {
      isa.lane.input type = float32, dst = r0, a = 0
      isa.lane.const type = float32, dst = r1, imm = 0x3F000000
      isa.lane.max type = float32, dst = r2, a = r0, b = r1
    }
    isa.queue load {
      isa.loop node = 0, wait = [], signal = [], count = 2
      isa.load node = 0, wait = [0], signal = [1], memory = 0, element_bytes = 1, pad = fill, codec = raw, pad_value = 0xFD, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <128 + 8*i0>, buffer = <0>, extents = [4, 2, 4], dram_strides = [16, 4, 1], buffer_strides = [8, 4, 1], offsets = [<0>, <0 + 2*i0>, <0>], bounds = [4, 4, 4], segment = []
      isa.end_loop node = 0, wait = [], signal = []
      isa.load node = 1, wait = [], signal = [], memory = 0, element_bytes = 2, pad = none, codec = rlc, pad_value = 0x0, zero_value = 0xFFFE, slot_bytes = 256, n = 0, m = 0, column = 0, dram = <2048>, buffer = <2048>, extents = [2, 3, 30], dram_strides = [256, 256, 256], buffer_strides = [180, 60, 2], offsets = [<0>, <0>, <0>], bounds = [2, 3, 30], segment = [1, 3, 30]
    }
    isa.queue array {
      isa.loop node = 0, wait = [], signal = [], count = 2
      isa.conv node = 0, wait = [1, 3], signal = [0, 2], ifmap_type = int8, weight_type = int8, output_type = float32, mode = dequantize, has_params = false, has_table = false, has_displacements = false, ifmap_memory = 0, weight_memory = 0, param_memory = 0, psum_memory = 0, output_memory = 0, table_memory = 0, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, ifmap_zero_point = -3, output_zero_point = 0, clamp_low = 0xFF800000, clamp_high = 0x7F800000, output_scale = 0.0, mapping = 0, ifmap_h = 2, ifmap_w = 4, ifmap = <0>, weight = <64>, param = <0>, table = <0>, psum = <0>, output = <256 + 256*i0 mod 512>, origin_h = <0>, origin_w = <0>, extents = [1, 1, 8, 4, 2, 4, 1, 1], offsets = [<0>, <0>, <0>, <0>, <0 + 2*i0>, <0>, <0>, <0>], bounds = [1, 1, 8, 4, 4, 4, 1, 1], ifmap_strides = [32, 32, 8, 4, 1], weight_strides = [32, 4, 1, 1, 1], psum_strides = [256, 256, 32, 16, 4], output_strides = [256, 256, 32, 16, 4]
      isa.end_loop node = 0, wait = [], signal = []
    }
    isa.queue vector {
      isa.loop node = 1, wait = [], signal = [], count = 2
      isa.map node = 1, wait = [2, 5], signal = [3, 4], program = 0, output_memory = 0, output_type = float32, extents = [64], offsets = [<0 + 64*i0>], bounds = [128], inputs = [<256 + 256*i0 mod 512>], input_memories = [0], input_types = [float32], input_strides = [4], output = <1024>, output_strides = [4]
      isa.end_loop node = 1, wait = [], signal = []
    }
    isa.queue store {
      isa.loop node = 1, wait = [], signal = [], count = 2
      isa.store node = 1, wait = [4], signal = [5], memory = 0, element_bytes = 4, codec = raw, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <1024 + 256*i0>, buffer = <1024>, extents = [64], dram_strides = [4], buffer_strides = [4], offsets = [<0 + 64*i0>], bounds = [128], segment = []
      isa.end_loop node = 1, wait = [], signal = []
      isa.store node = 1, wait = [], signal = [], memory = 0, element_bytes = 2, codec = rlc, zero_value = 0xFFFE, slot_bytes = 256, n = 0, m = 0, column = 0, dram = <2048>, buffer = <2048>, extents = [1, 3, 30], dram_strides = [256, 256, 256], buffer_strides = [180, 60, 2], offsets = [<1>, <0>, <0>], bounds = [2, 3, 30], segment = [1, 3, 30]
    }
  }
}

{-#
  dialect_resources: {
    builtin: {
      constants: "0x4000000000070E151C232A31383F464D545B626970777E858C939AA1A8AFB6BDC4CBD2D9E0E7EEF5FC030A11181F262D343B424950575E656C737A81888F969DA4ABB2B9C0C7CED5DCE3EAF1F8FF060D141B222930373E454C535A61686F767D848B9299A0A7AEB5"
    }
  }
#-}
