// A field that cannot be encoded is an error at the line that places it.
// RUN: not dnnc-tblgen -gen-isa-docs -I %source -I %mlir_include %s 2>&1 | FileCheck %s

include "dialects/Isa/IsaOps.td"

def ManyCases : Isa_Enum<"ManyCases", ["a", "b", "c", "d", "e"], "Five of them.">;

class Sample<string name, int opcode, dag fields> : Isa_Instruction<name, opcode, ["load"], fields> {
  let summary = "a sample";
  let meaning = "A sample.";
  let example = "isa.sample";
}

// CHECK: [[@LINE+3]]:{{[0-9]+}}: error: field 'b' of 'overlap' has bits of word 1 that field 'a' has too
def OverlapOp : Sample<"overlap", 100, (ins
    UInt<1, 0, 8, "one">:$a,
    UInt<1, 7, 2, "two">:$b)>;
// CHECK: [[@LINE-2]]:{{[0-9]+}}: note: field 'a' has bits 0 to 7 of the word

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'header' has bits of word 0 that field 'length' has too
def HeaderOp : Sample<"header", 101, (ins UInt<0, 16, 4, "in the header">:$a)>;
// CHECK: IsaOps.td:{{[0-9]+}}:{{[0-9]+}}: note: field 'length' has bits 8 to 23 of the word

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'wide' cannot be encoded: have a width of 65 bits, need 1 to 64
def WideOp : Sample<"wide", 102, (ins UInt<1, 0, 65, "too wide">:$a)>;

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'crossing' cannot be encoded: bits 60 to 67 cross the end of word 1
def CrossingOp : Sample<"crossing", 103, (ins UInt<1, 60, 8, "over the end">:$a)>;

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'far' cannot be encoded: have word 16, there are words 0 to 15; variable operands follow them
def FarOp : Sample<"far", 104, (ins UInt<16, 0, 8, "too far">:$a)>;

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'unsigned' cannot be encoded: a number without sign has at most 63 bits, have 64
def UnsignedOp : Sample<"unsigned", 105, (ins UInt<1, 0, 64, "no room in int64_t">:$a)>;

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'cases' cannot be encoded: 5 cases of 'ManyCases' do not fit 2 bits
def CasesOp : Sample<"cases", 106, (ins EnumField<ManyCases, 1, 0, 2, "five in two bits">:$a)>;

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: 'twice' has two fields 'a'
def TwiceOp : Sample<"twice", 107, (ins UInt<1, 0, 8, "one">:$a, UInt<1, 8, 8, "two">:$a)>;

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'lane.list' cannot be encoded: a lane step has no room for a variable operand
def LaneListOp : Isa_LaneStep<"list", 200, ["int32"], (ins IntList<"a list">:$a)> {
  let summary = "a list";
  let meaning = "A list.";
  let example = "isa.lane.list";
}

// CHECK: [[@LINE+1]]:{{[0-9]+}}: error: field 'a' of 'lane.moved' stands elsewhere than in other lane steps
def LaneMovedOp : Isa_LaneStep<"moved", 201, ["int32"], (ins Register<0, 56, "moved">:$a)> {
  let summary = "moved";
  let meaning = "Moved.";
  let example = "isa.lane.moved";
}
// CHECK: IsaLanes.td:{{[0-9]+}}:{{[0-9]+}}: note: first placed here
