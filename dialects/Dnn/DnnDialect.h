// The dnn dialect: include this to read or write networks.
#pragma once

#include <mlir/Bytecode/BytecodeOpInterface.h>
#include <mlir/Dialect/Quant/IR/Quant.h>
#include <mlir/Dialect/Quant/IR/QuantTypes.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinAttributes.h>
#include <mlir/IR/BuiltinTypes.h>
#include <mlir/IR/Dialect.h>
#include <mlir/IR/OpDefinition.h>
#include <mlir/IR/OpImplementation.h>
#include <mlir/Interfaces/SideEffectInterfaces.h>

#include "dialects/Dnn/Constants.h"
#include "dialects/Dnn/Families.h"
#include "dialects/Dnn/Names.h"
#include "dialects/Dnn/Shapes.h"
#include "dialects/Dnn/Types.h"

#include "dialects/Dnn/DnnDialect.h.inc"
#include "dialects/Dnn/DnnEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Dnn/DnnAttributes.h.inc"
#define GET_OP_CLASSES
#include "dialects/Dnn/DnnOps.h.inc"
