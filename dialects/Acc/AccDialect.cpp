#include "dialects/Acc/AccDialect.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <array>
#include <charconv>

using namespace mlir;
using namespace dnnc::acc;

/// Of a tensor or buffer: byte addresses stay far inside 64 bits.
static constexpr int64_t mostElements = int64_t(1) << 44;

static ParseResult parseFactors(AsmParser &parser, SmallVector<int64_t> &factors) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&]() -> ParseResult {
    StringRef dim;
    int64_t factor;
    SMLoc location = parser.getCurrentLocation();
    if (parser.parseKeyword(&dim) || parser.parseEqual() || parser.parseInteger(factor))
      return failure();
    size_t number = dim.size() == 1 ? loopDimNames.find(dim[0]) : StringRef::npos;
    if (number == StringRef::npos)
      return parser.emitError(location) << "have dimension '" << dim << "', need one of N, G, M, C, P, Q, R, S";
    factors.push_back(number);
    factors.push_back(factor);
    return success();
  });
}

static void printFactors(AsmPrinter &printer, ArrayRef<int64_t> factors) {
  printer << "[";
  for (size_t i = 0; i + 1 < factors.size(); i += 2)
    printer << (i ? ", " : "") << loopDimNames[factors[i]] << " = " << factors[i + 1];
  printer << "]";
}

static ParseResult parseShapedElement(AsmParser &parser, SmallVector<int64_t> &shape, Type &element) {
  return failure(parser.parseDimensionList(shape, /*allowDynamic=*/false) || parser.parseType(element));
}

static void printShapedElement(AsmPrinter &printer, ArrayRef<int64_t> shape, Type element) {
  for (int64_t size : shape)
    printer << size << "x";
  printer << element;
}

#include "dialects/Acc/AccDialect.cpp.inc"
#include "dialects/Acc/AccEnums.cpp.inc"
static ParseResult parseStorageFields(AsmParser &parser, SmallVector<int64_t> &segment, SmallVector<int64_t> &order,
                                      int64_t &column, int64_t &n, int64_t &m, int64_t &slot) {
  llvm::StringSet<> seen;
  while (succeeded(parser.parseOptionalComma())) {
    StringRef key;
    SMLoc place = parser.getCurrentLocation();
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return failure();
    if (!seen.insert(key).second)
      return parser.emitError(place, "has two fields '") << key << "'";
    int64_t *value = llvm::StringSwitch<int64_t *>(key)
                         .Case("column", &column)
                         .Case("n", &n)
                         .Case("m", &m)
                         .Case("slot", &slot)
                         .Default(nullptr);
    if (value) {
      if (parser.parseInteger(*value))
        return failure();
      continue;
    }
    if (key != "segment" && key != "order")
      return parser.emitError(place, "has no field '") << key << "'; it has segment, order, column, n, m, slot";
    SmallVector<int64_t> &list = key == "segment" ? segment : order;
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                       [&]() { return parser.parseInteger(list.emplace_back()); }))
      return failure();
  }
  return success();
}

static void printStorageFields(AsmPrinter &printer, ArrayRef<int64_t> segment, ArrayRef<int64_t> order, int64_t column,
                               int64_t n, int64_t m, int64_t slot) {
  for (auto [key, list] : {std::pair("segment", segment), std::pair("order", order)})
    if (!list.empty()) {
      printer << ", " << key << " = [";
      llvm::interleaveComma(list, printer);
      printer << "]";
    }
  for (auto [key, value] : {std::pair("column", column), std::pair("n", n), std::pair("m", m), std::pair("slot", slot)})
    if (value != 0)
      printer << ", " << key << " = " << value;
}

static ParseResult parseDensityFields(AsmParser &parser, FailureOr<APFloat> &share, int64_t &axis,
                                      FailureOr<APFloat> &dispersion, int64_t &seed) {
  double number = 0, variance = 0;
  axis = -1, seed = 0;
  if (parser.parseFloat(number))
    return failure();
  llvm::StringSet<> seen;
  while (succeeded(parser.parseOptionalComma())) {
    StringRef key;
    SMLoc place = parser.getCurrentLocation();
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return failure();
    if (!seen.insert(key).second)
      return parser.emitError(place, "has two fields '") << key << "'";
    if (key != "axis" && key != "dispersion" && key != "seed")
      return parser.emitError(place, "has no field '") << key << "'; it has axis, dispersion, seed";
    if (key == "dispersion" ? parser.parseFloat(variance) : parser.parseInteger(key == "axis" ? axis : seed))
      return failure();
  }
  share = APFloat(number), dispersion = APFloat(variance);
  return success();
}

/// The shortest digits that read back as the same number from 0 to 1; the least has 326, without an exponent.
static void printNumber(AsmPrinter &printer, const APFloat &number) {
  std::array<char, 400> digits;
  const char *end = std::to_chars(digits.data(), digits.data() + digits.size(), number.convertToDouble(), std::chars_format::fixed).ptr;
  StringRef text(digits.data(), static_cast<size_t>(end - digits.data()));
  printer << text << (text.contains('.') ? "" : ".0");
}

static void printDensityFields(AsmPrinter &printer, const APFloat &share, int64_t axis, const APFloat &dispersion,
                               int64_t seed) {
  printNumber(printer, share);
  if (axis != -1)
    printer << ", axis = " << axis;
  if (!dispersion.isZero()) {
    printer << ", dispersion = ";
    printNumber(printer, dispersion);
  }
  if (seed != 0)
    printer << ", seed = " << seed;
}

#define GET_ATTRDEF_CLASSES
#include "dialects/Acc/AccAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Acc/AccTypes.cpp.inc"
#include "dialects/Acc/AccInterfaces.cpp.inc"

void AccDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Acc/AccAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Acc/AccTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Acc/AccOps.cpp.inc"
      >();
}

bool dnnc::acc::isTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !isa<IntegerType, FloatType, quant::QuantizedType>(tensor.getElementType()))
    return false;
  if (auto integer = dyn_cast<IntegerType>(tensor.getElementType()); integer && integer.getWidth() > 64)
    return false;
  int64_t elements = 1;
  for (int64_t size : tensor.getShape())
    if (size < 1 || llvm::MulOverflow(elements, size, elements) || elements > mostElements)
      return false;
  return true;
}

int64_t dnnc::acc::elementBits(Type type) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(type))
    return quantized.getStorageTypeIntegralWidth();
  return type.isInteger(1) ? 8 : type.getIntOrFloatBitWidth();
}

int64_t dnnc::acc::elementBytes(Type type) { return (elementBits(type) + 7) / 8; }

Type dnnc::acc::laneType(Type type) {
  if (isa<FloatType>(type))
    return Float32Type::get(type.getContext());
  return IntegerType::get(type.getContext(), elementBits(type) > 32 ? 64 : 32);
}

LogicalResult StorageAttr::verify(function_ref<InFlightDiagnostic()> emitError, Format format, ArrayRef<int64_t> segment,
                                  ArrayRef<int64_t> order, int64_t column, int64_t n, int64_t m, int64_t slot) {
  bool hasMetadata = !order.empty() || column != 0 || n != 0 || m != 0 || slot != 0;
  if (format == Format::raw && (!segment.empty() || hasMetadata))
    return emitError() << "raw storage has no segments; leave `segment` and what follows it out";
  if (llvm::any_of(segment, [](int64_t size) { return size <= 0; }))
    return emitError() << "segment sizes have to be positive";
  if (segment.empty() && hasMetadata)
    return emitError() << "compressed storage needs a segment shape, as in segment = [16, 64, 3, 3]";
  SmallVector<int64_t> sorted(order);
  llvm::sort(sorted);
  for (auto [place, dim] : llvm::enumerate(sorted))
    if (dim != static_cast<int64_t>(place) || order.size() != segment.size())
      return emitError() << "order is no permutation of the " << segment.size() << " dimensions of the segment";
  if (slot < 0)
    return emitError() << "have slots of " << slot << " bytes, need a positive number or none";
  return success();
}

LogicalResult DensityAttr::verify(function_ref<InFlightDiagnostic()> emitError, DensityOrigin origin, APFloat share,
                                  int64_t axis, APFloat dispersion, int64_t seed) {
  for (auto [what, number] : {std::pair("a share", share), std::pair("a dispersion", dispersion)})
    if (double value = number.convertToDouble(); !(value >= 0 && value <= 1))
      return emitError() << "have " << what << " of " << value << "; need 0 to 1";
  if (axis < -1)
    return emitError() << "have axis " << axis << "; need a dimension, or -1 for none";
  if (seed < 0)
    return emitError() << "have seed " << seed << "; need 0 or more";
  if (origin == DensityOrigin::calibration && (axis != -1 || !dispersion.isZero() || seed != 0))
    return emitError() << "a density of a calibration is a share alone; leave axis, dispersion and seed out";
  return success();
}

static LogicalResult verifyDensity(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name != densityAttr && name != ifmapDensityAttr && name != weightDensityAttr)
    return success();
  if (!isa<DensityAttr>(attribute.getValue()))
    return op->emitOpError("has `") << name << "` = " << attribute.getValue() << "; need an #acc.density";
  return success();
}

LogicalResult AccDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  return verifyDensity(op, attribute);
}

LogicalResult AccDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned, NamedAttribute attribute) {
  return verifyDensity(op, attribute);
}

/// Larger than any tile. What the factors of a level, or of a dimension over all levels, multiply to is bounded as
/// well, so that no product of a few of them leaves 64 bits.
static constexpr int64_t mostFactor = int64_t(1) << 24, mostProduct = int64_t(1) << 40;

LogicalResult MappingAttr::verify(function_ref<InFlightDiagnostic()> emitError, Dataflow, ArrayRef<int64_t> passes,
                                  ArrayRef<int64_t> clusterRows, ArrayRef<int64_t> clusterColumns, ArrayRef<int64_t> peRows,
                                  ArrayRef<int64_t> peColumns, ArrayRef<int64_t> macs, ArrayRef<int64_t> spad) {
  const std::pair<StringRef, ArrayRef<int64_t>> levels[] = {
      {"passes", passes},        {"cluster_rows", clusterRows}, {"cluster_columns", clusterColumns}, {"pe_rows", peRows},
      {"pe_columns", peColumns}, {"macs", macs},                {"spad", spad}};
  std::array<int64_t, loopDimNames.size()> products;
  products.fill(1);
  for (auto [name, level] : levels) {
    int64_t product = 1;
    for (size_t i = 0; i + 1 < level.size(); i += 2) {
      int64_t dim = level[i], factor = level[i + 1];
      if (factor <= 0 || factor > mostFactor)
        return emitError() << "have factor " << factor << " for dimension " << loopDimNames[dim]
                           << "; factors have to be positive, and at most " << mostFactor;
      if (factor > mostProduct / product)
        return emitError() << "have factors of " << name << " that multiply to more than " << mostProduct;
      if (factor > mostProduct / products[dim])
        return emitError() << "have factors of dimension " << loopDimNames[dim] << " that multiply to more than "
                           << mostProduct;
      product *= factor;
      products[dim] *= factor;
    }
  }
  return success();
}

LogicalResult TilingAttr::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> sizes,
                                 ArrayRef<int64_t> order, ArrayRef<int64_t> reduction) {
  if (order.size() != sizes.size())
    return emitError() << "have " << sizes.size() << " tile sizes and " << order.size() << " dimensions in `order`";
  SmallVector<int64_t> sorted(order);
  llvm::sort(sorted);
  for (auto [index, dim] : llvm::enumerate(sorted))
    if (static_cast<int64_t>(index) != dim)
      return emitError() << "`order` has to name each of the " << sizes.size() << " output dimensions once";
  for (int64_t size : llvm::concat<const int64_t>(sizes, reduction))
    if (size <= 0)
      return emitError() << "have tile size " << size << "; tile sizes have to be positive";
  return success();
}

LogicalResult BufferType::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> shape, Type elementType,
                                 Role, int64_t slots) {
  if (!isa<FloatType, IntegerType, quant::QuantizedType>(elementType))
    return emitError() << "have element type " << elementType << "; a buffer holds integers, floats or quantized values";
  if (slots <= 0)
    return emitError() << "have " << slots << " slots, need at least 1";
  int64_t elements = slots;
  for (int64_t size : shape) {
    if (size <= 0)
      return emitError() << "have size " << size << "; buffer sizes have to be positive";
    if (llvm::MulOverflow(elements, size, elements) || elements > mostElements)
      return emitError() << "have more than " << mostElements << " elements in a buffer";
  }
  return success();
}

int64_t BufferType::getElementBytes() const { return elementBytes(getElementType()); }

int64_t BufferType::getSlotBytes() const {
  int64_t bytes = getElementBytes();
  for (int64_t size : getShape())
    bytes *= size;
  return bytes;
}

SmallVector<int64_t> dnnc::acc::rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t i = static_cast<int64_t>(strides.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

SmallVector<int64_t> BufferType::getStrides() const { return rowMajorStrides(getShape()); }
