"""Builds an ONNX model node by node. Weights get their values afterwards (weights.py)."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Builder:
    def __init__(self, name: str, opset: int):
        self.name, self.opset = name, opset
        self.nodes, self.initializers, self.inputs = [], [], []
        self.channels: dict[str, int] = {}  # of image tensors

    def input(self, name: str, shape: list[int]) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        self.channels[name] = shape[1]
        return name

    def node(
        self,
        op: str,
        inputs: list[str],
        name: str | None = None,
        outputs: int = 1,
        channels: int | None = None,
        **attributes,
    ):
        """Adds a node; returns its output's name, or the list of them when it has several."""
        name = name or f"{op.lower()}_{len(self.nodes)}"
        names = [f"{name}_out" if outputs == 1 else f"{name}_out{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=name, **attributes))
        for tensor in names:
            self.channels[tensor] = channels if channels is not None else self.channels.get(inputs[0], 0)
        return names[0] if outputs == 1 else names

    def constant(self, name: str, value) -> str:
        if all(t.name != name for t in self.initializers):
            self.initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def parameter(self, name: str, shape) -> str:
        return self.constant(name, np.zeros(shape, np.float32))

    def conv(
        self, x: str, out: int, kernel: int, name: str, stride=1, group=1, bias=True, dilation=1, pad=None
    ) -> str:
        pad = dilation * (kernel - 1) // 2 if pad is None else pad
        inputs = [x, self.parameter(f"{name}.weight", (out, self.channels[x] // group, kernel, kernel))]
        if bias:
            inputs.append(self.parameter(f"{name}.bias", (out,)))
        return self.node(
            "Conv",
            inputs,
            name,
            channels=out,
            kernel_shape=[kernel] * 2,
            strides=[stride] * 2,
            pads=[pad] * 4,
            dilations=[dilation] * 2,
            group=group,
        )

    def conv_transpose(self, x: str, out: int, kernel: int, stride: int, name: str) -> str:
        inputs = [
            x,
            self.parameter(f"{name}.weight", (self.channels[x], out, kernel, kernel)),
            self.parameter(f"{name}.bias", (out,)),
        ]
        return self.node(
            "ConvTranspose", inputs, name, channels=out, kernel_shape=[kernel] * 2, strides=[stride] * 2
        )

    def batch_norm(self, x: str, name: str) -> str:
        c = self.channels[x]
        inputs = [x] + [
            self.parameter(f"{name}.{p}", (c,)) for p in ("weight", "bias", "running_mean", "running_var")
        ]
        return self.node("BatchNormalization", inputs, name, epsilon=1e-5)

    def linear(self, x: str, inner: int, out: int, name: str) -> str:
        inputs = [x, self.parameter(f"{name}.weight", (out, inner)), self.parameter(f"{name}.bias", (out,))]
        return self.node("Gemm", inputs, name, transB=1)

    def relu(self, x: str) -> str:
        return self.node("Relu", [x])

    def relu6(self, x: str) -> str:
        low = self.constant("relu6_min", np.float32(0))
        return self.node("Clip", [x, low, self.constant("relu6_max", np.float32(6))])

    def silu(self, x: str) -> str:
        return self.node("Mul", [x, self.node("Sigmoid", [x])])

    def global_mean(self, x: str, keep: bool = True) -> str:
        """ReduceMean over the image, as exporters of torch's dynamo write adaptive pooling and mean."""
        if self.opset >= 18:
            axes = self.constant("image_axes", np.array([2, 3], np.int64))
            return self.node("ReduceMean", [x, axes], keepdims=int(keep))
        return self.node("ReduceMean", [x], axes=[2, 3], keepdims=int(keep))

    def flatten_by_shape(self, x: str) -> str:
        """x.view(x.size(0), -1), as tracing exporters write it: Shape, Gather, Unsqueeze, Concat, Reshape."""
        batch = self.node(
            "Gather", [self.node("Shape", [x]), self.constant("index_0", np.array(0, np.int64))], axis=0
        )
        axes = self.constant("axes_0", np.array([0], np.int64))
        rest = self.constant("rest", np.array([-1], np.int64))
        shape = self.node("Concat", [self.node("Unsqueeze", [batch, axes]), rest], axis=0)
        return self.node("Reshape", [x, shape])

    def model(self, *outputs: str) -> onnx.ModelProto:
        infos = [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs]
        graph = helper.make_graph(self.nodes, self.name, self.inputs, infos, self.initializers)
        return with_output_shapes(
            helper.make_model(
                graph,
                opset_imports=[helper.make_opsetid("", self.opset)],
                producer_name="dnnc tests",
                ir_version=8 if self.opset < 19 else 10,
            )
        )


def with_output_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Fills in the shapes of the graph's outputs."""
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    for output, known in zip(model.graph.output, inferred.graph.output):
        output.CopyFrom(known)
    return model
