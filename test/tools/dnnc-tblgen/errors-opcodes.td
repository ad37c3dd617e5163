// Two rows with one opcode are an error, with a note at the first; so is an opcode that has no room, or none.
// RUN: not dnnc-tblgen -gen-isa-decls -I %source -I %mlir_include %s 2>&1 | FileCheck %s

include "dialects/Isa/IsaOps.td"

// CHECK: [[@LINE+1]]:5: error: opcode 4 of 'again' is taken
def AgainOp : Isa_Instruction<"again", 4, ["load"], (ins)> {
  let summary = "again";
  let meaning = "Again.";
  let example = "isa.again";
}
// CHECK: IsaOps.td:{{[0-9]+}}:5: note: by 'load'

// CHECK: [[@LINE+1]]:5: error: opcode 256 of 'large' cannot be encoded: need 1 to 255
def LargeOp : Isa_Instruction<"large", 256, ["load"], (ins)> {
  let summary = "large";
  let meaning = "Large.";
  let example = "isa.large";
}

// CHECK: [[@LINE+1]]:5: error: row 'none' has no opcode
def NoneOp : Isa_Instruction<"none", ?, ["load"], (ins)> {
  let summary = "none";
  let meaning = "None.";
  let example = "isa.none";
}

// CHECK: [[@LINE+1]]:5: error: row 'silent' has no meaning
def SilentOp : Isa_Instruction<"silent", 100, ["load"], (ins)> {
  let summary = "silent";
  let example = "isa.silent";
}

// CHECK: [[@LINE+1]]:5: error: 'dma' in queues is no case of Queue
def LostOp : Isa_Instruction<"lost", 101, ["dma"], (ins)> {
  let summary = "lost";
  let meaning = "Lost.";
  let example = "isa.lost";
}

// CHECK: [[@LINE+1]]:5: error: have a row named 'Nameless', need a name that ends in 'Op'
def Nameless : Isa_Instruction<"nameless", 102, ["load"], (ins)> {
  let summary = "nameless";
  let meaning = "Nameless.";
  let example = "isa.nameless";
}
