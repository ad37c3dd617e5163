// Ops that break a rule alone. The rules themselves are tested one by one in test/unit/ProgramVerifyTest.cpp; here, that each kind of
// op asks them and names its place.
// RUN: dnnc-opt %s -split-input-file -verify-diagnostics

// expected-error @+1 {{expects parent op 'isa.queue'}}
isa.sync node = 0, wait = [], signal = []

// -----

// expected-error @+1 {{expects parent op 'isa.program'}}
isa.queue load {}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  // expected-error @+1 {{'isa.token' op attribute 'initial' failed to satisfy constraint: number of 32 bits without sign}}
  isa.token initial = 4294967296, maximum = 1, name = "t"
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  // expected-error @+1 {{'isa.token' op initial = 2 is above maximum = 1}}
  isa.token initial = 2, maximum = 1, name = "t"
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  isa.queue load {
    // expected-error @+3 {{'isa.load' op extents have 0 dimensions, need 1 to 8}}
    // expected-error @+2 {{'isa.load' op dram_strides has 1 elements, need 0 (one a dimension)}}
    // expected-error @+1 {{'isa.load' op element_bytes = 3, need 1, 2, 4 or 8}}
    isa.load node = 0, wait = [], signal = [], memory = 0, element_bytes = 3, pad = none, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <0>, buffer = <0>, extents = [], dram_strides = [1], buffer_strides = [], offsets = [], bounds = [], segment = []
  }
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  isa.lanes inputs = 1, result = r0, name = "p" {
    // expected-error @+1 {{'isa.lane.exp' op type = int32, need one of float32}}
    isa.lane.exp type = int32, dst = r0, a = r0
  }
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  // expected-error @+1 {{'isa.lanes' op step 0 (lane.exp) reads r1, which is not written before}}
  isa.lanes inputs = 1, result = r0, name = "p" {
    isa.lane.exp type = float32, dst = r0, a = r1
  }
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  isa.lanes inputs = 1, result = r0, name = "p" {
    // expected-error @+1 {{is in an isa.lanes, which holds lane steps}}
    %c = arith.constant 1 : i32
  }
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  isa.queue load {
    // expected-error @+1 {{is in an isa.queue, which holds instructions}}
    %c = arith.constant 1 : i32
  }
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  // expected-error @+1 {{is in an isa.program, which holds rows of tables and isa.queue}}
  %c = arith.constant 1 : i32
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  // expected-error @+1 {{is in an isa.program, which holds rows of tables and isa.queue}}
  isa.program dram_bytes = 0, constants_bytes = 0, model = "inner", target = [], constants = none {}
}

// -----

isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  // expected-note @+1 {{the first is here}}
  isa.queue load {}
  // expected-error @+1 {{is the second load queue}}
  isa.queue load {}
}

// -----

// expected-error @+1 {{has constants_bytes = 8 but no constants}}
isa.program dram_bytes = 8, constants_bytes = 8, model = "m", target = [], constants = none {}

// -----

// expected-error @+1 {{has constants 1 : i64, need none, a dense_resource or an #isa.digest}}
isa.program dram_bytes = 8, constants_bytes = 8, model = "m", target = [], constants = 1 : i64 {}

// -----

// expected-error @+1 {{has constants of type 'tensor<8xi8>', need a row of ui8}}
isa.program dram_bytes = 8, constants_bytes = 8, model = "m", target = [], constants = dense_resource<other> : tensor<8xi8> {}

// -----

// expected-error @+1 {{has constants without their bytes: the resource 'missing' is not in the file}}
isa.program dram_bytes = 8, constants_bytes = 8, model = "m", target = [], constants = dense_resource<missing> : tensor<8xui8> {}

// -----

// The rules of a whole program come last, when its ops are right; they too are told at the op they are about.
// expected-error @+1 {{the target description is wrong}}
isa.program dram_bytes = 0, constants_bytes = 0, model = "m", target = [], constants = none {
  isa.token initial = 0, maximum = 1, name = "other"
  // expected-error @+1 {{'never' is waited for 1 times, but starts at 0 and is signalled 0 times: the program cannot end}}
  isa.token initial = 0, maximum = 1, name = "never"
  isa.node id = 0, dataflow = none, macs = 0, op = "x", onnx = []
  isa.queue array {
    // expected-error @+1 {{isa.load does not run in the array queue}}
    isa.load node = 0, wait = [], signal = [], memory = 0, element_bytes = 1, pad = none, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <0>, buffer = <0>, extents = [1], dram_strides = [1], buffer_strides = [1], offsets = [<0>], bounds = [1], segment = []
    isa.loop node = 0, wait = [], signal = [], count = 1
    // expected-error @+1 {{node = 1, there are 1 nodes}}
    isa.sync node = 1, wait = [1], signal = []
    isa.end_loop node = 0, wait = [], signal = []
    // expected-error @+1 {{end_loop without a loop}}
    isa.end_loop node = 0, wait = [], signal = []
    // expected-error @+1 {{the loop is never closed}}
    isa.loop node = 0, wait = [], signal = [], count = 2
  }
}
