"""Seeded weights for any network: He-style draws, scaled by walking the network once, so that activations
neither explode nor vanish and batch norm's mean and variance are those of its input.

Measured factors are rounded to three digits, so that the weights do not depend on the last bits of the
machine's products.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

from dnnc_test import operators
from dnnc_test.graph import Graph, Node, input_shapes

# These keep the networks well conditioned, as trained ones are: ONNX Runtime with and without its
# optimizations differs by less than 1e-5 of a tensor's largest value in every tensor of every network.
_SHIFT = 0.4  # mean of what enters an activation, in its standard deviations
_CENTERED = 0.4  # part of a channel's mean that its bias takes away
_BRANCH = 0.4  # a residual branch over what it is added to

_PRODUCTS = ("Conv", "ConvTranspose", "Gemm", "MatMul")


def image(shape, seed: int) -> np.ndarray:
    """A seeded input with coarse structure and noise, about zero mean and unit variance."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(shape)
    if len(shape) != 4:
        return noise.astype(np.float32)
    n, c, h, w = shape
    coarse = (
        rng.standard_normal((n, c, -(-h // 16), -(-w // 16)))
        .repeat(16, axis=2)
        .repeat(16, axis=3)[:, :, :h, :w]
    )
    return (0.6 * noise + 0.8 * coarse).astype(np.float32)


def _digits(value, digits=3):
    """Rounds to so many significant digits."""
    value = np.asarray(value, np.float64)
    magnitude = np.where(value == 0, 1.0, np.abs(value))
    unit = 10.0 ** (np.floor(np.log10(magnitude)) - digits + 1)
    return np.round(value / unit) * unit


class _Drawer:
    def __init__(self, graph: Graph, seed: int):
        self.graph, self.rng = graph, np.random.default_rng(seed)
        self.drawn: dict[str, np.ndarray] = {}

    def source(self, tensor: str) -> str:
        """The initializer behind a tensor, through reshaping nodes."""
        while tensor in self.graph.producer and self.graph.producer[tensor].op in (
            "Unsqueeze",
            "Reshape",
            "ConstantOfShape",
        ):
            tensor = self.graph.producer[tensor].inputs[0]
        return tensor

    def parameter(self, tensor: str) -> np.ndarray | None:
        name = self.source(tensor)
        constant = self.graph.constants.get(name)
        return (
            constant if constant is not None and constant.dtype == np.float32 and constant.ndim > 0 else None
        )

    def put(self, tensor: str, value: np.ndarray):
        name = self.source(tensor)
        value = value.astype(np.float32).reshape(self.graph.constants[name].shape)
        self.drawn[name] = self.graph.constants[name] = value

    def product(self, node: Node, x: np.ndarray, read) -> np.ndarray:
        """Draws a product's weights so that its result has about unit variance, and a bias that centers
        most of it.
        """
        if self.parameter(node.inputs[1]) is None:
            return None
        weight = read(node.inputs[1])  # in the shape that reaches the product
        w = self.rng.standard_normal(weight.shape, dtype=np.float32)
        channel = 1 if node.op == "ConvTranspose" or (node.op == "Gemm" and not node.get("transB", 0)) else 0
        channel = weight.ndim - 1 if node.op == "MatMul" else channel
        if node.op != "ConvTranspose" or node.get("group", 1) == 1:
            spread = np.exp(0.3 * self.rng.standard_normal(weight.shape[channel]))
            w *= spread.astype(np.float32).reshape([-1 if i == channel else 1 for i in range(weight.ndim)])
        bare = Node(node.op, node.inputs[:2], node.outputs, node.attributes, node.name)
        y = operators.evaluate(bare, [x, w], self.graph.opset, np.float32)[0]
        axes = (0,) + tuple(range(2, y.ndim)) if "Conv" in node.op else tuple(range(y.ndim - 1))
        mean = y.mean(axis=axes, keepdims=True, dtype=np.float64)
        magnitude = float(np.sqrt((y.astype(np.float64) ** 2).mean()))
        few = y.size <= 2 * mean.size  # a vector: nothing to tell a channel's mean from its spread
        deviation = magnitude if few else float(np.sqrt(((y - mean) ** 2).mean(dtype=np.float64)))
        deviation = max(deviation, 0.3 * magnitude, 1e-6)
        factor = float(_digits(1 / deviation))
        self.put(node.inputs[1], w * np.float32(factor))
        y *= np.float32(factor)
        if len(node.inputs) > 2 and self.parameter(node.inputs[2]) is not None:
            center = _SHIFT - _CENTERED * np.round(mean.ravel() * factor, 2) if not few else 0.0
            bias = center + 0.2 * self.rng.standard_normal(mean.size)
            self.put(node.inputs[2], bias)
            y += bias.astype(np.float32).reshape(mean.shape)
        return y

    def batch_norm(self, node: Node, x: np.ndarray):
        axes = (0,) + tuple(range(2, x.ndim))
        mean = x.mean(axis=axes, dtype=np.float64)
        variance = x.var(axis=axes, dtype=np.float64)
        overall = max(float(variance.mean()), 1e-6)
        variance = np.maximum(variance, 0.05 * overall)
        noise = self.rng.standard_normal((4, x.shape[1]))
        self.put(node.inputs[1], np.clip(1 + 0.25 * noise[0], 0.3, 2))
        self.put(node.inputs[2], _SHIFT + 0.2 * noise[1])
        self.put(
            node.inputs[3], np.round(mean / np.sqrt(overall) + 0.1 * noise[2], 2) * np.sqrt(_digits(overall))
        )
        self.put(node.inputs[4], _digits(variance * np.exp(0.2 * noise[3]), 2))

    def scale(self, node: Node):
        """A per-channel Mul or Add that batch norm was written with."""
        for tensor in node.inputs:
            parameter = self.parameter(tensor)
            if parameter is not None and parameter.size > 1:
                noise = self.rng.standard_normal(parameter.shape)
                value = np.clip(1 + 0.2 * noise, 0.4, 1.6) if node.op == "Mul" else _SHIFT + 0.2 * noise
                self.put(tensor, value)

    def quiet_branch(self, node: Node, values: dict[str, np.ndarray]):
        """Scales the branch of a residual sum down to a part of what it is added to, as trained networks
        have it: otherwise rounding errors grow from block to block.
        """
        if len(node.inputs) != 2 or not all(t in values for t in node.inputs):
            return
        for branch, other in (node.inputs, node.inputs[::-1]):
            producer = self.graph.producer.get(branch)
            scaled = {"Conv": (1, 2), "BatchNormalization": (1, 2)}.get(producer.op if producer else "")
            if scaled is None or len(self.graph.consumers[branch]) != 1:
                continue
            size, against = float(values[branch].std()), float(values[other].std())
            factor = np.float32(_digits(_BRANCH * against / max(size, 1e-6)))
            for tensor in [producer.inputs[i] for i in scaled if i < len(producer.inputs)]:
                self.put(tensor, self.parameter(tensor) * factor)
            values[branch] = values[branch] * factor
            return


def assign(
    model: onnx.ModelProto, seed: int = 0, shapes: dict[str, list[int]] | None = None
) -> onnx.ModelProto:
    """Gives every weight of the model a value, in place. Initializers made by ConstantOfShape become
    ordinary ones.
    """
    _materialize(model)
    graph = Graph(model)
    drawer = _Drawer(graph, seed)
    values: dict[str, np.ndarray] = {}
    for name, (shape, dtype) in input_shapes(model).items():
        values[name] = image((shapes or {}).get(name, shape), seed + 1).astype(dtype)
    left = {t: len(readers) for t, readers in graph.consumers.items()}

    def read(tensor):
        return values[tensor] if tensor in values else graph.constants.get(tensor)

    for node in graph.nodes:
        result = None
        if node.op in _PRODUCTS:
            result = drawer.product(node, read(node.inputs[0]), read)
        elif node.op == "BatchNormalization":
            drawer.batch_norm(node, read(node.inputs[0]))
        elif node.op in ("Mul", "Add", "Sum"):
            if node.op != "Mul":
                drawer.quiet_branch(node, values)
            drawer.scale(node)
            for tensor in node.inputs:  # reshaped parameters are read anew
                if drawer.source(tensor) in drawer.drawn:
                    values[tensor] = graph.constants[drawer.source(tensor)].reshape(read(tensor).shape)
        if result is not None:
            values[node.outputs[0]] = result
        else:
            outputs = operators.evaluate(
                node, [read(t) if t else None for t in node.inputs], graph.opset, np.float32
            )
            values.update(zip(node.outputs, outputs))
        for tensor in node.inputs:
            left[tensor] = left.get(tensor, 0) - 1
            if left[tensor] <= 0 and tensor not in graph.outputs:
                values.pop(tensor, None)
    for initializer in model.graph.initializer:
        if initializer.name in drawer.drawn:
            initializer.CopyFrom(numpy_helper.from_array(drawer.drawn[initializer.name], initializer.name))
    return model


def _materialize(model: onnx.ModelProto) -> None:
    """ConstantOfShape of a constant shape becomes an initializer of that shape, listed where initializers
    are.
    """
    constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    made = [n for n in model.graph.node if n.op_type == "ConstantOfShape" and n.input[0] in constants]
    shapes = {n.input[0] for n in made}
    as_inputs = model.ir_version < 4
    for node in made:
        value = np.zeros(constants[node.input[0]].tolist(), np.float32)
        model.graph.initializer.append(numpy_helper.from_array(value, node.output[0]))
        if as_inputs:
            model.graph.input.append(
                onnx.helper.make_tensor_value_info(node.output[0], onnx.TensorProto.FLOAT, list(value.shape))
            )
        model.graph.node.remove(node)
    read = {t for n in model.graph.node for t in n.input}
    for group in (model.graph.initializer, model.graph.input):
        for item in [i for i in group if i.name in shapes - read]:
            group.remove(item)
