#include "lib/Mapping/Remarks.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dnnc;
using namespace dnnc::mapping;

static constexpr llvm::StringLiteral nodeKey = "node", reasonKey = "reason", runsKey = "runs", gapKey = "gap";

static void add(InFlightDiagnostic &remark, llvm::function_ref<DictionaryAttr(Builder &)> make) {
  Diagnostic *diagnostic = remark.getUnderlyingDiagnostic();
  if (!diagnostic) // reported already
    return;
  Builder builder(diagnostic->getLocation().getContext());
  diagnostic->getMetadata().push_back(DiagnosticArgument(make(builder)));
}

void mapping::addFact(InFlightDiagnostic &remark, const OtherDataflow &other) {
  add(remark, [&](Builder &builder) {
    return builder.getDictionaryAttr({builder.getNamedAttr(nodeKey, builder.getI64IntegerAttr(other.node)),
                                      builder.getNamedAttr(reasonKey, builder.getStringAttr(other.reason)),
                                      builder.getNamedAttr(runsKey, builder.getStringAttr(other.runs))});
  });
}

void mapping::addFact(InFlightDiagnostic &remark, const Unproven &unproven) {
  add(remark, [&](Builder &builder) {
    return builder.getDictionaryAttr({builder.getNamedAttr(nodeKey, builder.getI64IntegerAttr(unproven.node)),
                                      builder.getNamedAttr(gapKey, builder.getF64FloatAttr(unproven.gap))});
  });
}

bool mapping::readFacts(Diagnostic &diagnostic, Facts &facts) {
  bool any = false;
  for (DiagnosticArgument &argument : diagnostic.getMetadata()) {
    if (argument.getKind() != DiagnosticArgument::DiagnosticArgumentKind::Attribute)
      continue;
    auto fact = dyn_cast<DictionaryAttr>(argument.getAsAttribute());
    auto node = fact ? fact.getAs<IntegerAttr>(nodeKey) : IntegerAttr();
    if (!node)
      continue;
    auto reason = fact.getAs<StringAttr>(reasonKey), runs = fact.getAs<StringAttr>(runsKey);
    if (auto gap = fact.getAs<FloatAttr>(gapKey))
      facts.unproven.push_back({node.getInt(), gap.getValueAsDouble()});
    else if (reason && runs)
      facts.others.push_back({node.getInt(), reason.str(), runs.str()});
    else
      continue;
    any = true;
  }
  return any;
}
