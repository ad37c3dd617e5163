#include "lib/Import/Converters.h"

#include "lib/Import/Import.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace dnnc::onnximport {

using namespace llvm;

static bool before(const OpConverter &a, std::pair<StringRef, StringRef> b) {
  return std::pair(a.domain, a.op) < b;
}

ArrayRef<OpConverter> opConverters() {
  static const std::vector<OpConverter> table = [] {
    std::vector<OpConverter> rows;
    for (ArrayRef<OpConverter> family :
         {convConverters(), poolConverters(), elementwiseConverters(), logicConverters(),
          movementConverters(), reshapeConverters(), reduceConverters(), normalizeConverters(),
          quantizedConverters(), constantConverters(), resizeConverters()})
      rows.insert(rows.end(), family.begin(), family.end());
    std::sort(rows.begin(), rows.end(),
              [](const OpConverter &a, const OpConverter &b) { return before(a, {b.domain, b.op}); });
    return rows;
  }();
  return table;
}

const OpConverter *findConverter(StringRef domain, StringRef op) {
  ArrayRef<OpConverter> table = opConverters();
  auto row = std::lower_bound(table.begin(), table.end(), std::pair(domain, op), before);
  return row != table.end() && row->domain == domain && row->op == op ? row : nullptr;
}

bool canExpand(const onnx::ModelProto &proto, const onnx::NodeProto &node) {
  for (const auto &function : proto.functions())
    if (function.name() == node.op_type() && function.domain() == node.domain())
      return true;
  const OpConverter *row = findConverter(node.domain(), node.op_type());
  return row && !row->convert;
}

} // namespace dnnc::onnximport

std::vector<dnnc::SupportedOp> dnnc::supportedOnnxOps() {
  std::vector<SupportedOp> ops;
  for (const onnximport::OpConverter &row : onnximport::opConverters())
    ops.push_back(
        {row.domain.empty() ? "ai.onnx" : row.domain.str(), row.op.str(), row.since, row.limits.str()});
  return ops;
}
