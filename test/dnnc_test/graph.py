"""An ONNX graph as the evaluators see it: nodes in order, constants as arrays, producers and consumers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import numpy_helper


@dataclass
class Node:
    op: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict = field(default_factory=dict)
    name: str = ""
    domain: str = ""

    def get(self, attribute: str, default=None):
        return self.attributes.get(attribute, default)

    def __str__(self):
        return f"{self.op} '{self.name}' -> {self.outputs[0]}"


def _attribute(attribute: onnx.AttributeProto):
    value = onnx.helper.get_attribute_value(attribute)
    if attribute.type == onnx.AttributeProto.STRING:
        return value.decode()
    if attribute.type == onnx.AttributeProto.TENSOR:
        return numpy_helper.to_array(value)
    if attribute.type == onnx.AttributeProto.INTS:
        return list(value)
    return value


class Graph:
    """The nodes of a model, Constant nodes turned into constants."""

    def __init__(self, model: onnx.ModelProto):
        self.opset = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
        self.constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self.inputs = [i for i in model.graph.input if i.name not in self.constants]
        self.outputs = [o.name for o in model.graph.output]
        self.nodes: list[Node] = []
        for proto in model.graph.node:
            node = Node(
                proto.op_type,
                list(proto.input),
                list(proto.output),
                {a.name: _attribute(a) for a in proto.attribute},
                proto.name,
                proto.domain,
            )
            if node.op == "Constant":
                self.constants[node.outputs[0]] = _constant(node)
            else:
                self.nodes.append(node)
        self.index()

    def index(self):
        """Sorts the nodes and fills producers and consumers; to be called after a change of `nodes`."""
        self.producer: dict[str, Node] = {t: n for n in self.nodes for t in n.outputs if t}
        self.consumers: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            for tensor in node.inputs:
                if tensor:
                    self.consumers[tensor].append(node)
        self.nodes = self._sorted()

    def _sorted(self) -> list[Node]:
        done = set(self.constants) | {i.name for i in self.inputs} | {""}
        order, waiting = [], list(self.nodes)
        while waiting:
            later = []
            for node in waiting:
                if all(t in done for t in node.inputs):
                    order.append(node)
                    done.update(node.outputs)
                else:
                    later.append(node)
            if len(later) == len(waiting):
                raise ValueError(f"cycle or missing tensor at {later[0]}")
            waiting = later
        return order

    def only_consumer(self, tensor: str) -> Node | None:
        """The node that reads the tensor, if exactly one does and it is no output of the graph."""
        readers = self.consumers[tensor]
        return readers[0] if len(readers) == 1 and tensor not in self.outputs else None


def input_shapes(model: onnx.ModelProto) -> dict[str, tuple[list[int], np.dtype]]:
    """Shape and type of each input that is not an initializer."""
    initializers = {t.name for t in model.graph.initializer}
    result = {}
    for i in model.graph.input:
        if i.name not in initializers:
            kind = i.type.tensor_type
            result[i.name] = (
                [d.dim_value for d in kind.shape.dim],
                onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type),
            )
    return result


def _constant(node: Node) -> np.ndarray:
    for key, value in node.attributes.items():
        if key == "value":
            return value
        if key in ("value_float", "value_floats"):
            return np.array(value, np.float32)
        if key in ("value_int", "value_ints"):
            return np.array(value, np.int64)
    raise ValueError(f"{node}: constant of an unknown kind")
