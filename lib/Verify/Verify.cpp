#include "lib/Verify/Verify.h"

#include "dialects/Dnn/DnnDialect.h"
#include "dialects/Dnn/Names.h"
#include "dnnc/Error.h"
#include "lib/Reference/Reference.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cmath>
#include <map>

using namespace mlir;
using namespace dnnc;
using namespace dnnc::verify;

/// Integer results of these come from float32 work: one step of the output's scale is allowed (Numerics).
static bool isFloatByNature(Operation *op) {
  return llvm::isa<dnn::SoftmaxOp, dnn::LogSoftmaxOp, dnn::LrnOp, dnn::ResizeOp, dnn::BatchNormOp, dnn::PowOp>(op);
}

static void compareFloats(const Tensor &expected, const Tensor &actual, Finding &finding) {
  double largest = 0, magnitude = 0;
  auto want = expected.as<float>(), have = actual.as<float>();
  for (size_t i = 0; i < want.size(); ++i) {
    if (want[i] == have[i] || (std::isnan(want[i]) && std::isnan(have[i])))
      continue;
    double difference = std::abs(static_cast<double>(want[i]) - have[i]);
    largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
    ++finding.differing;
  }
  for (float value : want)
    if (std::isfinite(value))
      magnitude = std::max(magnitude, std::abs(static_cast<double>(value)));
  finding.largest = largest == 0 ? 0 : largest / std::max(magnitude, 1e-30);
  finding.good = finding.largest <= floatBar;
}

static void compareBytes(const Tensor &expected, const Tensor &actual, bool oneStep, Finding &finding) {
  int64_t width = bytesOf(expected.type);
  for (int64_t i = 0; i < finding.elements; ++i) {
    const uint8_t *want = expected.bytes().data() + i * width, *have = actual.bytes().data() + i * width;
    if (std::memcmp(want, have, width) == 0)
      continue;
    ++finding.differing;
    bool isSigned = expected.type == ElementType::I8;
    int difference = width != 1 ? 2 : isSigned ? int8_t(*want) - int8_t(*have) : int(*want) - int(*have);
    finding.oneStepOff += oneStep && std::abs(difference) == 1;
  }
  finding.good = finding.differing == finding.oneStepOff;
}

FailureOr<std::vector<Finding>> verify::compare(ModuleOp network, const dnnc::isa::Program &program, const Simulation &run) {
  // Tensors of the run by name: what the program returns or keeps.
  std::map<std::string, size_t> rows;
  for (auto [index, row] : llvm::enumerate(program.tensors))
    if (row.kind == dnnc::isa::TensorKind::Output || row.kind == dnnc::isa::TensorKind::Observed || row.kind == dnnc::isa::TensorKind::Input)
      rows.emplace(row.name, index);

  func::FuncOp function = *network.getOps<func::FuncOp>().begin();
  llvm::DenseMap<Value, Tensor> values;
  std::vector<Finding> findings;
  try {
    for (BlockArgument argument : function.getArguments()) {
      auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "dnn.name");
      values[argument] = run.tensor(name.getValue().str());
    }
    for (Operation &op : function.getBody().front().without_terminator()) {
      auto inputs = llvm::map_to_vector(op.getOperands(), [&](Value operand) { return values.lookup(operand); });
      auto results = reference::evaluate(&op, inputs);
      if (failed(results))
        return failure();
      Tensor expected = (*results)[0];
      values[op.getResult(0)] = expected;
      auto names = op.getAttrOfType<ArrayAttr>("dnn.tensors");
      if (!names || names.empty() || llvm::isa<dnn::ConstantOp>(op))
        continue;
      auto row = rows.find(cast<StringAttr>(names[0]).getValue().str());
      if (row == rows.end())
        continue;
      Tensor actual = run.tensor(row->first);
      Finding finding;
      finding.node = program.nodes[program.tensors[row->second].node].id;
      finding.op = op.getName().stripDialect().str();
      finding.onnx = llvm::join(dnn::nodeNames(op.getLoc()), ", ");
      finding.tensor = row->first;
      finding.elements = expected.elementCount();
      if (actual.type != expected.type || actual.shape != expected.shape)
        return op.emitError("tensor '") << row->first << "' of the program has another type or shape; the program is not of this model";
      if (expected.type == ElementType::F32)
        compareFloats(expected, actual, finding);
      else
        compareBytes(expected, actual, isFloatByNature(&op), finding);
      findings.push_back(finding);
      // What follows is judged on what the run computed from.
      values[op.getResult(0)] = actual;
    }
  } catch (const Error &error) {
    return network.emitError(error.what());
  }
  return findings;
}
