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

namespace {
class Mover {
public:
  Mover(Model &model, Problems &problems) : model(model), problems(problems), files(model.path) {}

  void move(TensorProto &proto, const std::string &what) {
    std::string name = proto.name();
    int32_t onnxType = proto.data_type();
    FailureOr<Tensor> tensor = take(proto, what);
    if (succeeded(tensor))
      store(proto, name, onnxType, *tensor, model);
  }

  /// Writes the dense tensor of a sparse one.
  LogicalResult densify(onnx::SparseTensorProto &&sparse, const std::string &what, TensorProto &dense) {
    std::string name = sparse.values().name(), why;
    int32_t onnxType = sparse.values().data_type();
    FailureOr<Tensor> values = take(*sparse.mutable_values(), "the value tensor of " + what),
                      indices = take(*sparse.mutable_indices(), "the index tensor of " + what);
    if (failed(values) || failed(indices))
      return failure();
    std::vector<int64_t> shape(sparse.dims().begin(), sparse.dims().end());
    if (failed(reserve(shape, bytesOf(values->type), what)))
      return failure();
    FailureOr<Tensor> tensor = denseTensor(*values, *indices, shape, why);
    if (failed(tensor)) {
      problems.atModel() << what << " " << why;
      return failure();
    }
    store(dense, name, onnxType, *tensor, model);
    return success();
  }

private:
  FailureOr<Tensor> take(TensorProto &proto, const std::string &what) {
    std::string why;
    FailureOr<Tensor> tensor = proto.data_location() == TensorProto::EXTERNAL
                                   ? files.map(proto, why)
                                   : takeTensor(std::move(proto), why);
    if (failed(tensor))
      problems.atModel() << what << " " << why;
    return tensor;
  }

  /// A few bytes of a file may stand for a tensor of any size, so their sum has a limit.
  LogicalResult reserve(ArrayRef<int64_t> shape, int64_t elementBytes, const std::string &what) {
    constexpr int64_t most = int64_t(4) << 30;
    if (!isPossible(shape))
      return success(); // denseTensor refuses it
    int64_t bytes = elementBytes;
    for (int64_t dim : shape)
      bytes *= dim;
    if (bytes > most - denseBytes) {
      problems.atModel() << what << " has " << bytes << " bytes when it is dense"
                         << (denseBytes ? ", and the sparse tensors before it " + std::to_string(denseBytes)
                                        : "")
                         << "; need at most " << most
                         << " for all sparse tensors: write the large ones as dense external data";
      return failure();
    }
    denseBytes += bytes;
    return success();
  }

  Model &model;
  Problems &problems;
  ExternalFiles files;
  int64_t denseBytes = 0; ///< of the sparse tensors so far
};
} // namespace

void moveWeights(Model &model, Problems &problems) {
  Mover mover(model, problems);
  onnx::GraphProto &graph = *model.proto.mutable_graph();
  for (TensorProto &initializer : *graph.mutable_initializer())
    mover.move(initializer, "initializer '" + initializer.name() + "'");
  for (onnx::SparseTensorProto &sparse : *graph.mutable_sparse_initializer()) {
    std::string name = sparse.values().name();
    TensorProto &dense = *graph.add_initializer();
    dense.set_name(name); // for those that read it, also when it is refused
    if (name.empty())
      problems.atModel() << "has a sparse initializer without a name; its values bear it";
    else
      (void)mover.densify(std::move(sparse), "sparse initializer '" + name + "'", dense);
  }
  graph.clear_sparse_initializer();
  for (onnx::NodeProto &node : *graph.mutable_node())
    for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
      std::string what = "attribute '" + attribute.name() + "' of node '" + node.name() + "'";
      if (attribute.has_t())
        mover.move(*attribute.mutable_t(), what);
      if (node.op_type() != "Constant" || attribute.name() != "sparse_value" ||
          !attribute.has_sparse_tensor())
        continue;
      TensorProto dense;
      if (failed(mover.densify(std::move(*attribute.mutable_sparse_tensor()), what, dense)))
        continue;
      attribute.clear_sparse_tensor();
      attribute.set_name("value");
      attribute.set_type(onnx::AttributeProto::TENSOR);
      attribute.mutable_t()->Swap(&dense);
    }
}

} // namespace dnnc::onnximport
