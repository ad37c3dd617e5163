// Symbolic dimensions of the graph's inputs get their values; everything after works on static shapes.
#include "lib/Import/Model.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSet.h>

namespace dnnc::onnximport {

using namespace llvm;

static std::string nameOf(const onnx::ValueInfoProto &value, int index) {
  const auto &dim = value.type().tensor_type().shape().dim(index);
  return dim.has_dim_param() && !dim.dim_param().empty() ? dim.dim_param()
                                                         : value.name() + "." + std::to_string(index);
}

static void bindAll(google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &values,
                    const std::map<std::string, int64_t> &dims) {
  for (auto &value : values) {
    if (!value.type().has_tensor_type() || !value.type().tensor_type().has_shape())
      continue;
    auto &shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
    for (int i = 0; i < shape.dim_size(); ++i)
      if (!shape.dim(i).has_dim_value())
        if (auto bound = dims.find(nameOf(value, i)); bound != dims.end())
          shape.mutable_dim(i)->set_dim_value(bound->second);
  }
}

void bindDims(Model &model, const std::map<std::string, int64_t> &dims, Problems &problems) {
  onnx::GraphProto &graph = *model.proto.mutable_graph();
  std::vector<std::string> names; // of all symbolic dimensions of inputs, in order
  StringSet<> seen;
  for (const auto &input : graph.input()) {
    const auto &type = input.type();
    if (!type.has_tensor_type()) {
      problems.atModel() << "input '" << input.name() << "' is not a tensor; need tensors";
      continue;
    }
    if (!elementTypeOf(type.tensor_type().elem_type()))
      problems.atModel() << "input '" << input.name() << "' has elements of "
                         << onnxTypeName(type.tensor_type().elem_type())
                         << "; need float, int8, uint8, int16, int32, int64 or bool";
    if (!type.tensor_type().has_shape()) {
      problems.atModel() << "input '" << input.name()
                         << "' has no shape; need one (onnx.tools.update_model_dims)";
      continue;
    }
    for (int i = 0; i < type.tensor_type().shape().dim_size(); ++i) {
      const auto &dim = type.tensor_type().shape().dim(i);
      if (dim.has_dim_value()) {
        if (dim.dim_value() < 1)
          problems.atModel() << "input '" << input.name() << "' has size " << dim.dim_value()
                             << " in dimension " << i << "; need at least 1";
      } else if (std::string name = nameOf(input, i); seen.insert(name).second) {
        names.push_back(name);
      }
    }
  }

  for (const auto &[name, value] : dims) {
    if (value < 1)
      problems.atModel() << "--dim " << name << "=" << value << ": a dimension needs at least 1";
    if (seen.contains(name))
      continue;
    auto diagnostic = problems.atModel();
    diagnostic << "--dim " << name << "=" << value << ": no input has a dimension of this name";
    if (!names.empty())
      diagnostic << "; there are " << join(names, ", ");
  }
  std::vector<std::string> unbound;
  for (const std::string &name : names)
    if (!dims.count(name))
      unbound.push_back(name);
  if (!unbound.empty())
    problems.atModel() << "has " << unbound.size() << " input "
                       << (unbound.size() == 1 ? "dimension" : "dimensions") << " without a value; give "
                       << join(map_range(unbound,
                                         [](const std::string &name) { return "--dim " + name + "=N"; }),
                               " ");
  bindAll(*graph.mutable_input(), dims);
  for (const auto &input : graph.input()) {
    llvm::SmallVector<int64_t> shape;
    for (const auto &dim : input.type().tensor_type().shape().dim())
      shape.push_back(std::max<int64_t>(dim.dim_value(), 1)); // others have been reported
    if (!isPossible(shape))
      problems.atModel() << "input '" << input.name() << "' has more than " << mostElements << " elements";
  }
  bindAll(*graph.mutable_output(), dims);
  bindAll(*graph.mutable_value_info(), dims);
}

} // namespace dnnc::onnximport
