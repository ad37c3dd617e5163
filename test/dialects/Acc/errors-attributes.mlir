// RUN: dnnc-opt --split-input-file --verify-diagnostics %s

// expected-error @below {{raw storage has no segments; leave `segment` and what follows it out}}
module attributes {acc.a = #acc.storage<raw, segment = [1]>} {}

// -----

// expected-error @below {{compressed storage needs a segment shape, as in segment = [16, 64, 3, 3]}}
module attributes {acc.a = #acc.storage<csc, column = 4>} {}

// -----

// expected-error @below {{order is no permutation of the 2 dimensions of the segment}}
module attributes {acc.a = #acc.storage<csc, segment = [4, 4], order = [0, 2], column = 4>} {}

// -----

// expected-error @below {{have slots of -64 bytes, need a positive number or none}}
module attributes {acc.a = #acc.storage<bitmask, segment = [4, 4], slot = -64>} {}

// -----

// expected-error @below {{has no field 'columns'; it has segment, order, column, n, m, slot}}
module attributes {acc.a = #acc.storage<csc, segment = [4, 4], columns = 4>} {}

// -----

// expected-error @below {{has two fields 'n'}}
module attributes {acc.a = #acc.storage<nm, segment = [4, 4], n = 2, n = 2>} {}

// -----

// expected-error @below {{segment sizes have to be positive}}
module attributes {acc.a = #acc.storage<bitmask, segment = [4, 0]>} {}

// -----

// expected-error @below {{have dimension 'K', need one of N, G, M, C, P, Q, R, S}}
module attributes {acc.a = #acc.mapping<os, passes = [K = 2], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>} {}

// -----

// expected-error @below {{have dimension 'PQ', need one of N, G, M, C, P, Q, R, S}}
module attributes {acc.a = #acc.mapping<os, passes = [PQ = 2], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>} {}

// -----

// expected-error @below {{have factor 0 for dimension M; factors have to be positive}}
module attributes {acc.a = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [M = 0], spad = []>} {}

// -----

// expected-error @below {{have factors of pe_rows that multiply to more than 1099511627776}}
module attributes {acc.a = #acc.mapping<os, passes = [], cluster_rows = [], cluster_columns = [], pe_rows = [M = 16777216, C = 16777216, P = 16777216], pe_columns = [], macs = [], spad = []>} {}

// -----

// expected-error @below {{have factors of dimension M that multiply to more than 1099511627776}}
module attributes {acc.a = #acc.mapping<os, passes = [M = 16777216], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = [M = 16777216]>} {}

// -----

// expected-error @below {{have 2 tile sizes and 1 dimensions in `order`}}
module attributes {acc.a = #acc.tiling<sizes = [1, 2], order = [0]>} {}

// -----

// expected-error @below {{`order` has to name each of the 2 output dimensions once}}
module attributes {acc.a = #acc.tiling<sizes = [1, 2], order = [1, 1]>} {}

// -----

// expected-error @below {{have tile size 0; tile sizes have to be positive}}
module attributes {acc.a = #acc.tiling<sizes = [1, 2], order = [0, 1], reduction = [0]>} {}

// -----

// expected-error @below {{have element type 'index'; a buffer holds integers, floats or quantized values}}
module attributes {acc.a = !acc.buffer<2xindex, ifmap, slots = 1>} {}

// -----

// expected-error @below {{have 0 slots, need at least 1}}
module attributes {acc.a = !acc.buffer<2xi8, ifmap, slots = 0>} {}

// -----

// expected-error @below {{have size 0; buffer sizes have to be positive}}
module attributes {acc.a = !acc.buffer<0xi8, ifmap, slots = 1>} {}

// -----

// expected-error @below {{have more than 17592186044416 elements in a buffer}}
module attributes {acc.a = !acc.buffer<1000000000x1000000000xi8, ifmap, slots = 1>} {}

// -----

// expected-error @below {{have factor 16777217 for dimension P; factors have to be positive, and at most 16777216}}
module attributes {acc.a = #acc.mapping<os, passes = [P = 16777217], cluster_rows = [], cluster_columns = [], pe_rows = [], pe_columns = [], macs = [], spad = []>} {}

// -----

// expected-error @below {{have a share of 1.500000e+00; need 0 to 1}}
module attributes {acc.a = #acc.density<calibration, 1.5>} {}

// -----

// expected-error @below {{have a dispersion of -5.000000e-01; need 0 to 1}}
module attributes {acc.a = #acc.density<synthetic, 0.5, dispersion = -0.5>} {}

// -----

// expected-error @below {{have axis -2; need a dimension, or -1 for none}}
module attributes {acc.a = #acc.density<synthetic, 0.5, axis = -2>} {}

// -----

// expected-error @below {{have seed -1; need 0 or more}}
module attributes {acc.a = #acc.density<synthetic, 0.5, seed = -1>} {}

// -----

// expected-error @below {{a density of a calibration is a share alone; leave axis, dispersion and seed out}}
module attributes {acc.a = #acc.density<calibration, 0.5, axis = 1>} {}

// -----

// expected-error @below {{has no field 'share'; it has axis, dispersion, seed}}
module attributes {acc.a = #acc.density<synthetic, 0.5, share = 1>} {}

// -----

// expected-error @below {{has two fields 'seed'}}
module attributes {acc.a = #acc.density<synthetic, 0.5, seed = 1, seed = 2>} {}

// -----

// expected-error @below {{has `acc.density` = 2 : i32; need an #acc.density}}
module attributes {acc.density = 2 : i32} {}

// -----

// expected-error @below {{has `acc.density` = 1 : i64; need an #acc.density}}
func.func @main(%x: tensor<1xi8> {acc.density = 1 : i64}) {
  return
}
