// Text that is none: every kind of field.
// RUN: dnnc-opt %s -split-input-file -verify-diagnostics

// expected-error @+1 {{expected 'node'}}
isa.sync wait = [0]

// -----

// expected-error @+1 {{need one of load, array, vector, store}}
isa.queue other {}

// -----

// expected-error @+1 {{need one of none, rs, ws, os, is, nlr}}
isa.mapping dataflow = 3

// -----

// expected-error @+1 {{need 'r' and a number, as in r0}}
isa.lanes inputs = 0, result = 3

// -----

// expected-error @+1 {{need a loop index, as in i0}}
isa.load node = 0, wait = [], signal = [], memory = 0, element_bytes = 1, pad = none, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <0 + 8*j0>

// -----

// expected-error @+1 {{stride 36028797018963968 does not fit 56 bits with sign}}
isa.load node = 0, wait = [], signal = [], memory = 0, element_bytes = 1, pad = none, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <0 + 36028797018963968*i0>

// -----

// expected-error @+1 {{loop level 256 does not fit 8 bits}}
isa.load node = 0, wait = [], signal = [], memory = 0, element_bytes = 1, pad = none, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <0 + 8*i256>

// -----

// expected-error @+1 {{modulus -1 does not fit 56 bits without sign}}
isa.load node = 0, wait = [], signal = [], memory = 0, element_bytes = 1, pad = none, codec = raw, pad_value = 0x0, zero_value = 0x0, slot_bytes = 0, n = 0, m = 0, column = 0, dram = <0 mod -1>

// -----

// expected-error @+1 {{expected 'false' or 'true'}}
isa.conv node = 0, wait = [], signal = [], ifmap_type = int8, weight_type = int8, output_type = int8, mode = requantize, has_params = 1

// -----

// expected-note @+2 {{add a trailing dot}}
// expected-error @+1 {{unexpected decimal integer literal for a floating point value}}
isa.tensor kind = input, type = int8, axis = -1, codec = raw, n = 0, m = 0, address = 0, bytes = 0, node = 0, zero_value = 0x0, slot_bytes = 0, column = 0, name = "x", shape = [], scales = [1]
