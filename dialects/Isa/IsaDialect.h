// The isa dialect: one op per row of the ISA table. Registers as
// mlir::DialectRegistry::insert<dnnc::isa::IsaDialect>(). IsaConversion.h goes between ops and the MLIR-free
// structs.
#pragma once

#include "runtime/Isa/Isa.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

namespace dnnc::isa {
class QueueOp;

// Predicates of the fields' constraints.
bool areFloatBits(mlir::Attribute list);
bool areCases(mlir::Attribute list, int64_t cases);
bool areAffine(mlir::Attribute list);
} // namespace dnnc::isa

#include "dialects/Isa/IsaDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Isa/IsaAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/Isa/IsaOps.h.inc"
