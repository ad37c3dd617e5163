"""Moves DequantizeLinear behind operators that only move or choose elements: op(dequantize q) is
dequantize(op q), so that a product behind them sees integers, as the compiler does."""

from __future__ import annotations

import numpy as np

from dnnc_test.golden.arithmetic import dequantize, quantize
from dnnc_test.golden.fold import is_dequantize, scale_of
from dnnc_test.graph import Graph, Node

_ONE_INPUT = {
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
    "Slice",
    "Split",
    "Expand",
    "Tile",
    "Gather",
    "DepthToSpace",
    "MaxPool",
    "GlobalMaxPool",
    "ReduceMax",
    "ReduceMin",
    "Identity",
    "Dropout",
}


def sink(graph: Graph) -> None:
    """Rewrites the graph in place."""
    produced: dict[str, Node] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        count = _data_inputs(graph, node, produced)
        behind = [produced.get(t) for t in node.inputs[:count]]
        if count and all(is_dequantize(b) for b in behind) and _same(graph, behind):
            axis = _axis(graph, node, behind[0])
            if axis is not None:
                inputs = [b.inputs[0] for b in behind] + node.inputs[count:]
                outputs = [f"{t}.golden_q" for t in node.outputs]
                nodes.append(Node(node.op, inputs, outputs, node.attributes, node.name))
                if node.op == "Pad":  # the padding's value, as the integer it is
                    _quantize_padding(graph, nodes[-1], behind[0])
                made = [
                    Node("DequantizeLinear", [q, *behind[0].inputs[1:]], [t], {"axis": axis}, node.name)
                    for q, t in zip(outputs, node.outputs)
                ]
                nodes += made
                produced.update((m.outputs[0], m) for m in made)
                continue
        nodes.append(node)
        produced.update((t, node) for t in node.outputs)
    graph.nodes = nodes
    graph.index()


def _data_inputs(graph: Graph, node: Node, produced) -> int:
    """How many inputs hold the elements that are moved; 0 where the operator is none of these."""
    if node.domain not in ("", "ai.onnx"):
        return 0
    if node.op == "Concat":
        return len(node.inputs)
    if node.op == "Resize":
        return 1 if node.get("mode", "nearest") == "nearest" else 0
    if node.op == "Pad":
        behind = produced.get(node.inputs[0])
        return 1 if is_dequantize(behind) and _padding(graph, node, behind) is not None else 0
    return 1 if node.op in _ONE_INPUT else 0


def _same(graph: Graph, dequantizers: list[Node]) -> bool:
    first = dequantizers[0]
    for other in dequantizers[1:]:
        for a, b in zip(first.inputs[1:], other.inputs[1:]):
            x, y = graph.constants[a], graph.constants[b]
            if x.dtype != y.dtype or not np.array_equal(x, y):
                return False
    return True


def _axis(graph: Graph, node: Node, dequantizer: Node) -> int | None:
    """The axis of the scales behind the operator; None where scales per channel do not survive it."""
    if graph.constants[dequantizer.inputs[1]].size == 1:
        return 0
    if node.op != "Transpose" or node.get("perm") is None:
        return None
    return node.get("perm").index(dequantizer.get("axis", 1) % len(node.get("perm")))


def _padding(graph: Graph, node: Node, dequantizer: Node):
    """The integer of a constant padding, where it is one exactly."""
    if node.get("mode", "constant") != "constant" or graph.constants[dequantizer.inputs[1]].size != 1:
        return None
    value = node.get("value", 0.0)
    if graph.opset >= 11 and len(node.inputs) > 2 and node.inputs[2]:
        if node.inputs[2] not in graph.constants:
            return None
        value = graph.constants[node.inputs[2]].item()
    scale = scale_of(graph, dequantizer, 1)
    stored = quantize(np.array(value, np.float32), scale, scale.zero.dtype)
    return stored if dequantize(stored, scale) == np.float32(value) else None


def _quantize_padding(graph: Graph, pad: Node, dequantizer: Node) -> None:
    name = f"{pad.outputs[0]}_value"
    source = Node("Pad", [pad.inputs[0], *pad.inputs[1:]], pad.outputs, pad.attributes)
    graph.constants[name] = _padding(graph, source, dequantizer)
    if graph.opset < 11:
        pad.attributes = dict(pad.attributes, value=int(graph.constants[name]))
    else:
        pad.inputs = [*pad.inputs[:2], name, *pad.inputs[3:]]
