#include "lib/Import/Model.h"

namespace dnnc::onnximport {

using namespace llvm;
using onnx::TensorProto;

/// Tensors below this stay in the protobuf: the onnx library reads shapes, axes and scales from them.
constexpr int64_t bigBytes = 1024;
/// Shape inference propagates int64 and int32 vectors, and refuses them when their data is external.
constexpr int64_t bigVectorBytes = 65536;

static bool isBig(const Tensor &tensor) {
  bool mayBeShape =
      (tensor.type == ElementType::I64 || tensor.type == ElementType::I32) && tensor.rank() <= 1;
  return tensor.byteCount() >= (mayBeShape ? bigVectorBytes : bigBytes);
}

/// Puts a tensor back into the protobuf: by reference when big, else as raw data.
static void store(TensorProto &proto, const std::string &name, int32_t onnxType, const Tensor &tensor,
                  Model &model) {
  proto.Clear();
  proto.set_name(name);
  proto.set_data_type(onnxType);
  for (int64_t dim : tensor.shape)
    proto.add_dims(dim);
  if (!isBig(tensor)) {
    proto.set_raw_data(tensor.bytes().data(), tensor.bytes().size());
    return;
  }
  proto.set_data_location(TensorProto::EXTERNAL);
  auto *entry = proto.add_external_data();
  entry->set_key("location");
  entry->set_value("#" + std::to_string(model.weights.size()));
  model.weights.push_back(tensor);
}

static void move(TensorProto &proto, const std::string &what, Model &model, ExternalFiles &files,
                 Problems &problems) {
  std::string why, name = proto.name();
  int32_t onnxType = proto.data_type();
  FailureOr<Tensor> tensor = proto.data_location() == TensorProto::EXTERNAL
                                 ? files.map(proto, why)
                                 : takeTensor(std::move(proto), why);
  if (failed(tensor))
    problems.atModel() << what << " " << why;
  else
    store(proto, name, onnxType, *tensor, model);
}

void moveWeights(Model &model, Problems &problems) {
  ExternalFiles files(model.path);
  onnx::GraphProto &graph = *model.proto.mutable_graph();
  for (TensorProto &initializer : *graph.mutable_initializer())
    move(initializer, "initializer '" + initializer.name() + "'", model, files, problems);
  for (onnx::NodeProto &node : *graph.mutable_node())
    for (onnx::AttributeProto &attribute : *node.mutable_attribute())
      if (attribute.has_t())
        move(*attribute.mutable_t(), "attribute '" + attribute.name() + "' of node '" + node.name() + "'",
             model, files, problems);
}

} // namespace dnnc::onnximport
