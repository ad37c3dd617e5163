// The model between file and translation: ONNX's protobuf without its big tensors, which stand beside it. So
// the checks, the version conversion and the shape inference, all of which copy the protobuf, never touch a
// weight.
#pragma once

#include "dnnc/Tensor.h"
#include "lib/Import/Import.h"
#include "lib/Import/Problems.h"

#include <llvm/ADT/StringSet.h>
#include <llvm/Support/LogicalResult.h>
#include <onnx/onnx_pb.h>

#include <vector>

namespace dnnc::onnximport {

/// The most elements a tensor may have: more than a machine holds, and few enough that no count overflows.
inline constexpr int64_t mostElements = int64_t(1) << 40;

/// Whether all sizes are at least 0 and their product is at most mostElements.
bool isPossible(llvm::ArrayRef<int64_t> shape);

struct Model {
  std::string path;
  onnx::ModelProto proto;
  /// Tensors taken out of proto. In their place stands an external tensor at the location "#INDEX".
  std::vector<Tensor> weights;
  /// The tensors the model had when it was read, not those that conversion and expansion add.
  llvm::StringSet<> tensors;

  /// The values of a tensor of proto, wherever they are. Only for tensors that moveWeights has seen or that
  /// the onnx library made; failure when its bytes do not match its shape and type, with the reason in `why`.
  llvm::FailureOr<Tensor> values(const onnx::TensorProto &tensor, std::string &why) const;
};

/// Read.cpp: the protobuf or text file, parsed. Nothing of its content has been checked.
llvm::LogicalResult readModel(Model &model, Problems &problems);

/// Weights.cpp: moves big tensors of initializers and node attributes out of proto, maps those in external
/// files, and checks that every tensor has as many bytes as its shape and type need. Sparse initializers
/// become dense ones, the sparse_value of a Constant its value.
void moveWeights(Model &model, Problems &problems);

/// Tensors.cpp: the values of a tensor whose data stands in the protobuf, which is emptied where the bytes
/// can be kept.
llvm::FailureOr<Tensor> takeTensor(onnx::TensorProto &&tensor, std::string &why);
/// The shape of a tensor, when its sizes are possible.
llvm::FailureOr<std::vector<int64_t>> shapeOf(const onnx::TensorProto &tensor, std::string &why);
/// The dnnc type of an ONNX element type; none for one that dnnc does not hold.
std::optional<ElementType> elementTypeOf(int32_t onnxType);
/// ONNX's own name of an element type ("double").
std::string onnxTypeName(int32_t onnxType);

/// SparseTensors.cpp: the tensor of a shape with the values at the indices and zeros elsewhere.
llvm::FailureOr<Tensor> denseTensor(const Tensor &values, const Tensor &indices,
                                    llvm::ArrayRef<int64_t> shape, std::string &why);

/// ExternalData.cpp: a tensor's bytes in its external file, mapped.
class ExternalFiles {
public:
  explicit ExternalFiles(llvm::StringRef modelPath);
  llvm::FailureOr<Tensor> map(const onnx::TensorProto &tensor, std::string &why);

private:
  struct File {
    std::shared_ptr<const void> keeper;
    llvm::ArrayRef<char> bytes;
  };
  llvm::FailureOr<File> open(const std::string &location, std::string &why);

  std::string folder;
  std::map<std::string, File> files;
};

/// Structure.cpp: what must hold before the onnx library looks at the model.
void checkStructure(Model &model, Problems &problems);
/// Gives every node a unique name: its own, or OpType_INDEX when that is empty or taken. Remembers all
/// tensors' names.
void nameNodes(Model &model);
/// Lists all nodes whose operator has no converter; before functions are expanded, nor is one.
void checkOperators(const onnx::ModelProto &proto, bool expanded, Problems &problems);
/// Dims.cpp: binds symbolic dimensions and demands that every input is static.
void bindDims(Model &model, const std::map<std::string, int64_t> &dims, Problems &problems);

/// Prepare.cpp: the onnx checker, conversion to the newest opset, expansion of functions, shape inference.
llvm::LogicalResult prepareModel(Model &model, Problems &problems);
/// The version of the default domain the model imports.
int64_t opsetOf(const onnx::ModelProto &proto, llvm::StringRef domain = "");

} // namespace dnnc::onnximport
