#include "dialects/Acc/AccDialect.h"

using namespace mlir;
using namespace dnnc::acc;

/// A bound of a clamp: a float, or `none` for an infinite one.
static ParseResult parseBound(OpAsmParser &parser, FloatAttr &bound, double infinity) {
  Type type = parser.getBuilder().getF64Type();
  if (succeeded(parser.parseOptionalKeyword("none")))
    return bound = FloatAttr::get(type, infinity), success();
  return parser.parseAttribute(bound, type);
}

/// `clamp [low, high]`, or nothing.
static ParseResult parseClamp(OpAsmParser &parser, FloatAttr &low, FloatAttr &high) {
  double infinity = std::numeric_limits<double>::infinity();
  if (failed(parser.parseOptionalKeyword("clamp"))) {
    low = FloatAttr::get(parser.getBuilder().getF64Type(), -infinity);
    high = FloatAttr::get(parser.getBuilder().getF64Type(), infinity);
    return success();
  }
  return failure(parser.parseLSquare() || parseBound(parser, low, -infinity) || parser.parseComma() ||
                 parseBound(parser, high, infinity) || parser.parseRSquare());
}

static void printClamp(OpAsmPrinter &printer, Operation *, FloatAttr low, FloatAttr high) {
  bool noLow = low.getValue().isNegInfinity(), noHigh = high.getValue().isPosInfinity();
  if (noLow && noHigh)
    return;
  auto print = [&](FloatAttr bound, bool none) {
    if (none)
      printer << "none";
    else
      printer.printAttributeWithoutType(bound);
  };
  printer << "clamp [";
  print(low, noLow);
  printer << ", ";
  print(high, noHigh);
  printer << "]";
}

#define GET_OP_CLASSES
#include "dialects/Acc/AccOps.cpp.inc"
