// Registers the isa dialect: its ops, its attributes, and what of them is not generated.
#include "dialects/Isa/IsaDialect.h"
#include "dialects/Isa/IsaDirectives.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dnnc::isa {

bool areFloatBits(Attribute list) {
  return llvm::all_of(llvm::cast<DenseI64ArrayAttr>(list).asArrayRef(),
                      [](int64_t bits) { return bits >= 0 && bits <= int64_t(0xFFFFFFFF); });
}

bool areCases(Attribute list, int64_t cases) {
  return llvm::all_of(llvm::cast<DenseI64ArrayAttr>(list).asArrayRef(),
                      [&](int64_t value) { return value >= 0 && value < cases; });
}

bool areAffine(Attribute list) {
  auto array = llvm::dyn_cast<ArrayAttr>(list);
  return array && llvm::all_of(array, [](Attribute value) { return llvm::isa<AffineAttr>(value); });
}

LogicalResult AffineAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t,
                                 ArrayRef<int64_t> strides, ArrayRef<int64_t> levels, int64_t wrap) {
  using Term = layout::AffineTerm;
  using Head = layout::AffineHead;
  if (strides.size() != levels.size())
    return emitError() << "have " << strides.size() << " strides and " << levels.size()
                       << " levels, need as many";
  if (strides.size() >> Head::count.width)
    return emitError() << "have " << strides.size() << " terms, need at most "
                       << (1 << Head::count.width) - 1;
  for (int64_t stride : strides)
    if (!llvm::isIntN(Term::stride.width, stride))
      return emitError() << "stride " << stride << " does not fit " << int(Term::stride.width)
                         << " bits with sign";
  for (int64_t level : levels)
    if (!llvm::isUIntN(Term::level.width, static_cast<uint64_t>(level)))
      return emitError() << "loop level " << level << " does not fit " << int(Term::level.width) << " bits";
  if (!llvm::isUIntN(Head::wrap.width, static_cast<uint64_t>(wrap)))
    return emitError() << "modulus " << wrap << " does not fit " << int(Head::wrap.width)
                       << " bits without sign";
  return success();
}

void IsaDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Isa/IsaAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Isa/IsaOps.cpp.inc"
      >();
}

} // namespace dnnc::isa

#include "dialects/Isa/IsaDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Isa/IsaAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Isa/IsaOps.cpp.inc"
