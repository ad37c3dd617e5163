// A new row appears in everything that is generated, and changes the hash of the table.
// RUN: dnnc-tblgen -gen-isa-decls -I %source -I %mlir_include %s | FileCheck %s --check-prefix=DECLS
// RUN: dnnc-tblgen -gen-isa-defs -I %source -I %mlir_include %s | FileCheck %s --check-prefix=DEFS
// RUN: dnnc-tblgen -gen-isa-docs -I %source -I %mlir_include %s | FileCheck %s --check-prefix=DOCS
// RUN: dnnc-tblgen -gen-isa-examples -I %source -I %mlir_include %s | FileCheck %s --check-prefix=EXAMPLES
// RUN: dnnc-tblgen -gen-isa-mlir-conversion-decls -I %source -I %mlir_include %s | FileCheck %s --check-prefix=CONVERSION
// RUN: dnnc-tblgen -gen-isa-mlir-conversion-defs -I %source -I %mlir_include %s | FileCheck %s --check-prefix=CONVERSIONS
// RUN: dnnc-tblgen -gen-isa-docs -I %source -I %mlir_include %s | grep "Table hash" > %t.hash
// RUN: dnnc-tblgen -gen-isa-docs -I %source -I %mlir_include %source/dialects/Isa/IsaOps.td | grep "Table hash" > %t.shipped
// RUN: not cmp %t.hash %t.shipped

include "dialects/Isa/IsaOps.td"

def PrefetchOp : Isa_Instruction<"prefetch", 100, ["load", "store"], (ins
    UInt<1, 4, 12, "how far ahead">:$far_ahead,
    AffineField<"where">:$place)> {
  let summary = "a hint";
  let meaning = "Hints that data is wanted soon.";
  let example = "isa.prefetch node = 0, wait = [], signal = [], far_ahead = 3, place = <0>";
}

// DECLS: /// Hints that data is wanted soon.
// DECLS-NEXT: struct Prefetch {
// DECLS-NEXT: static constexpr RowInfo info = {"prefetch", Space::Instruction, 100, 9, 0, 2, "a hint"};
// DECLS: /// how far ahead
// DECLS-NEXT: int64_t farAhead = 0;
// DECLS: Affine place{};
// DECLS: visitor(Field{"far_ahead", FieldKind::Unsigned, 1, 4, 12}, self.farAhead);
// DECLS: Prefetch = 100,
// DECLS: using Instruction = std::variant<{{.*}}, Prefetch>;
// DECLS: X(Prefetch, PrefetchOp)

// DEFS: template Prefetch decodeRow<Prefetch>
// DEFS: case 100:
// DEFS-NEXT: return decodeRow<Prefetch>(words);
// DEFS: if (name == "prefetch")

// DOCS: ### `isa.prefetch` — a hint
// DOCS: Opcode 100; queues: load, store; 2 fixed words.
// DOCS: | `far_ahead` | word 1 [4:16) | Unsigned | how far ahead |
// DOCS: | `place` | variable | Affine | where |

// EXAMPLES: isa.prefetch node = 0, wait = [], signal = [], far_ahead = 3, place = <0>

// CONVERSION: PrefetchOp create(mlir::OpBuilder &builder, mlir::Location location, const Prefetch &row);
// CONVERSION-NEXT: Prefetch toRow(PrefetchOp op);
// CONVERSIONS: PrefetchOp::create(builder, location, toAttribute(builder, row.node)
// CONVERSIONS: read(op.getFarAheadAttr(), row.farAhead);
