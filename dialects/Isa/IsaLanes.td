// The steps of lane programs. A step is two words: what it does and its registers, then an immediate.
#ifndef DNNC_ISA_LANES
#define DNNC_ISA_LANES

include "dialects/Isa/IsaBase.td"
include "dialects/Isa/IsaEnums.td"

defvar laneNumbers = ["int32", "int64", "float32"];

defvar laneUnary = (ins EnumField<Isa_ElementType, 0, 8, 8, "type of the operands">:$type,
                        Register<0, 16, "register that is written">:$dst, Register<0, 24, "operand">:$a);
defvar laneBinary = !con(laneUnary, (ins Register<0, 32, "second operand">:$b));

class Isa_UnaryStep<string mnemonic, int opcode, list<string> types, string effect>
    : Isa_LaneStep<mnemonic, opcode, types, laneUnary> {
  let summary = effect;
  let meaning = effect # ".";
  let example = "isa.lane." # mnemonic # " type = " # !head(!listconcat(!filter(t, types, !eq(t, "float32")), types)) #
                ", dst = r1, a = r0";
}

class Isa_BinaryStep<string mnemonic, int opcode, list<string> types, string effect>
    : Isa_LaneStep<mnemonic, opcode, types, laneBinary> {
  let summary = effect;
  let meaning = effect # ".";
  let example = "isa.lane." # mnemonic # " type = " # !head(!listconcat(!filter(t, types, !eq(t, "float32")), types)) #
                ", dst = r2, a = r0, b = r1";
}

def LaneInputOp : Isa_LaneStep<"input", 1, laneNumbers, (ins
    EnumField<Isa_ElementType, 0, 8, 8, "type of the register">:$type,
    Register<0, 16, "register that is written">:$dst,
    UInt<0, 24, 8, "number of the input">:$a)> {
  let summary = "dst = the element of input a";
  let meaning = [{
    Reads the element of input `a`. Integers of up to 32 bits and bool become int32, int64 stays int64,
    float32 stays float32: `type` is what they become.
  }];
  let example = "isa.lane.input type = int32, dst = r0, a = 0";
}

def LaneConstOp : Isa_LaneStep<"const", 2, laneNumbers, (ins
    EnumField<Isa_ElementType, 0, 8, 8, "type of the register">:$type,
    Register<0, 16, "register that is written">:$dst,
    RawWord<1, "bits of the value, those of a 32-bit value in the low half">:$imm)> {
  let summary = "dst = imm";
  let meaning = "Writes a constant given by its bits; the high half is zero for 32-bit types.";
  let example = "isa.lane.const type = float32, dst = r1, imm = 0x3F800000";
}

def LaneAddOp : Isa_BinaryStep<"add", 3, laneNumbers, "dst = a + b; integers wrap around">;
def LaneSubOp : Isa_BinaryStep<"sub", 4, laneNumbers, "dst = a − b; integers wrap around">;
def LaneMulOp : Isa_BinaryStep<"mul", 5, laneNumbers, "dst = a · b; integers wrap around">;
def LaneDivOp : Isa_BinaryStep<"div", 6, laneNumbers,
  "dst = a / b; integers truncate toward zero, and x / 0 is 0">;
def LaneMinOp : Isa_BinaryStep<"min", 7, laneNumbers, "dst = the lesser of a and b, NaN where either is">;
def LaneMaxOp : Isa_BinaryStep<"max", 8, laneNumbers, "dst = the greater of a and b, NaN where either is">;
def LaneAbsOp : Isa_UnaryStep<"abs", 9, laneNumbers, "dst = |a|; integers wrap around">;
def LaneNegOp : Isa_UnaryStep<"neg", 10, laneNumbers, "dst = −a; integers wrap around">;
def LaneFloorOp : Isa_UnaryStep<"floor", 11, ["float32"], "dst = the greatest integer not above a">;
def LaneCeilOp : Isa_UnaryStep<"ceil", 12, ["float32"], "dst = the least integer not below a">;
def LaneRintOp : Isa_UnaryStep<"rint", 13, ["float32"], "dst = a rounded to an integer, half to even">;
def LaneSqrtOp : Isa_UnaryStep<"sqrt", 14, ["float32"], "dst = the square root of a">;
def LaneExpOp : Isa_UnaryStep<"exp", 15, ["float32"], "dst = e to the power a">;
def LaneLogOp : Isa_UnaryStep<"log", 16, ["float32"], "dst = the natural logarithm of a">;
def LaneErfOp : Isa_UnaryStep<"erf", 17, ["float32"], "dst = the error function of a">;
def LaneTanhOp : Isa_UnaryStep<"tanh", 18, ["float32"], "dst = the hyperbolic tangent of a">;
def LaneSinOp : Isa_UnaryStep<"sin", 19, ["float32"], "dst = the sine of a">;
def LaneCosOp : Isa_UnaryStep<"cos", 20, ["float32"], "dst = the cosine of a">;
def LanePowOp : Isa_BinaryStep<"pow", 21, ["float32"], "dst = a to the power b">;
def LaneLtOp : Isa_BinaryStep<"lt", 22, laneNumbers, "dst = 1 where a < b, otherwise 0, as int32">;
def LaneLeOp : Isa_BinaryStep<"le", 23, laneNumbers, "dst = 1 where a ≤ b, otherwise 0, as int32">;
def LaneEqOp : Isa_BinaryStep<"eq", 24, laneNumbers, "dst = 1 where a = b, otherwise 0, as int32">;
def LaneAndOp : Isa_BinaryStep<"and", 25, ["int32"], "dst = the bits set in both a and b">;
def LaneOrOp : Isa_BinaryStep<"or", 26, ["int32"], "dst = the bits set in a or b">;
def LaneNotOp : Isa_UnaryStep<"not", 27, ["int32"], "dst = 1 where a is 0, otherwise 0">;

def LaneSelectOp : Isa_LaneStep<"select", 28, laneNumbers,
    !con(laneBinary, (ins Register<0, 40, "condition, int32">:$c))> {
  let summary = "dst = c ? a : b";
  let meaning = "Takes `a` where the int32 `c` is not 0, otherwise `b`; `type` is the type of `a` and `b`.";
  let example = "isa.lane.select type = float32, dst = r3, a = r0, b = r1, c = r2";
}

def LaneToF32Op : Isa_UnaryStep<"to_f32", 29, ["int32", "int64"],
  "dst = the float32 nearest to a, half to even; type is the type of a">;
def LaneToI32Op : Isa_UnaryStep<"to_i32", 30, ["int64", "float32"],
  "dst = a as int32, saturated, a fraction cut off, NaN as 0; type is the type of a">;
def LaneToI64Op : Isa_UnaryStep<"to_i64", 31, ["int32", "float32"],
  "dst = a as int64, saturated, a fraction cut off, NaN as 0; type is the type of a">;

def LaneTableOp : Isa_LaneStep<"table", 32, laneNumbers, (ins
    EnumField<Isa_ElementType, 0, 8, 8, "type of the register, as in input">:$type,
    Register<0, 16, "register that is written">:$dst, Register<0, 24, "index, int32">:$a,
    UInt<0, 32, 8, "number of the input that is the table">:$b)> {
  let summary = "dst = input b [a & 255]";
  let meaning = [{
    Reads element `a & 255` of a table of 256 elements: input `b` of the instruction, whose address is the
    table's and whose type is that of its elements. The element becomes `type` as in `input`.
  }];
  let example = "isa.lane.table type = int32, dst = r1, a = r0, b = 1";
}

#endif // DNNC_ISA_LANES
