"""The float form of a random graph. Every node is evaluated when it is added: its values give the
quantizer ranges, and a node whose values are no use (not finite, constant, out of bounds) is not added."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dnnc_test import operators
from dnnc_test.graph import Node

LARGEST_TENSOR = 6000  # elements
PRUNED = 0.4  # share of convolutions whose weights have zeros
LARGE = 0.15  # share of graphs with images that a small target holds in parts only


class FloatGraph:
    def __init__(self, seed: int, opset: int):
        self.seed, self.opset = seed, opset
        self.largest = LARGEST_TENSOR
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}
        self.values: dict[str, np.ndarray] = {}  # of activations
        self.input_names: list[str] = []

    def input(self, name: str, value: np.ndarray):
        self.input_names.append(name)
        self.values[name] = value.astype(np.float32)

    def constant(self, name: str, value, dtype=np.float32) -> str:
        self.constants[name] = np.asarray(value, dtype)
        return name

    def pruned(self, name: str, values: np.ndarray) -> np.ndarray:
        """Weights of some layers with zeros: anywhere, or n of each m neighbors along the second dimension kept. Drawn by
        the name, so that the rest of a seed's graph is what it is without."""
        rng = np.random.default_rng([self.seed, 5, *name.encode()])
        if rng.random() >= PRUNED:
            return values
        m = int(rng.choice([2, 4, 8]))
        if rng.random() < 0.5 or values.shape[1] % m:
            # Filters differ in how many, so that distributing them changes something.
            filters = (values.shape[0],) + (1,) * (values.ndim - 1)
            return values * (rng.random(values.shape) >= rng.choice([0.3, 0.5, 0.7, 0.9]) ** rng.uniform(0.3, 3, filters))
        groups = np.moveaxis(values, 1, -1)
        places = rng.random((groups.size // m, m)).argsort(axis=1)
        kept = (places < int(rng.integers(1, m))).reshape(groups.shape)
        return values * np.moveaxis(kept, -1, 1)

    def add(self, op: str, inputs: list[str], step: int, outputs: int = 1, **attributes) -> list[str] | None:
        """Adds a node if its values are of use."""
        names = [f"t{step}_{op.lower()}{i or ''}" for i in range(outputs)]
        node = helper.make_node(op, inputs, names, name=f"n{step}_{op}", **attributes)
        arrays = [None if not t else self.constants.get(t, self.values.get(t)) for t in inputs]
        plain = Node(op, inputs, names, {a.name: _value(a) for a in node.attribute}, node.name)
        with np.errstate(all="ignore"):
            results = operators.evaluate(plain, arrays, self.opset)
        for value in results:
            bad = value.dtype.kind == "f" and (
                not np.isfinite(value).all() or np.abs(value).max(initial=0) > 1e3
            )
            if bad or value.size == 0 or value.size > self.largest:
                return None
        self.nodes.append(node)
        self.values.update(zip(names, results))
        return names

    def images(self) -> list[str]:
        return [t for t, v in self.values.items() if v.ndim == 4 and v.dtype == np.float32]

    def matrices(self) -> list[str]:
        return [t for t, v in self.values.items() if v.ndim == 2 and v.dtype == np.float32]

    def inputs(self) -> dict[str, np.ndarray]:
        return {t: self.values[t] for t in self.input_names}

    def outputs(self) -> list[str]:
        """Float tensors that nothing reads."""
        read = {t for n in self.nodes for t in n.input}
        made = [t for n in self.nodes for t in n.output if self.values[t].dtype == np.float32]
        return [t for t in made if t not in read] or made[-1:]

    def model(self) -> onnx.ModelProto:
        return make_model(self, self.nodes, self.constants, self.outputs())


def make_model(graph: FloatGraph, nodes, constants, outputs, domains=()) -> onnx.ModelProto:
    infos = [
        helper.make_tensor_value_info(t, TensorProto.FLOAT, graph.values[t].shape) for t in graph.input_names
    ]
    ends = [helper.make_tensor_value_info(t, TensorProto.FLOAT, graph.values[t].shape) for t in outputs]
    read = {t for n in nodes for t in n.input}
    initializers = [numpy_helper.from_array(v, k) for k, v in constants.items() if k in read]
    proto = helper.make_graph(nodes, f"random_{graph.seed}", infos, ends, initializers)
    opsets = [helper.make_opsetid("", graph.opset)] + [helper.make_opsetid(d, 1) for d in domains]
    return helper.make_model(proto, opset_imports=opsets, ir_version=8, producer_name="dnnc tests")


def _value(attribute):
    value = helper.get_attribute_value(attribute)
    return value.decode() if isinstance(value, bytes) else list(value) if attribute.ints else value


def build_float(seed: int, size: int, opset: int) -> FloatGraph:
    # Imported here, since the steps import this module's class.
    from dnnc_test.random_graph.steps import STEPS, WEIGHTS

    rng = np.random.default_rng([seed, 1])
    graph = FloatGraph(seed, opset)
    n, c = int(rng.choice([1, 1, 1, 2, 3])), int(rng.integers(1, 13))
    h, w = (int(rng.integers(3, 21)) for _ in range(2))
    if rng.random() < LARGE:
        graph.largest *= 16
        n, c, h, w = 1, c * 3, h * 3, w * 3
    graph.input("x", rng.standard_normal((n, c, h, w)))
    if rng.random() < 0.2:
        graph.input("y", rng.standard_normal((n, c, h, w)))
    probabilities = np.array(WEIGHTS, np.float64) / sum(WEIGHTS)
    for step in range(size):
        draw = np.random.default_rng([seed, 2, step])
        for _ in range(8):  # a step that does not fit the tensors there are is drawn again
            if STEPS[int(draw.choice(len(STEPS), p=probabilities))](graph, draw, step):
                break
    if not graph.nodes:
        graph.add("Relu", ["x"], size)
    return graph
