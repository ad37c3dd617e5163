// A field whose kind the encoder does not know is an error at the row.
// RUN: not dnnc-tblgen -gen-isa-defs -I %source -I %mlir_include %s 2>&1 | FileCheck %s

include "dialects/Isa/IsaOps.td"
include "mlir/IR/CommonAttrConstraints.td"

// CHECK: [[@LINE+1]]:5: error: field 'a' of 'foreign' cannot be encoded: its constraint is not of the kinds in IsaBase.td
def ForeignOp : Isa_Instruction<"foreign", 100, ["load"], (ins I32Attr:$a)> {
  let summary = "foreign";
  let meaning = "Foreign.";
  let example = "isa.foreign";
}
