// How the kinds of fields are printed and parsed by MLIR: the custom directives of IsaBase.td. Printing uses
// the texts of runtime/Isa, so that both printers agree.
#pragma once

#include "dialects/Isa/IsaDialect.h"

#include <span>

namespace dnnc::isa {

mlir::ParseResult parseNumber(mlir::OpAsmParser &parser, mlir::IntegerAttr &attribute);
void printNumber(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::IntegerAttr attribute);
mlir::ParseResult parseBits(mlir::OpAsmParser &parser, mlir::IntegerAttr &attribute);
void printBits(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::IntegerAttr attribute);
mlir::ParseResult parseFloat(mlir::OpAsmParser &parser, mlir::IntegerAttr &attribute);
void printFloat(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::IntegerAttr attribute);
mlir::ParseResult parseFlag(mlir::OpAsmParser &parser, mlir::IntegerAttr &attribute);
void printFlag(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::IntegerAttr attribute);
mlir::ParseResult parseRegister(mlir::OpAsmParser &parser, mlir::IntegerAttr &attribute);
void printRegister(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::IntegerAttr attribute);
using Names = std::span<const std::string_view>;
mlir::ParseResult parseEnumCase(mlir::OpAsmParser &parser, mlir::IntegerAttr &attribute, Names names);
void printEnumCase(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::IntegerAttr attribute, Names names);
mlir::ParseResult parseIntList(mlir::OpAsmParser &parser, mlir::DenseI64ArrayAttr &attribute);
void printIntList(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::DenseI64ArrayAttr attribute);
mlir::ParseResult parseFloatList(mlir::OpAsmParser &parser, mlir::DenseI64ArrayAttr &attribute);
void printFloatList(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::DenseI64ArrayAttr attribute);
mlir::ParseResult parseEnumList(mlir::OpAsmParser &parser, mlir::DenseI64ArrayAttr &attribute, Names names);
void printEnumList(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::DenseI64ArrayAttr attribute,
                   Names names);
mlir::ParseResult parseAffine(mlir::OpAsmParser &parser, AffineAttr &attribute);
void printAffine(mlir::OpAsmPrinter &printer, mlir::Operation *, AffineAttr attribute);
mlir::ParseResult parseAffineList(mlir::OpAsmParser &parser, mlir::ArrayAttr &attribute);
void printAffineList(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::ArrayAttr attribute);
mlir::ParseResult parseString(mlir::OpAsmParser &parser, mlir::StringAttr &attribute);
void printString(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::StringAttr attribute);
mlir::ParseResult parseStrings(mlir::OpAsmParser &parser, mlir::StringAttr &attribute);
void printStrings(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::StringAttr attribute);
mlir::ParseResult parseLines(mlir::OpAsmParser &parser, mlir::StringAttr &attribute);
void printLines(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::StringAttr attribute);
mlir::ParseResult parseConstants(mlir::OpAsmParser &parser, mlir::Attribute &attribute);
void printConstants(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::Attribute attribute);

Affine toAffine(AffineAttr attribute);
AffineAttr toAttribute(mlir::MLIRContext *context, const Affine &affine);

} // namespace dnnc::isa
