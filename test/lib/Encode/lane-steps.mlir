// Lane programs as steps over registers (lib/Encode/LaneSteps.cpp).
// RUN: dnnc-opt --tasks-to-isa --split-input-file %s | FileCheck %s

// Inputs are read first, those without a use not at all; a register is free again behind the last use of its value; constants
// are raw bits.
// CHECK: isa.lanes inputs = 3, result = r0, name = "map0" {
// CHECK-NEXT: isa.lane.input type = float32, dst = r0, a = 0
// CHECK-NEXT: isa.lane.input type = float32, dst = r1, a = 2
// CHECK-NEXT: isa.lane.const type = float32, dst = r2, imm = 0x40000000
// CHECK-NEXT: isa.lane.mul type = float32, dst = r3, a = r0, b = r2
// CHECK-NEXT: isa.lane.add type = float32, dst = r0, a = r3, b = r1
// CHECK-NEXT: isa.lane.exp type = float32, dst = r1, a = r0
// CHECK-NEXT: isa.lane.sub type = float32, dst = r0, a = r1, b = r1
// CHECK-NEXT: }
func.func @registers() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  acc.nest node 0 "map" from [] {
    %b = acc.buffer {memory = 0 : i64, address = 0 : i64} : !acc.buffer<4xf32, vector, slots = 1>
    acc.vector_map %b, %b, %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4>, input_strides = array<i64: 1, 1, 1>, output_strides = array<i64: 1>}
        : (!acc.buffer<4xf32, vector, slots = 1>, !acc.buffer<4xf32, vector, slots = 1>, !acc.buffer<4xf32, vector, slots = 1>, !acc.buffer<4xf32, vector, slots = 1>) -> () {
    ^bb0(%x: f32, %unused: f32, %y: f32):
      %two = arith.constant 2.0 : f32
      %m = arith.mulf %x, %two : f32
      %a = arith.addf %m, %y : f32
      %e = math.exp %a : f32
      %s = arith.subf %e, %e : f32
      acc.yield %s : f32
    }
  }
  return
}

// -----

// Comparisons: what lanes do not have is turned round or negated. A condition as a number is the condition.
// CHECK: isa.lanes inputs = 2, result = r[[R:[0-9]+]], name = "map0" {
// CHECK-NEXT: isa.lane.input type = int32, dst = r0, a = 0
// CHECK-NEXT: isa.lane.input type = float32, dst = r1, a = 1
// CHECK-NEXT: isa.lane.const type = int32, dst = r2, imm = 0xFFFFFFFE
// CHECK-NEXT: isa.lane.eq type = int32, dst = r[[NE:[0-9]+]], a = r0, b = r2
// CHECK-NEXT: isa.lane.not type = int32, dst = r[[NE]], a = r[[NE]]
// CHECK-NEXT: isa.lane.lt type = int32, dst = r[[GT:[0-9]+]], a = r2, b = r0
// CHECK-NEXT: isa.lane.le type = int32, dst = r[[GE:[0-9]+]], a = r2, b = r0
// CHECK-NEXT: isa.lane.and type = int32, dst = r[[A:[0-9]+]], a = r[[NE]], b = r[[GT]]
// CHECK-NEXT: isa.lane.or type = int32, dst = r[[O:[0-9]+]], a = r[[A]], b = r[[GE]]
// CHECK-NEXT: isa.lane.const type = float32, dst = r[[ZERO:[0-9]+]], imm = 0x0
// CHECK-NEXT: isa.lane.le type = float32, dst = r[[OGE:[0-9]+]], a = r[[ZERO]], b = r1
// CHECK-NEXT: isa.lane.lt type = float32, dst = r[[OGT:[0-9]+]], a = r[[ZERO]], b = r1
// CHECK-NEXT: isa.lane.select type = int32, dst = r[[S:[0-9]+]], a = r[[O]], b = r[[OGT]], c = r[[OGE]]
// CHECK-NEXT: isa.lane.add type = int32, dst = r[[R]], a = r[[S]], b = r[[OGT]]
// CHECK-NEXT: }
func.func @compare() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  acc.nest node 0 "map" from [] {
    %b = acc.buffer {memory = 0 : i64, address = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
    %c = acc.buffer {memory = 0 : i64, address = 16 : i64} : !acc.buffer<4xf32, vector, slots = 1>
    acc.vector_map %b, %c into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4>, input_strides = array<i64: 1, 1>, output_strides = array<i64: 1>}
        : (!acc.buffer<4xi8, vector, slots = 1>, !acc.buffer<4xf32, vector, slots = 1>, !acc.buffer<4xi8, vector, slots = 1>) -> () {
    ^bb0(%i: i32, %f: f32):
      %k = arith.constant -2 : i32
      %ne = arith.cmpi ne, %i, %k : i32
      %gt = arith.cmpi sgt, %i, %k : i32
      %ge = arith.cmpi sge, %i, %k : i32
      %and = arith.andi %ne, %gt : i1
      %or = arith.ori %and, %ge : i1
      %number = arith.extui %or : i1 to i32
      %zero = arith.constant 0.0 : f32
      %oge = arith.cmpf oge, %f, %zero : f32
      %ogt = arith.cmpf ogt, %f, %zero : f32
      %other = arith.extui %ogt : i1 to i32
      %s = arith.select %oge, %number, %other : i32
      %r = arith.addi %s, %other : i32
      acc.yield %r : i32
    }
  }
  return
}

// -----

// A condition joined with itself and kept as a number: its register stays taken as long as the number is needed.
// CHECK: isa.lane.input type = int32, dst = r0, a = 0
// CHECK-NEXT: isa.lane.lt type = int32, dst = r[[C:[0-9]+]], a = r0, b = r0
// CHECK-NEXT: isa.lane.and type = int32, dst = r[[D:[0-9]+]], a = r[[C]], b = r[[C]]
// CHECK-NEXT: isa.lane.select type = int32, dst = r[[S:[0-9]+]], a = r[[C]], b = r[[C]], c = r[[D]]
// CHECK-NEXT: isa.lane.const type = int32, dst = r[[K:[0-9]+]], imm = 0x7
// CHECK-NEXT: isa.lane.add type = int32, dst = r[[R:[0-9]+]], a = r[[S]], b = r[[K]]
func.func @shared() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  acc.nest node 0 "map" from [] {
    %b = acc.buffer {memory = 0 : i64, address = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
    acc.vector_map %b into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4>, input_strides = array<i64: 1>, output_strides = array<i64: 1>}
        : (!acc.buffer<4xi8, vector, slots = 1>, !acc.buffer<4xi8, vector, slots = 1>) -> () {
    ^bb0(%i: i32):
      %c = arith.cmpi slt, %i, %i : i32
      %n = arith.extui %c : i1 to i32
      %d = arith.andi %c, %c : i1
      %s = arith.select %d, %n, %n : i32
      %k = arith.constant 7 : i32
      %r = arith.addi %s, %k : i32
      acc.yield %r : i32
    }
  }
  return
}

// -----

// Conversions have their source's type, tables that of their entries; the other functions.
// CHECK: isa.lane.to_f32 type = int32
// CHECK-NEXT: isa.lane.to_i64 type = int32
// CHECK-NEXT: isa.lane.to_f32 type = int64
// CHECK-NEXT: isa.lane.to_i32 type = int64
// CHECK-NEXT: isa.lane.table type = float32, dst = r{{[0-9]+}}, a = r{{[0-9]+}}, b = 1
// CHECK-NEXT: isa.lane.add type = float32
// CHECK-NEXT: isa.lane.neg
// CHECK-NEXT: isa.lane.abs
// CHECK-NEXT: isa.lane.floor
// CHECK-NEXT: isa.lane.ceil
// CHECK-NEXT: isa.lane.rint
// CHECK-NEXT: isa.lane.sqrt
// CHECK-NEXT: isa.lane.log
// CHECK-NEXT: isa.lane.erf
// CHECK-NEXT: isa.lane.tanh
// CHECK-NEXT: isa.lane.sin
// CHECK-NEXT: isa.lane.cos
// CHECK-NEXT: isa.lane.pow
// CHECK-NEXT: isa.lane.min
// CHECK-NEXT: isa.lane.max
// CHECK-NEXT: isa.lane.div
// CHECK-NEXT: isa.lane.add
// CHECK-NEXT: isa.lane.to_i64 type = float32
// CHECK-NEXT: isa.lane.to_i32 type = int64
// CHECK-NEXT: isa.lane.to_i32 type = float32
// CHECK-NEXT: isa.lane.min type = int32
// CHECK-NEXT: isa.lane.max type = int32
// CHECK-NEXT: isa.lane.abs type = int32
// CHECK-NEXT: isa.lane.div type = int32
func.func @functions() attributes {acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64} {
  acc.nest node 0 "map" from [] {
    %b = acc.buffer {memory = 0 : i64, address = 0 : i64} : !acc.buffer<4xi8, vector, slots = 1>
    %t = acc.buffer {memory = 0 : i64, address = 16 : i64} : !acc.buffer<256xf32, vector, slots = 1>
    acc.vector_map %b, %t into %b slots [affine_map<() -> (0)>, affine_map<() -> (0)>, affine_map<() -> (0)>] {
      extents = array<i64: 4>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4>, input_strides = array<i64: 1, 0>, output_strides = array<i64: 1>}
        : (!acc.buffer<4xi8, vector, slots = 1>, !acc.buffer<256xf32, vector, slots = 1>, !acc.buffer<4xi8, vector, slots = 1>) -> () {
    ^bb0(%i: i32, %unused: f32):
      %f = arith.sitofp %i : i32 to f32
      %w = arith.extsi %i : i32 to i64
      %g = arith.sitofp %w : i64 to f32
      %n = arith.trunci %w : i64 to i32
      %l = acc.lane_table %n in 1 : f32
      %a = arith.addf %g, %l : f32
      %0 = arith.negf %a : f32
      %1 = math.absf %0 : f32
      %2 = math.floor %1 : f32
      %3 = math.ceil %2 : f32
      %4 = math.roundeven %3 : f32
      %5 = math.sqrt %4 : f32
      %6 = math.log %5 : f32
      %7 = math.erf %6 : f32
      %8 = math.tanh %7 : f32
      %9 = math.sin %8 : f32
      %10 = math.cos %9 : f32
      %11 = math.powf %10, %f : f32
      %12 = arith.minimumf %11, %f : f32
      %13 = arith.maximumf %12, %f : f32
      %14 = arith.divf %13, %f : f32
      %15 = arith.addf %14, %f : f32
      %16 = arith.fptosi %15 : f32 to i64
      %17 = arith.trunci %16 : i64 to i32
      %18 = arith.fptosi %15 : f32 to i32
      %19 = arith.minsi %17, %18 : i32
      %20 = arith.maxsi %19, %i : i32
      %21 = math.absi %20 : i32
      %22 = arith.divsi %21, %i : i32
      acc.yield %22 : i32
    }
  }
  return
}
