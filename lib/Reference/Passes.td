// The passes built on the reference interpreter.
#ifndef DNNC_REFERENCE_PASSES
#define DNNC_REFERENCE_PASSES

include "mlir/Pass/PassBase.td"

def FoldConstants : Pass<"dnn-fold-constants"> {
  let summary = "computes what depends on constants only";
  let description = [{
    Replaces every dnn op whose operands are all constants by its value, which the reference interpreter
    computes, and erases constants that nothing uses any more. The value keeps the op's location and its
    `dnn.tensors`.

    A value larger than all its operands together is computed only up to `limit` bytes (an expanded tensor, an
    outer product), and nothing beyond `memory` bytes is; but rearranging equal elements costs nothing, so it
    always folds.

    `dnn.dequantize` stays, since the ops behind it may become integer ops that want the quantized constant;
    the option `dequantize` folds it too.

    ```mlir
    %a = dnn.constant {value = dense<[1, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
    %b = dnn.constant {value = dense<3> : tensor<2xi64>} : () -> tensor<2xi64>
    %c = dnn.mul %a, %b : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
    ```
    becomes
    ```mlir
    %c = dnn.constant {value = dense<[3, 6]> : tensor<2xi64>} : () -> tensor<2xi64>
    ```
  }];
  let options = [
    Option<"dequantize", "dequantize", "bool", "false", "Fold dnn.dequantize as well">,
    Option<"limit", "limit", "int64_t", "65536",
           "Bytes up to which a value may be larger than its operands">,
    Option<"memory", "memory", "int64_t", "int64_t(2) << 30",
           "Bytes that operands and value may take while folding">,
  ];
  let dependentDialects = ["::dnnc::dnn::DnnDialect"];
}

def TestReferenceEvaluate : Pass<"test-reference-evaluate", "::mlir::ModuleOp"> {
  let summary = "prints what each function without arguments returns";
  let description = [{
    For tests of the reference interpreter. Functions are evaluated in order; each prints its name and one line
    per result to stdout, quantized tensors as stored.
  }];
}

#endif
