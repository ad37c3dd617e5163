#ifndef DNNC_FUSE_PASSES
#define DNNC_FUSE_PASSES

include "mlir/Pass/PassBase.td"

class Dnn_Pass<string name> : Pass<name, "::mlir::func::FuncOp"> {
  let dependentDialects = ["::dnnc::dnn::DnnDialect"];
}

def FuseBatchNorm : Dnn_Pass<"fuse-batch-norm"> {
  let summary = "folds per-channel factors and offsets into the product before them";
  let description = [{
    A chain of batch_norm, and of add, sub, mul, div by constants that differ at most per channel, is one affine
    function a·x + b of each channel, computed in double and rounded once. Behind a float conv, conv_transpose or matmul
    with constant weights that has no other user, a and b go into its weights and bias. Elsewhere a chain that has a
    batch_norm becomes one mul and one add with constants; a chain without one stays as it is.

    A tensor inside the chain that has another user, or is returned, ends the chain there.

    Example: `dnnc-opt --fuse-batch-norm network.mlir`
  }];
}

def DecomposePools : Dnn_Pass<"decompose-pools"> {
  let summary = "pools whose window is the whole input become reductions";
  let description = [{
    A max_pool or avg_pool of one output position without padding is a reduce over the two spatial dimensions, which has
    no window to move.

    Example: `dnnc-opt --decompose-pools network.mlir`
  }];
}

def DecomposeNormalizations : Dnn_Pass<"decompose-normalizations"> {
  let summary = "lrn, softmax, log_softmax and batch_norm become primitive ops";
  let description = [{
    - lrn: x / (bias + alpha/size · window_sum(x·x))^beta
    - softmax: e / Σe with e = exp(x - max x); log_softmax: d - ln Σ exp(d) with d = x - max x
    - batch_norm: x·a + b, with a = scale / √(variance + epsilon) and b = bias - mean·a computed at run time where the
      statistics are no constants (fuse-batch-norm takes those that are)

    They are float by nature: quantized operands are dequantized before, results quantized behind.

    Example: `dnnc-opt --decompose-normalizations network.mlir`
  }];
}

def DecomposeConvTranspose : Dnn_Pass<"decompose-conv-transpose"> {
  let summary = "conv_transpose becomes a convolution and a rearrangement";
  let description = [{
    With strides s × t, output positions of one remainder modulo (s, t) see the same ⌈R/s⌉ × ⌈S/t⌉ taps of the kernel.
    So the s·t remainders ("phases") are output channels of one ordinary convolution at the input's resolution, with
    the kernel's taps dealt out to them (missing ones are zero: the weights' zero point), whose channels are then
    interleaved into space (reshape, transpose, reshape, slice). No product is with an inserted zero. Integer results
    are the same bit for bit. Weights have to be constant; a dilated kernel is first spread out.

    Example: `dnnc-opt --decompose-conv-transpose network.mlir`
  }];
}

def DecomposeResize : Dnn_Pass<"decompose-resize"> {
  let summary = "resize becomes movement, and linear interpolation between two gathered neighbours";
  let description = [{
    Dimension by dimension: nearest is a repetition (reshape, expand, reshape) where every element is repeated equally
    often, a slice where elements are skipped regularly, otherwise a gather by constant indices. Linear is
    x[low]·(1 - w) + x[high]·w with constant indices and weights, in float32. Cubic is refused.

    Example: `dnnc-opt --decompose-resize network.mlir`
  }];
}

def FuseOutputPath : Dnn_Pass<"fuse-output-path"> {
  let summary = "decides which ops run as one group of the accelerator";
  let description = [{
    Writes `dnn.group` on ops and changes nothing else; groups are numbered in program order.

    - A conv or matmul, the relu and clip behind it, and functions of its 8-bit result (tables of the output path).
    - Trees of element-wise ops of one result shape, up to 4 tensors in and 24 ops.
    - Every other op by itself; constants, reshapes and storage_casts are in no group.

    A value that is returned or has several users ends its group: it is observable. A group that is there already stays.

    Example: `dnnc-opt --fuse-output-path network.mlir`
  }];
}

def Observe : Dnn_Pass<"observe"> {
  let summary = "returns intermediate tensors";
  let description = [{
    Appends the tensors with the given names, or of the ONNX nodes with those names, to the function's results, marked
    `dnn.observed` and named `dnn.name`; `all` takes every tensor that has a name and is no constant. What is returned
    already is not returned twice. An unknown name is an error that lists similar ones: tensors that were folded away
    (a float tensor between a product and its quantize, say) exist no longer.

    Example: `dnnc-opt --observe="nodes=conv1,relu_3" network.mlir`
  }];
  let options = [
    ListOption<"nodes", "nodes", "std::string", "names of tensors or nodes, or all">
  ];
}

#endif
