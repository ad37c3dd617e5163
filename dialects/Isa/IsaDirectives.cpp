// Printing and parsing of the kinds of fields.
#include "dialects/Isa/IsaDirectives.h"

#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace dnnc::isa {
namespace {

IntegerAttr word(OpAsmParser &parser, int64_t value) { return parser.getBuilder().getI64IntegerAttr(value); }

template <typename Parse>
ParseResult parseList(OpAsmParser &parser, DenseI64ArrayAttr &attribute, Parse parse) {
  SmallVector<int64_t> values;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                     [&]() -> ParseResult { return parse(values.emplace_back()); }))
    return failure();
  attribute = parser.getBuilder().getDenseI64ArrayAttr(values);
  return success();
}

template <typename List, typename Print>
void printList(OpAsmPrinter &printer, const List &values, Print print) {
  printer << '[';
  llvm::interleaveComma(values, printer.getStream(), print);
  printer << ']';
}

ParseResult parseCase(OpAsmParser &parser, int64_t &value, Names names) {
  StringRef keyword;
  SMLoc location = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalKeyword(&keyword)))
    for (size_t i = 0; i < names.size(); ++i)
      if (keyword == StringRef(names[i])) {
        value = static_cast<int64_t>(i);
        return success();
      }
  InFlightDiagnostic error = parser.emitError(location, "need one of ");
  llvm::interleaveComma(names, error, [&](std::string_view name) { error << StringRef(name); });
  return error;
}

ParseResult parseFloatBits(OpAsmParser &parser, int64_t &bits) {
  FloatAttr value;
  if (parser.parseAttribute(value, parser.getBuilder().getF32Type()))
    return failure();
  bits = static_cast<int64_t>(value.getValue().bitcastToAPInt().getZExtValue());
  return success();
}

/// A word made of a letter and a number, as r5 or i3.
ParseResult parseNumbered(OpAsmParser &parser, StringRef letter, int64_t &number) {
  StringRef keyword;
  SMLoc location = parser.getCurrentLocation();
  if (failed(parser.parseOptionalKeyword(&keyword)) || !keyword.consume_front(letter) ||
      keyword.getAsInteger(10, number))
    return parser.emitError(location, "need '") << letter << "' and a number, as in " << letter << "0";
  return success();
}

ParseResult parseAffineBody(AsmParser &parser, Affine &affine) {
  if (parser.parseLess() || parser.parseInteger(affine.base))
    return failure();
  while (succeeded(parser.parseOptionalPlus())) {
    AffineTerm &term = affine.terms.emplace_back();
    StringRef index;
    if (parser.parseInteger(term.stride) || parser.parseStar())
      return failure();
    SMLoc location = parser.getCurrentLocation();
    if (failed(parser.parseOptionalKeyword(&index)) || !index.consume_front("i") ||
        index.getAsInteger(10, term.level))
      return parser.emitError(location, "need a loop index, as in i0");
  }
  if (succeeded(parser.parseOptionalKeyword("mod")) && parser.parseInteger(affine.wrap))
    return failure();
  return parser.parseGreater();
}

} // namespace

Affine toAffine(AffineAttr attribute) {
  Affine affine(attribute.getBase(), {}, attribute.getWrap());
  for (auto [stride, level] : llvm::zip(attribute.getStrides(), attribute.getLevels()))
    affine.terms.push_back({stride, level});
  return affine;
}

AffineAttr toAttribute(MLIRContext *context, const Affine &affine) {
  SmallVector<int64_t> strides, levels;
  for (const AffineTerm &term : affine.terms) {
    strides.push_back(term.stride);
    levels.push_back(term.level);
  }
  return AffineAttr::get(context, affine.base, strides, levels, affine.wrap);
}

Attribute AffineAttr::parse(AsmParser &parser, Type) {
  Affine affine;
  SMLoc location = parser.getCurrentLocation();
  if (parseAffineBody(parser, affine))
    return {};
  SmallVector<int64_t> strides, levels;
  for (const AffineTerm &term : affine.terms) {
    strides.push_back(term.stride);
    levels.push_back(term.level);
  }
  auto error = [&] { return parser.emitError(location); };
  return AffineAttr::getChecked(llvm::function_ref<InFlightDiagnostic()>(error), parser.getContext(),
                                affine.base, ArrayRef<int64_t>(strides), ArrayRef<int64_t>(levels),
                                affine.wrap);
}

void AffineAttr::print(AsmPrinter &printer) const { printer << textOf(toAffine(*this)); }

ParseResult parseNumber(OpAsmParser &parser, IntegerAttr &attribute) {
  int64_t value;
  if (parser.parseInteger(value))
    return failure();
  attribute = word(parser, value);
  return success();
}
void printNumber(OpAsmPrinter &printer, Operation *, IntegerAttr attribute) { printer << attribute.getInt(); }

ParseResult parseBits(OpAsmParser &parser, IntegerAttr &attribute) {
  uint64_t value;
  if (parser.parseInteger(value))
    return failure();
  attribute = word(parser, static_cast<int64_t>(value));
  return success();
}
void printBits(OpAsmPrinter &printer, Operation *, IntegerAttr attribute) {
  printer << textOfBits(static_cast<uint64_t>(attribute.getInt()));
}

ParseResult parseFloat(OpAsmParser &parser, IntegerAttr &attribute) {
  int64_t bits;
  if (parseFloatBits(parser, bits))
    return failure();
  attribute = word(parser, bits);
  return success();
}
void printFloat(OpAsmPrinter &printer, Operation *, IntegerAttr attribute) {
  printer << textOfFloat(static_cast<uint32_t>(attribute.getInt()));
}

ParseResult parseFlag(OpAsmParser &parser, IntegerAttr &attribute) {
  bool value = succeeded(parser.parseOptionalKeyword("true"));
  if (!value && parser.parseKeyword("false", " or 'true'"))
    return failure();
  attribute = word(parser, value);
  return success();
}
void printFlag(OpAsmPrinter &printer, Operation *, IntegerAttr attribute) {
  printer << (attribute.getInt() ? "true" : "false");
}

ParseResult parseRegister(OpAsmParser &parser, IntegerAttr &attribute) {
  int64_t number;
  if (parseNumbered(parser, "r", number))
    return failure();
  attribute = word(parser, number);
  return success();
}
void printRegister(OpAsmPrinter &printer, Operation *, IntegerAttr attribute) {
  printer << 'r' << attribute.getInt();
}

ParseResult parseEnumCase(OpAsmParser &parser, IntegerAttr &attribute, Names names) {
  int64_t value;
  if (parseCase(parser, value, names))
    return failure();
  attribute = word(parser, value);
  return success();
}
void printEnumCase(OpAsmPrinter &printer, Operation *, IntegerAttr attribute, Names names) {
  printer << StringRef(names[attribute.getInt()]);
}

ParseResult parseIntList(OpAsmParser &parser, DenseI64ArrayAttr &attribute) {
  return parseList(parser, attribute, [&](int64_t &value) { return parser.parseInteger(value); });
}
void printIntList(OpAsmPrinter &printer, Operation *, DenseI64ArrayAttr attribute) {
  printList(printer, attribute.asArrayRef(), [&](int64_t value) { printer << value; });
}

ParseResult parseFloatList(OpAsmParser &parser, DenseI64ArrayAttr &attribute) {
  return parseList(parser, attribute, [&](int64_t &value) { return parseFloatBits(parser, value); });
}
void printFloatList(OpAsmPrinter &printer, Operation *, DenseI64ArrayAttr attribute) {
  printList(printer, attribute.asArrayRef(),
            [&](int64_t value) { printer << textOfFloat(static_cast<uint32_t>(value)); });
}

ParseResult parseEnumList(OpAsmParser &parser, DenseI64ArrayAttr &attribute, Names names) {
  return parseList(parser, attribute, [&](int64_t &value) { return parseCase(parser, value, names); });
}
void printEnumList(OpAsmPrinter &printer, Operation *, DenseI64ArrayAttr attribute, Names names) {
  printList(printer, attribute.asArrayRef(), [&](int64_t value) { printer << StringRef(names[value]); });
}

ParseResult parseAffine(OpAsmParser &parser, AffineAttr &attribute) {
  attribute = llvm::dyn_cast_if_present<AffineAttr>(AffineAttr::parse(parser, {}));
  return success(attribute != nullptr);
}
void printAffine(OpAsmPrinter &printer, Operation *, AffineAttr attribute) { attribute.print(printer); }

ParseResult parseAffineList(OpAsmParser &parser, ArrayAttr &attribute) {
  SmallVector<Attribute> values;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&]() -> ParseResult {
        values.push_back(AffineAttr::parse(parser, {}));
        return success(values.back() != nullptr);
      }))
    return failure();
  attribute = parser.getBuilder().getArrayAttr(values);
  return success();
}
void printAffineList(OpAsmPrinter &printer, Operation *, ArrayAttr attribute) {
  printList(printer, attribute, [&](Attribute value) { llvm::cast<AffineAttr>(value).print(printer); });
}

ParseResult parseString(OpAsmParser &parser, StringAttr &attribute) {
  std::string text;
  if (parser.parseString(&text))
    return failure();
  attribute = parser.getBuilder().getStringAttr(text);
  return success();
}
void printString(OpAsmPrinter &printer, Operation *, StringAttr attribute) {
  printer << quoted(attribute.getValue());
}

ParseResult parseStrings(OpAsmParser &parser, StringAttr &attribute) {
  std::string text;
  bool some = false;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&]() -> ParseResult {
        std::string line;
        if (parser.parseString(&line))
          return failure();
        text += (some ? "\n" : "") + line;
        some = true;
        return success();
      }))
    return failure();
  attribute = parser.getBuilder().getStringAttr(text);
  return success();
}
void printStrings(OpAsmPrinter &printer, Operation *, StringAttr attribute) {
  printList(printer, linesOf(attribute.getValue()), [&](std::string_view line) { printer << quoted(line); });
}

ParseResult parseLines(OpAsmParser &parser, StringAttr &attribute) { return parseStrings(parser, attribute); }
void printLines(OpAsmPrinter &printer, Operation *, StringAttr attribute) {
  std::vector<std::string_view> lines = linesOf(attribute.getValue());
  printer << '[';
  printer.increaseIndent();
  for (size_t i = 0; i < lines.size(); ++i) {
    printer << (i ? "," : "");
    printer.printNewline();
    printer << quoted(lines[i]);
  }
  printer.decreaseIndent();
  if (!lines.empty())
    printer.printNewline();
  printer << ']';
}

ParseResult parseConstants(OpAsmParser &parser, Attribute &attribute) {
  if (succeeded(parser.parseOptionalKeyword("none")))
    return success();
  return parser.parseAttribute(attribute);
}
void printConstants(OpAsmPrinter &printer, Operation *, Attribute attribute) {
  if (attribute)
    printer << attribute;
  else
    printer << "none";
}

} // namespace dnnc::isa
