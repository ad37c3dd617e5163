#include "lib/Import/Converters.h"
#include "lib/Import/Model.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSet.h>
#include <onnx/checker.h>
#include <onnx/inliner/inliner.h>
#include <onnx/shape_inference/implementation.h>
#include <onnx/version_converter/convert.h>

namespace dnnc::onnximport {

using namespace llvm;

/// Writes out the default attributes of nodes that stand for a graph of others: the onnx library leaves out
/// of such a graph what the node does not say.
static void writeDefaults(onnx::ModelProto &proto) {
  int64_t opset = opsetOf(proto);
  for (auto &node : *proto.mutable_graph()->mutable_node()) {
    const onnx::OpSchema *schema = canExpand(proto, node)
                                       ? onnx::OpSchemaRegistry::Schema(node.op_type(), opset, node.domain())
                                       : nullptr;
    if (!schema)
      continue;
    for (const auto &[name, attribute] : schema->attributes()) {
      bool given = llvm::any_of(node.attribute(), [&](const auto &have) { return have.name() == name; });
      if (!given && attribute.default_value.has_type())
        *node.add_attribute() = attribute.default_value;
    }
  }
}

/// Gives initializers, and inputs that are left out, the entries in which the onnx library looks up types.
static void writeTypes(onnx::GraphProto &graph) {
  for (const auto &initializer : graph.initializer()) {
    auto *info = graph.add_value_info();
    info->set_name(initializer.name());
    auto *type = info->mutable_type()->mutable_tensor_type();
    type->set_elem_type(initializer.data_type());
    auto *shape = type->mutable_shape();
    for (int64_t dim : initializer.dims())
      shape->add_dim()->set_dim_value(dim);
  }
  graph.add_value_info()->set_name("");
}

/// Replaces nodes by the graphs that the standard defines their operators with. Such graphs may use such
/// operators again, hence the rounds.
static LogicalResult expandFunctions(Model &model, Problems &problems) {
  for (int round = 0; round < 4; ++round) {
    onnx::inliner::FunctionIdVector functions;
    for (const auto &node : model.proto.graph().node())
      if (canExpand(model.proto, node))
        functions.push_back({node.domain(), node.op_type()});
    if (functions.empty())
      return success();
    if (round == 0)
      writeTypes(*model.proto.mutable_graph());
    writeDefaults(model.proto);
    if (auto why = messageOfFailure([&] {
          onnx::inliner::InlineSelectedFunctions(model.proto,
                                                 *onnx::inliner::FunctionIdSet::Create(std::move(functions)),
                                                 onnx::OpSchemaRegistry::Instance());
        })) {
      problems.atModel() << "has operators whose standard definition cannot be expanded: " << *why;
      return failure();
    }
  }
  return success();
}

/// Names the nodes that conversion and expansion made after the node they came from. Those they put in its
/// place stand before the node, or before the one that makes its outputs.
static void nameNewNodes(onnx::GraphProto &graph, const StringMap<std::string> &nodeOfTensor) {
  StringSet<> taken;
  for (const auto &node : graph.node())
    taken.insert(node.name());
  std::string owner;
  for (int i = graph.node_size(); i-- > 0;) {
    onnx::NodeProto &node = *graph.mutable_node(i);
    if (!node.name().empty()) {
      owner = node.name();
      continue;
    }
    auto made = llvm::find_if(node.output(),
                              [&](const std::string &tensor) { return nodeOfTensor.contains(tensor); });
    std::string name;
    if (made != node.output().end()) {
      name = owner = nodeOfTensor.lookup(*made);
      if (taken.insert(name).second) {
        node.set_name(name);
        continue;
      }
    }
    name = (owner.empty() ? "" : owner + "/") + node.op_type();
    std::string unique = name;
    for (int k = 1; !taken.insert(unique).second; ++k)
      unique = name + "_" + std::to_string(k);
    node.set_name(unique);
  }
}

/// The version converter makes a Resize of opset 11 from Upsample and older Resize nodes without saying that
/// their coordinates are asymmetric; how they round depends on the scales, so that is left to the
/// translation.
static void keepOldResize(onnx::GraphProto &graph, const StringSet<> &oldResizes) {
  for (auto &node : *graph.mutable_node()) {
    if (node.op_type() != "Resize" || !oldResizes.contains(node.output(0)))
      continue;
    auto say = [&](const char *name, const char *value) {
      auto *attribute = node.add_attribute();
      attribute->set_name(name);
      attribute->set_type(onnx::AttributeProto::STRING);
      attribute->set_s(value);
    };
    say("coordinate_transformation_mode", "asymmetric");
    say("nearest_mode", "dnnc.legacy");
  }
}

static void inferShapes(onnx::ModelProto &proto) {
  // Not strict: the check before was, and the translation computes every shape itself.
  onnx::ShapeInferenceOptions options(/*check_type_val=*/false, /*strict_mode_val=*/0,
                                      /*data_prop_val=*/true);
  (void)messageOfFailure(
      [&] { onnx::shape_inference::InferShapes(proto, onnx::OpSchemaRegistry::Instance(), options); });
}

/// The onnx checker with shape inference. It wants every output's shape, which many a tool leaves out and the
/// translation computes itself.
static void check(const onnx::ModelProto &proto) {
  onnx::ModelProto checked = proto;
  auto *outputs = checked.mutable_graph()->mutable_output();
  for (int i = outputs->size(); i-- > 0;)
    if (!outputs->Get(i).type().tensor_type().has_shape())
      outputs->DeleteSubrange(i, 1);
  onnx::checker::check_model(checked, /*full_check=*/true);
}

/// Reports what the checker says; what shape inference says of single nodes, "(op_type:OP, node name: NODE):
/// TEXT" one after the other, at those nodes.
static void reportCheck(StringRef message, Problems &problems) {
  auto [before, rest] = message.split("(op_type:");
  if (rest.empty() || !rest.contains("node name: ")) {
    problems.atModel() << "is refused by the ONNX checker: " << message;
    return;
  }
  while (!rest.empty()) {
    auto [entry, next] = rest.split(" (op_type:");
    auto [head, text] = entry.split("): ");
    auto [op, node] = head.split(", node name: ");
    problems.at(node) << op << ": " << text.trim();
    rest = next;
  }
}

LogicalResult prepareModel(Model &model, Problems &problems) {
  onnx::ModelProto &proto = model.proto;
  writeDefaults(proto);
  if (auto why = messageOfFailure([&] { check(proto); })) {
    reportCheck(*why, problems);
    return failure();
  }

  StringMap<std::string> nodeOfTensor;
  StringSet<> oldResizes; // by output
  for (const auto &node : proto.graph().node()) {
    for (const std::string &output : node.output())
      if (!output.empty())
        nodeOfTensor[output] = node.name();
    if (opsetOf(proto) < 11 && (node.op_type() == "Upsample" || node.op_type() == "Resize"))
      oldResizes.insert(node.output(0));
  }

  if (proto.functions_size() > 0)
    if (auto why =
            messageOfFailure([&] { onnx::inliner::InlineLocalFunctions(proto, /*convert_version=*/true); })) {
      problems.atModel() << "has functions that cannot be inlined: " << *why;
      return failure();
    }

  int64_t newest = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().LastReleaseVersionMap().at("");
  if (opsetOf(proto) < newest) {
    onnx::ModelProto converted;
    auto why = messageOfFailure([&] { converted = onnx::version_conversion::ConvertVersion(proto, newest); });
    if (!why) {
      proto.Swap(&converted);
      keepOldResize(*proto.mutable_graph(), oldResizes);
    } else // converters read attributes and inputs of every opset, so the model can stay as it is
      emitRemark(problems.locationOf(model.path))
          << "stays at opset " << opsetOf(proto)
          << ", which the ONNX version converter cannot raise: " << *why;
  }
  if (failed(expandFunctions(model, problems)))
    return failure();
  nameNewNodes(*proto.mutable_graph(), nodeOfTensor);
  checkOperators(proto, /*expanded=*/true, problems);
  inferShapes(proto);
  return success(!problems.any());
}

} // namespace dnnc::onnximport
