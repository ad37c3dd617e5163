#include "dialects/Dnn/DnnDialect.h"

#include <llvm/ADT/TypeSwitch.h>
#include <mlir/IR/DialectImplementation.h>
#include <mlir/Interfaces/FunctionInterfaces.h>

using namespace mlir;

#include "dialects/Dnn/DnnDialect.cpp.inc"
#include "dialects/Dnn/DnnEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Dnn/DnnAttributes.cpp.inc"

namespace dnnc::dnn {

void DnnDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Dnn/DnnAttributes.cpp.inc"
      >();
  registerOps();
}

Operation *DnnDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                           Location location) {
  auto elements = llvm::dyn_cast<ElementsAttr>(value);
  auto tensor = llvm::dyn_cast<RankedTensorType>(type);
  if (!elements || !tensor || elements.getShapedType().getShape() != tensor.getShape() ||
      elements.getElementType() != storageType(tensor))
    return nullptr;
  return ConstantOp::create(builder, location, tensor, elements);
}

LogicalResult DnnDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() == tensorsAttr) {
    auto names = llvm::dyn_cast<ArrayAttr>(attribute.getValue());
    if (!names || !llvm::all_of(names, [](Attribute name) { return llvm::isa<StringAttr>(name); }))
      return op->emitError("have '") << tensorsAttr << "' = " << attribute.getValue()
                                     << ", need an array of strings: the names of the results";
    if (names.size() != op->getNumResults())
      return op->emitError("have ") << names.size() << " names in '" << tensorsAttr
                                    << "', need one for each of the " << op->getNumResults() << " results";
    return success();
  }
  if (attribute.getName() == groupAttr) {
    auto group = llvm::dyn_cast<IntegerAttr>(attribute.getValue());
    if (!group || !group.getType().isInteger(64) || group.getInt() < 0)
      return op->emitError("have '") << groupAttr << "' = " << attribute.getValue()
                                     << ", need a 64-bit integer that is not negative";
    return success();
  }
  return op->emitError("have unknown attribute '")
         << attribute.getName().getValue() << "', need '" << tensorsAttr << "' or '" << groupAttr << "'";
}

static LogicalResult verifyValueAttribute(Operation *op, NamedAttribute attribute, bool isResult) {
  if (attribute.getName() == nameAttr) {
    if (llvm::isa<StringAttr>(attribute.getValue()))
      return success();
    return op->emitError("have '") << nameAttr << "' = " << attribute.getValue() << ", need a string";
  }
  if (isResult && attribute.getName() == observedAttr) {
    if (llvm::isa<UnitAttr>(attribute.getValue()))
      return success();
    return op->emitError("have '") << observedAttr << "' = " << attribute.getValue()
                                   << ", need it without a value";
  }
  return op->emitError("have unknown attribute '")
         << attribute.getName().getValue() << "' on " << (isResult ? "a result" : "an argument") << ", need '"
         << nameAttr << "'" << (isResult ? " or 'dnn.observed'" : "");
}

LogicalResult DnnDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned,
                                                   NamedAttribute attribute) {
  return verifyValueAttribute(op, attribute, /*isResult=*/false);
}

LogicalResult DnnDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                                      NamedAttribute attribute) {
  return verifyValueAttribute(op, attribute, /*isResult=*/true);
}

} // namespace dnnc::dnn
