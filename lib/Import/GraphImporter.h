// The translation of a prepared model: a module with one function, an op (or a few) per node.
#pragma once

#include "lib/Import/Model.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/OwningOpRef.h>

#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSet.h>

namespace dnnc::onnximport {

class Node;

class GraphImporter {
public:
  GraphImporter(Model &model, Problems &problems);

  /// The module, or null after all nodes were tried and their problems reported.
  mlir::OwningOpRef<mlir::ModuleOp> run();

  /// The value of a tensor; null when the node that makes it failed. An initializer becomes a constant at
  /// first use.
  mlir::Value value(llvm::StringRef tensor);
  void bind(llvm::StringRef tensor, mlir::Value value) { values[tensor] = value; }
  /// The shape that ONNX's inference gives a tensor, where it is complete.
  const llvm::SmallVector<int64_t> *inferredShape(llvm::StringRef tensor) const;

  mlir::Location locationOf(llvm::StringRef node) const { return problems.locationOf(node); }
  Model &getModel() { return model; }
  Problems &getProblems() { return problems; }

  mlir::OpBuilder builder;

private:
  void addArguments(mlir::func::FuncOp function);
  void addNode(const onnx::NodeProto &proto);
  void addReturn(mlir::func::FuncOp function);
  void rememberShapes();

  Model &model;
  Problems &problems;
  llvm::StringMap<mlir::Value> values;
  llvm::StringMap<const onnx::TensorProto *> initializers;
  llvm::StringMap<llvm::SmallVector<int64_t>> inferred;
};

} // namespace dnnc::onnximport
