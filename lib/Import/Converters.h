// The table of operators: a row per operator, in the family file that translates it.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/LogicalResult.h>
#include <onnx/onnx_pb.h>

namespace dnnc::onnximport {

class Node;

struct OpConverter {
  llvm::StringRef domain; // empty for ai.onnx
  llvm::StringRef op;
  int since; // first opset of the domain that is read
  /// Builds the node's dnn ops; null when the operator's standard definition, a graph of others, takes its
  /// place.
  llvm::LogicalResult (*convert)(Node &);
  llvm::StringRef limits = ""; // what is refused, for the page of supported operators
};

inline constexpr llvm::StringLiteral microsoft = "com.microsoft";

llvm::ArrayRef<OpConverter> convConverters();
llvm::ArrayRef<OpConverter> poolConverters();
llvm::ArrayRef<OpConverter> elementwiseConverters();
llvm::ArrayRef<OpConverter> logicConverters();
llvm::ArrayRef<OpConverter> movementConverters();
llvm::ArrayRef<OpConverter> reshapeConverters();
llvm::ArrayRef<OpConverter> reduceConverters();
llvm::ArrayRef<OpConverter> normalizeConverters();
llvm::ArrayRef<OpConverter> quantizedConverters();
llvm::ArrayRef<OpConverter> constantConverters();
llvm::ArrayRef<OpConverter> resizeConverters();

/// All rows, sorted by domain and operator.
llvm::ArrayRef<OpConverter> opConverters();
/// The row of an operator, or null.
const OpConverter *findConverter(llvm::StringRef domain, llvm::StringRef op);
/// Whether a node stands for a graph of others: a function of the model, or an operator whose row says so.
bool canExpand(const onnx::ModelProto &proto, const onnx::NodeProto &node);

} // namespace dnnc::onnximport
