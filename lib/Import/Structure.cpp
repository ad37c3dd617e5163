// What must hold before the onnx library looks at the model, said in words that help: its checker stops at
// the first problem and speaks of fields.
#include "lib/Import/Converters.h"
#include "lib/Import/Model.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/JSON.h>
#include <onnx/defs/schema.h>

namespace dnnc::onnximport {

using namespace llvm;

int64_t opsetOf(const onnx::ModelProto &proto, StringRef domain) {
  for (const auto &import : proto.opset_import())
    if (import.domain() == domain.str())
      return import.version();
  return 0;
}

/// "ai.onnx" is another name of the default domain; only the empty one stays.
static void normalizeDomains(onnx::ModelProto &proto) {
  for (auto &import : *proto.mutable_opset_import())
    if (import.domain() == "ai.onnx")
      import.set_domain("");
  for (auto &node : *proto.mutable_graph()->mutable_node())
    if (node.domain() == "ai.onnx")
      node.set_domain("");
}

static void checkOpset(onnx::ModelProto &proto, Problems &problems) {
  int64_t newest = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().LastReleaseVersionMap().at("");
  if (proto.opset_import_size() == 0) {
    problems.atModel() << "imports no operator set; need ai.onnx of version 7 to " << newest;
    return;
  }
  int64_t opset = opsetOf(proto);
  if (opset == 0) { // only operators of other domains; the translation itself needs none of ai.onnx
    auto *import = proto.add_opset_import();
    import->set_domain("");
    import->set_version(newest);
    return;
  }
  if (opset < 7 || opset > newest)
    problems.atModel() << "uses opset " << opset << " of ai.onnx; need 7 to " << newest
                       << ": convert it with onnx.version_converter";
}

/// Reports a cycle by the names of its nodes: from `start`, every node's first input that is not made yet
/// leads back.
static void reportCycle(const onnx::GraphProto &graph, const StringMap<int> &makers,
                        const std::vector<bool> &placed, int start, Problems &problems) {
  std::vector<int> order(graph.node_size(), -1), path;
  int node = start;
  while (order[node] < 0) {
    order[node] = path.size();
    path.push_back(node);
    for (const std::string &input : graph.node(node).input()) {
      auto maker = makers.find(input);
      if (maker != makers.end() && !placed[maker->second]) {
        node = maker->second;
        break;
      }
    }
  }
  std::string text = "'" + graph.node(node).name() + "'";
  for (size_t i = path.size(); i-- > static_cast<size_t>(order[node]);)
    text += " -> '" + graph.node(path[i]).name() + "'";
  problems.at(graph.node(node).name())
      << "the graph has a cycle: " << text << "; need a graph without cycles";
}

/// Every node reads only what stands before it.
static void checkOrder(const onnx::GraphProto &graph, Problems &problems) {
  StringMap<int> makers; // tensor → node
  StringSet<> known;
  for (const auto &input : graph.input())
    known.insert(input.name());
  for (const auto &initializer : graph.initializer())
    known.insert(initializer.name());
  for (int i = 0; i < graph.node_size(); ++i)
    for (const std::string &output : graph.node(i).output())
      if (!output.empty())
        makers.try_emplace(output, i);

  bool sorted = true;
  StringSet<> soFar;
  for (int i = 0; i < graph.node_size(); ++i) {
    const onnx::NodeProto &node = graph.node(i);
    for (const std::string &input : node.input()) {
      if (input.empty() || known.contains(input) || soFar.contains(input))
        continue;
      if (!makers.contains(input))
        problems.at(node.name()) << node.op_type() << " reads tensor '" << input
                                 << "', which no node makes and which is no input or initializer";
      else
        sorted = false;
    }
    for (const std::string &output : node.output())
      soFar.insert(output);
  }
  for (const auto &output : graph.output())
    if (!known.contains(output.name()) && !makers.contains(output.name()))
      problems.atModel() << "output '" << output.name() << "' is made by no node";
  if (sorted)
    return;

  // Places nodes whose inputs are there until none is left, or only those on and behind cycles.
  std::vector<bool> placed(graph.node_size(), false);
  bool moved = true;
  while (moved) {
    moved = false;
    for (int i = 0; i < graph.node_size(); ++i) {
      if (placed[i])
        continue;
      bool ready = all_of(graph.node(i).input(), [&](const std::string &input) {
        auto maker = makers.find(input);
        return maker == makers.end() || known.contains(input) || placed[maker->second];
      });
      if (ready)
        placed[i] = moved = true;
    }
  }
  auto stuck = llvm::find(placed, false);
  if (stuck != placed.end()) {
    reportCycle(graph, makers, placed, stuck - placed.begin(), problems);
    return;
  }
  for (int i = 0; i < graph.node_size(); ++i)
    for (const std::string &input : graph.node(i).input()) {
      auto maker = makers.find(input);
      if (!known.contains(input) && maker != makers.end() && maker->second > i)
        problems.at(graph.node(i).name())
            << graph.node(i).op_type() << " reads tensor '" << input << "' before node '"
            << graph.node(maker->second).name() << "' makes it; need nodes in topological order";
    }
}

void nameNodes(Model &model) {
  onnx::GraphProto &graph = *model.proto.mutable_graph();
  for (const auto &initializer : graph.initializer())
    model.tensors.insert(initializer.name());
  for (const auto &sparse : graph.sparse_initializer())
    model.tensors.insert(sparse.values().name());
  for (const auto &node : graph.node())
    for (const std::string &output : node.output())
      model.tensors.insert(output);
  StringSet<> taken;
  std::vector<int> unnamed;
  for (int i = 0; i < graph.node_size(); ++i)
    if (graph.node(i).name().empty() || !taken.insert(graph.node(i).name()).second)
      unnamed.push_back(i);
  for (int i : unnamed) {
    std::string base = graph.node(i).op_type() + "_" + std::to_string(i), name = base;
    for (int k = 1; !taken.insert(name).second; ++k)
      name = base + "_" + std::to_string(k);
    graph.mutable_node(i)->set_name(name);
  }
}

/// Names go into programs, reports and JSON, all of which are UTF-8.
static void checkNames(const onnx::GraphProto &graph, Problems &problems) {
  auto check = [&](StringRef what, StringRef name) {
    if (!json::isUTF8(name))
      problems.atModel() << "has " << what << " whose name is not UTF-8: '" << json::fixUTF8(name) << "'";
  };
  for (const auto &input : graph.input())
    check("an input", input.name());
  for (const auto &output : graph.output())
    check("an output", output.name());
  for (const auto &initializer : graph.initializer())
    check("an initializer", initializer.name());
  for (const auto &node : graph.node()) {
    check("a node", node.name());
    for (const std::string &output : node.output())
      check("a tensor", output);
  }
}

void checkStructure(Model &model, Problems &problems) {
  normalizeDomains(model.proto);
  checkOpset(model.proto, problems);
  onnx::GraphProto &graph = *model.proto.mutable_graph();
  // Before IR version 4 every initializer was also an input; here such an input is the constant it starts as.
  StringSet<> initializers;
  for (const auto &initializer : graph.initializer())
    if (!initializers.insert(initializer.name()).second)
      problems.atModel() << "has two initializers named '" << initializer.name() << "'";
  auto *inputs = graph.mutable_input();
  for (int i = inputs->size(); i-- > 0;)
    if (initializers.contains(inputs->Get(i).name()))
      inputs->DeleteSubrange(i, 1);
  if (model.proto.ir_version() < 4)
    model.proto.set_ir_version(4);
  checkNames(graph, problems);
  checkOrder(graph, problems);
}

void checkOperators(const onnx::ModelProto &proto, bool expanded, Problems &problems) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> unsupported;
  for (const auto &node : proto.graph().node()) {
    const OpConverter *row = findConverter(node.domain(), node.op_type());
    if ((row && row->convert) || (!expanded && canExpand(proto, node)))
      continue;
    unsupported[{node.domain(), node.op_type()}].push_back(node.name());
  }
  if (unsupported.empty())
    return;
  size_t count = 0;
  std::string text;
  for (const auto &[op, nodes] : unsupported) {
    count += nodes.size();
    text += "\n  " + (op.first.empty() ? "ai.onnx" : op.first) + "." + op.second + ": ";
    text += join(map_range(nodes, [](const std::string &name) { return "'" + name + "'"; }), ", ");
  }
  problems.atModel() << "uses " << unsupported.size()
                     << (unsupported.size() == 1 ? " operator" : " operators")
                     << " dnnc does not support, in " << count << (count == 1 ? " node:" : " nodes:") << text;
}

} // namespace dnnc::onnximport
