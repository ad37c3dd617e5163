#include "lib/Import/GraphImporter.h"

#include "lib/Import/Node.h"
#include "lib/Reference/Reference.h"

#include <mlir/IR/Verifier.h>

namespace dnnc::onnximport {

using namespace mlir;

GraphImporter::GraphImporter(Model &model, Problems &problems)
    : builder(&problems.getContext()), model(model), problems(problems) {
  for (const auto &initializer : model.proto.graph().initializer())
    initializers[initializer.name()] = &initializer;
}

void GraphImporter::rememberShapes() {
  auto remember = [&](const onnx::ValueInfoProto &value) {
    if (!value.type().has_tensor_type() || !value.type().tensor_type().has_shape())
      return;
    SmallVector<int64_t> shape;
    for (const auto &dim : value.type().tensor_type().shape().dim()) {
      if (!dim.has_dim_value())
        return;
      shape.push_back(dim.dim_value());
    }
    inferred[value.name()] = shape;
  };
  llvm::for_each(model.proto.graph().value_info(), remember);
  llvm::for_each(model.proto.graph().output(), remember);
}

const SmallVector<int64_t> *GraphImporter::inferredShape(StringRef tensor) const {
  auto found = inferred.find(tensor);
  return found == inferred.end() ? nullptr : &found->second;
}

Value GraphImporter::value(StringRef tensor) {
  if (auto known = values.find(tensor); known != values.end())
    return known->second;
  auto initializer = initializers.find(tensor);
  if (initializer == initializers.end())
    return {};
  std::string why;
  FailureOr<Tensor> content = model.values(*initializer->second, why);
  if (failed(content)) {
    problems.atModel() << "initializer '" << tensor << "' " << why;
    return {};
  }
  auto type = RankedTensorType::get(content->shape, plainElement(builder, content->type));
  auto constant = reference::makeConstant(builder, locationOf(tensor), *content, type);
  if (model.tensors.contains(tensor))
    dnn::setTensorNames(constant, tensor);
  return values[tensor] = constant;
}

void GraphImporter::addArguments(func::FuncOp function) {
  Block &block = *function.addEntryBlock();
  builder.setInsertionPointToStart(&block);
  for (const auto &[index, input] : llvm::enumerate(model.proto.graph().input())) {
    function.setArgAttr(index, dnn::nameAttr, builder.getStringAttr(input.name()));
    values[input.name()] = block.getArgument(index);
  }
}

void GraphImporter::addNode(const onnx::NodeProto &proto) {
  const OpConverter *row = findConverter(proto.domain(), proto.op_type());
  Node node(*this, proto, opsetOf(model.proto, proto.domain()));
  // What depends on a failed node fails with it, silently: its problem has been said.
  bool ready = row && row->convert && llvm::all_of(proto.input(), [&](const std::string &input) {
                 return input.empty() || value(input);
               });
  bool done = ready && succeeded(node.checkInputs()) && succeeded(row->convert(node)) && !node.isTooLarge();
  for (Operation *op : node.made())
    if (failed(verify(op))) {
      problems.add();
      done = false;
    }
  for (const auto &[index, output] : llvm::enumerate(proto.output())) {
    if (output.empty())
      continue;
    if (done && !values.contains(output))
      node.error() << "output " << index << " ('" << output << "') is not supported; need a model without it";
    if (!done || !values.contains(output))
      values[output] = {};
  }
}

void GraphImporter::addReturn(func::FuncOp function) {
  SmallVector<Value> results;
  for (const auto &output : model.proto.graph().output()) {
    Value result = value(output.name());
    if (!result)
      return;
    if (dnn::isQuantized(result.getType())) // the network's interface has plain integers, as ONNX's
      result = dnn::StorageCastOp::create(
          builder, result.getLoc(),
          dnn::withElementType(Node::typeOf(result), dnn::storageType(result.getType())), result);
    results.push_back(result);
  }
  func::ReturnOp::create(builder, function.getLoc(), results);
  function.setFunctionType(
      builder.getFunctionType(function.getFunctionType().getInputs(), ValueRange(results).getTypes()));
  for (const auto &[index, output] : llvm::enumerate(model.proto.graph().output()))
    function.setResultAttr(index, dnn::nameAttr, builder.getStringAttr(output.name()));
}

/// Constants that were given a quantized type, shape arithmetic, and nodes that no output depends on.
static void eraseUnused(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (!op.hasTrait<OpTrait::IsTerminator>() && op.use_empty())
      op.erase();
}

OwningOpRef<ModuleOp> GraphImporter::run() {
  Location location = locationOf(model.path);
  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  builder.setInsertionPointToStart(module->getBody());
  SmallVector<Type> inputs;
  for (const auto &input : model.proto.graph().input()) {
    SmallVector<int64_t> shape;
    for (const auto &dim : input.type().tensor_type().shape().dim())
      shape.push_back(dim.dim_value());
    inputs.push_back(RankedTensorType::get(
        shape, plainElement(builder, *elementTypeOf(input.type().tensor_type().elem_type()))));
  }
  auto function = func::FuncOp::create(builder, location, "main", builder.getFunctionType(inputs, {}));
  // The result types are known at the end; an empty body would be a declaration.
  rememberShapes();
  addArguments(function);
  for (const auto &node : model.proto.graph().node())
    addNode(node);
  addReturn(function);
  if (problems.any())
    return {};
  eraseUnused(function.getBody().front());
  if (failed(verify(*module)))
    return {};
  return module;
}

} // namespace dnnc::onnximport
