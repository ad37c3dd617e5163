#include "lib/Fuse/Passes.h"

#include <llvm/ADT/MapVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringMap.h>

namespace dnnc::fuse {
#define GEN_PASS_DEF_OBSERVE
#include "lib/Fuse/Passes.h.inc"
} // namespace dnnc::fuse

using namespace mlir;
using namespace dnnc;

namespace {

// Up to three known names that look like the unknown one.
SmallVector<StringRef> similarNames(StringRef unknown, ArrayRef<StringRef> known) {
  SmallVector<std::pair<unsigned, StringRef>> ranked;
  for (StringRef name : known) {
    unsigned distance = unknown.edit_distance(name, /*AllowReplacements=*/true);
    bool contains = !unknown.empty() && (name.contains(unknown) || unknown.contains(name));
    if (contains || distance <= std::max<size_t>(2, unknown.size() / 3))
      ranked.emplace_back(contains ? 0 : distance, name);
  }
  llvm::sort(ranked);
  SmallVector<StringRef> names;
  for (auto [distance, name] : ranked)
    if (names.size() < 3 && !llvm::is_contained(names, name))
      names.push_back(name);
  return names;
}

struct ObservePass : fuse::impl::ObserveBase<ObservePass> {
  using ObserveBase::ObserveBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!llvm::hasSingleElement(function.getBody())) {
      function.emitError("have control flow, need one block of dnn ops");
      return signalPassFailure();
    }
    // What can be asked for: tensors by name, and the last tensor of every node.
    llvm::StringMap<Value> tensors, nodes;
    SmallVector<StringRef> known;
    for (Operation &op : function.getBody().front()) {
      if (!isa_and_nonnull<dnn::DnnDialect>(op.getDialect()) || isa<dnn::ConstantOp>(op))
        continue;
      Value result = op.getResult(0);
      if (StringRef name = dnn::tensorName(result); !name.empty()) {
        tensors[name] = result;
        known.push_back(name);
      }
      for (StringRef name : dnn::nodeNames(op.getLoc())) {
        nodes[name] = result;
        known.push_back(name);
      }
    }

    SmallVector<StringRef> inputs;
    for (BlockArgument argument : function.getArguments())
      inputs.push_back(dnn::tensorName(argument));

    llvm::MapVector<Value, StringRef> observed;
    bool failedAny = false;
    for (StringRef name : nodeList()) {
      if (name == "all") {
        for (Operation &op : function.getBody().front())
          if (isa_and_nonnull<dnn::DnnDialect>(op.getDialect()) && !isa<dnn::ConstantOp>(op) &&
              !dnn::tensorName(op.getResult(0)).empty())
            observed.insert({op.getResult(0), dnn::tensorName(op.getResult(0))});
      } else if (auto tensor = tensors.find(name); tensor != tensors.end()) {
        observed.insert({tensor->second, name});
      } else if (llvm::is_contained(inputs, name)) { // known from outside
        continue;
      } else if (auto node = nodes.find(name); node != nodes.end()) {
        StringRef own = dnn::tensorName(node->second);
        observed.insert({node->second, own.empty() ? name : own});
      } else {
        failedAny = true;
        InFlightDiagnostic error = function.emitError("have no tensor or node '") << name << "' to observe";
        if (auto similar = similarNames(name, known); !similar.empty())
          error << ", similar ones are '" << llvm::join(similar, "', '") << "'";
      }
    }
    if (failedAny)
      return signalPassFailure();

    Operation *terminator = function.getBody().front().getTerminator();
    for (auto [value, name] : observed) {
      if (llvm::is_contained(terminator->getOperands(), value))
        continue;
      Builder builder(&getContext());
      NamedAttribute attributes[] = {builder.getNamedAttr(dnn::nameAttr, builder.getStringAttr(name)),
                                     builder.getNamedAttr(dnn::observedAttr, builder.getUnitAttr())};
      if (failed(function.insertResult(function.getNumResults(), value.getType(),
                                       builder.getDictionaryAttr(attributes))))
        return signalPassFailure();
      terminator->insertOperands(terminator->getNumOperands(), value);
    }
  }

  SmallVector<StringRef> nodeList() {
    SmallVector<StringRef> names;
    for (const std::string &name : nodes)
      names.push_back(name);
    return names;
  }
};

} // namespace
