#include "dialects/Dnn/Names.h"

#include <llvm/ADT/STLExtras.h>
#include <mlir/IR/BuiltinAttributes.h>
#include <mlir/Interfaces/FunctionInterfaces.h>

using namespace mlir;

namespace dnnc::dnn {

llvm::SmallVector<llvm::StringRef> tensorNames(Operation *op) {
  llvm::SmallVector<llvm::StringRef> names;
  if (auto array = op->getAttrOfType<ArrayAttr>(tensorsAttr))
    for (auto name : array.getAsRange<StringAttr>())
      names.push_back(name.getValue());
  return names;
}

void setTensorNames(Operation *op, llvm::ArrayRef<llvm::StringRef> names) {
  if (names.empty()) {
    op->removeAttr(tensorsAttr);
    return;
  }
  op->setAttr(tensorsAttr, Builder(op->getContext()).getStrArrayAttr(names));
}

void moveTensorNames(Operation *from, Operation *to) {
  if (Attribute names = from->getAttr(tensorsAttr))
    to->setAttr(tensorsAttr, names);
  else
    to->removeAttr(tensorsAttr);
}

llvm::StringRef tensorName(Value value) {
  if (auto result = llvm::dyn_cast<OpResult>(value)) {
    auto names = tensorNames(result.getOwner());
    return result.getResultNumber() < names.size() ? names[result.getResultNumber()] : llvm::StringRef();
  }
  auto argument = llvm::cast<BlockArgument>(value);
  auto function = llvm::dyn_cast_or_null<FunctionOpInterface>(argument.getOwner()->getParentOp());
  if (!function)
    return {};
  auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), nameAttr);
  return name ? name.getValue() : llvm::StringRef();
}

static void collectNodes(Location location, llvm::SmallVector<llvm::StringRef> &names) {
  if (auto name = llvm::dyn_cast<NameLoc>(location)) {
    if (!llvm::is_contained(names, name.getName().getValue()))
      names.push_back(name.getName().getValue());
  } else if (auto fused = llvm::dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      collectNodes(part, names);
  } else if (auto call = llvm::dyn_cast<CallSiteLoc>(location)) {
    collectNodes(call.getCallee(), names);
  }
}

llvm::SmallVector<llvm::StringRef> nodeNames(Location location) {
  llvm::SmallVector<llvm::StringRef> names;
  collectNodes(location, names);
  return names;
}

std::optional<int64_t> groupOf(Operation *op) {
  if (auto group = op->getAttrOfType<IntegerAttr>(groupAttr))
    return group.getInt();
  return std::nullopt;
}

} // namespace dnnc::dnn
