"""Puts QuantizeLinear and DequantizeLinear, or QLinear operators, into a random float graph. More varied
than any exporter: int8 and uint8 mixed, asymmetric weights, tight ranges that saturate, scales that are
powers of two and so make ties; some in int16."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from onnx import helper

from dnnc_test.random_graph.build import FloatGraph, make_model

_PRODUCTS = ("Conv", "ConvTranspose", "Gemm", "MatMul")
_MOVING = ("MaxPool", "Reshape", "Flatten", "Transpose", "Slice", "Split", "Pad", "Concat", "Resize")


@dataclass
class Policy:
    activations: str  # int8, uint8, mixed or int16
    weights: str  # int8 or uint8, with int16 activations int16
    per_channel: bool
    operators: bool  # QLinear operators where there is one
    left_float: float  # share of tensors that stay float
    power_of_two: float  # share of scales that are powers of two

    @staticmethod
    def draw(rng) -> Policy:
        activations = str(rng.choice(["int8", "uint8", "mixed"]))
        return Policy(
            activations,
            str(rng.choice(["int8", "int8", "uint8"])),
            bool(rng.random() < 0.7),
            bool(rng.random() < 0.25),
            float(rng.choice([0.0, 0.0, 0.1, 0.3])),
            float(rng.choice([0.0, 0.3, 1.0])),
        )

    @staticmethod
    def wide(drawn: Policy) -> Policy:
        """The same with int16 in the place of all 8-bit types; QLinear operators have none."""
        return replace(drawn, activations="int16", weights="int16", operators=False)

    def __str__(self):
        return (
            f"{'QOperator' if self.operators else 'QDQ'} {self.activations}/{self.weights}"
            f"{' per channel' if self.per_channel else ''}"
        )


class _Quantizer:
    def __init__(self, graph: FloatGraph, policy: Policy, seed: int):
        self.graph, self.policy = graph, policy
        self.nodes, self.constants = [], dict(graph.constants)
        self.integer: dict[str, tuple[str, str, str]] = {}  # float tensor: integer tensor, scale, zero point
        self.seed = seed
        self.read = [t for n in graph.nodes for t in n.input]
        self.domains: set[str] = set()

    def rng(self, name: str):
        """Choices about a tensor depend on its name alone, not on how large the graph is."""
        return np.random.default_rng([self.seed, 3, *name.encode()])

    def activation(self, tensor: str) -> tuple[str, str]:
        """Scale and zero point of an activation, from its values."""
        rng, values = self.rng(tensor), self.graph.values[tensor]
        low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
        steps = 2**16 - 1 if self.policy.activations == "int16" else 255
        scale = max(high - low, 1e-3) * float(rng.choice([0.6, 1.0, 1.0, 1.2])) / steps
        if rng.random() < self.policy.power_of_two:
            scale = 2.0 ** np.ceil(np.log2(scale))
        kind = (
            self.policy.activations
            if self.policy.activations != "mixed"
            else str(rng.choice(["int8", "uint8"]))
        )
        limits = np.iinfo(kind)
        zero = int(np.clip(round(limits.min - low / scale), limits.min, limits.max))
        if rng.random() < 0.2:
            zero = 128 if kind == "uint8" else 0
        self.constants[f"{tensor}_scale"] = np.float32(scale)
        self.constants[f"{tensor}_zero"] = np.array(zero, kind)
        return f"{tensor}_scale", f"{tensor}_zero"

    def weight(self, name: str, axis: int | None):
        """Integer weights in the place of float ones: names of the values, scale and zero point."""
        values, rng = self.graph.constants[name], self.rng(name)
        kind = self.policy.weights
        limits = np.iinfo(kind)
        axes = tuple(i for i in range(values.ndim) if i != axis) if axis is not None else None
        low, high = values.min(axis=axes, keepdims=True), values.max(axis=axes, keepdims=True)
        if kind != "uint8" and rng.random() < 0.8:
            scale = np.maximum(np.maximum(-low, high), 1e-4) / limits.max
            zero = np.zeros(scale.shape)
        else:
            low, high = np.minimum(low, 0), np.maximum(high, 0)
            scale = np.maximum(high - low, 1e-4) / (limits.max - limits.min)
            zero = np.round(limits.min - low / scale)
        scale = scale.astype(np.float32)
        stored = np.clip(np.rint(values / scale) + zero, limits.min, limits.max).astype(kind)
        shape = (-1,) if axis is not None else ()
        self.constants[f"{name}_q"], self.constants[f"{name}_scale"] = stored, scale.reshape(shape)
        self.constants[f"{name}_zero"] = np.clip(zero, limits.min, limits.max).astype(kind).reshape(shape)
        return f"{name}_q", f"{name}_scale", f"{name}_zero"

    def bias(self, name: str, x_scale: str, w_scale: str) -> str:
        scale = np.atleast_1d(
            np.float32(self.constants[x_scale]) * self.constants[w_scale].astype(np.float32)
        )
        values = self.graph.constants[name]
        if scale.size > 1:  # of a grouped transposed convolution one group's scales, which repeat
            scale = np.tile(scale, values.size // scale.size)
        stored = np.clip(np.rint(values / scale), -(2**30), 2**30).astype(np.int32)
        self.constants[f"{name}_q"] = stored
        self.constants[f"{name}_scale"] = scale if scale.size > 1 else scale.reshape(())
        return f"{name}_q"

    def dequantized(self, tensor: str, reader: str) -> str:
        if tensor not in self.integer:
            return tensor
        # Readers share one DequantizeLinear, or have their own, as exporters differ.
        name = f"{tensor}_dq" if self.rng(tensor).random() < 0.5 else f"{tensor}_dq_{reader}"
        if all(name not in n.output for n in self.nodes):
            self.nodes.append(
                helper.make_node("DequantizeLinear", list(self.integer[tensor]), [name], name=f"{name}_node")
            )
        return name

    def quantize(self, tensor: str, source: str | None = None, like: str | None = None):
        """QuantizeLinear of a float tensor; with `like` at the scale of another."""
        scale, zero = self.integer[like][1:] if like else self.activation(tensor)
        self.nodes.append(
            helper.make_node(
                "QuantizeLinear", [source or tensor, scale, zero], [f"{tensor}_q"], name=f"{tensor}_quantize"
            )
        )
        self.integer[tensor] = (f"{tensor}_q", scale, zero)

    def stays_float(self, tensor: str) -> bool:
        if self.graph.values[tensor].dtype != np.float32:
            return True
        readers = [n for n in self.graph.nodes if tensor in n.input]
        into_clamp = (
            len(readers) == 1 and readers[0].op_type in ("Relu", "Clip") and self.rng(tensor).random() < 0.6
        )
        return into_clamp or self.rng(tensor + "?").random() < self.policy.left_float

    def run(self):
        for name in self.graph.input_names:
            if not self.stays_float(name):
                self.quantize(name)
        for node in self.graph.nodes:
            if not (self.policy.operators and self.as_operator(node)):
                self.plain(node)
        outputs = []
        for tensor in self.graph.outputs():
            outputs.append(self.dequantized(tensor, "output"))
        return make_model_with(self, outputs)

    def plain(self, node):
        inputs = [self.dequantized(t, node.name) if t in self.graph.values else t for t in node.input]
        data = self.integer.get(node.input[0])
        if node.op_type in _PRODUCTS and data is not None and node.input[1] in self.graph.constants:
            q, scale, zero = self.weight(node.input[1], self.channel_axis(node))
            axis = self.channel_axis(node)
            self.nodes.append(
                helper.make_node(
                    "DequantizeLinear",
                    [q, scale, zero],
                    [f"{node.input[1]}_dq"],
                    name=f"{node.input[1]}_dequantize",
                    axis=axis if axis is not None else 1,
                )
            )
            inputs[1] = f"{node.input[1]}_dq"
            if len(node.input) > 2 and self.rng(node.input[2]).random() < 0.85:
                b = self.bias(node.input[2], data[1], scale)
                self.nodes.append(
                    helper.make_node(
                        "DequantizeLinear",
                        [b, f"{node.input[2]}_scale"],
                        [f"{node.input[2]}_dq"],
                        name=f"{node.input[2]}_dequantize",
                        axis=0,
                    )
                )
                inputs[2] = f"{node.input[2]}_dq"
        elif node.op_type in ("Add", "Mul", "Sub", "Max", "Min"):
            for i, t in enumerate(node.input):
                if t in self.graph.constants and self.rng(t).random() < 0.8:
                    q, scale, zero = self.weight(t, None)
                    self.nodes.append(
                        helper.make_node(
                            "DequantizeLinear", [q, scale, zero], [f"{t}_dq"], name=f"{t}_dequantize"
                        )
                    )
                    inputs[i] = f"{t}_dq"
        copy = helper.make_node(node.op_type, inputs, list(node.output), name=node.name)
        copy.attribute.extend(node.attribute)
        self.nodes.append(copy)
        for t in node.output:
            if not self.stays_float(t):
                moves = node.op_type in _MOVING and data is not None and self.rng(t).random() < 0.7
                self.quantize(t, like=node.input[0] if moves else None)

    def channel_axis(self, node) -> int | None:
        if not self.policy.per_channel:
            return None
        if node.op_type == "MatMul":
            return self.graph.constants[node.input[1]].ndim - 1
        if node.op_type == "Gemm":
            return 0 if any(a.name == "transB" and a.i for a in node.attribute) else 1
        if node.op_type == "ConvTranspose":
            return 1
        return 0

    def as_operator(self, node) -> bool:
        """The node as a QLinear operator, if there is one and all its operands are integers."""
        op, output = node.op_type, node.output[0]
        data = [self.integer.get(t) for t in node.input if t in self.graph.values]
        if None in data or not data or self.stays_float(output) or len(node.output) > 1:
            return False
        microsoft = True
        if op in ("Conv", "MatMul") and node.input[1] in self.graph.constants:
            q, scale, zero = self.weight(node.input[1], self.channel_axis(node))
            inputs = [*data[0], q, scale, zero, *self.activation(output)]
            if len(node.input) > 2:
                inputs.append(self.bias(node.input[2], data[0][1], scale))
            form, microsoft = f"QLinear{op}", False
        elif op in ("Add", "Mul") and len(data) == 2:
            form, inputs = f"QLinear{op}", [*data[0], *data[1], *self.activation(output)]
        elif op in ("Sigmoid", "LeakyRelu", "GlobalAveragePool", "AveragePool"):
            form, inputs = f"QLinear{op}", [*data[0], *self.activation(output)]
        elif op == "Concat":
            form, inputs = "QLinearConcat", [*self.activation(output), *(t for d in data for t in d)]
        elif op in ("MaxPool", "Transpose", "Reshape", "Flatten"):
            copy = helper.make_node(op, [data[0][0], *node.input[1:]], [f"{output}_q"], name=node.name)
            copy.attribute.extend(node.attribute)
            self.nodes.append(copy)
            self.integer[output] = (f"{output}_q", *data[0][1:])
            return True
        else:
            return False
        if microsoft:
            kinds = {
                self.constants[t].dtype
                for t in inputs
                if t in self.constants and self.constants[t].dtype != np.float32
            }
            if len(kinds) > 1:  # these take one type of integers only
                return False
            self.domains.add("com.microsoft")
        made = helper.make_node(
            form, inputs, [f"{output}_q"], name=node.name, domain="com.microsoft" if microsoft else ""
        )
        made.attribute.extend(node.attribute)
        self.nodes.append(made)
        self.integer[output] = (f"{output}_q", f"{output}_scale", f"{output}_zero")
        return True


def make_model_with(quantizer: _Quantizer, outputs):
    graph = quantizer.graph
    for given, name in zip(graph.outputs(), outputs):
        graph.values[name] = graph.values[given]
    return make_model(graph, quantizer.nodes, quantizer.constants, outputs, sorted(quantizer.domains))


def quantize(graph: FloatGraph, policy: Policy, seed: int):
    return _Quantizer(graph, policy, seed).run()
