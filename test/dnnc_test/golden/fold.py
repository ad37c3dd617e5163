"""Which nodes are one integer operation: DequantizeLinear – operator – (Relu | Clip) – QuantizeLinear.

Rules, the compiler's as well:
 - Conv, ConvTranspose, MatMul, Gemm with both operands from DequantizeLinear of 8-bit integers, or both of int16
   (or through operators that only move elements, see sink.py) are integer products, with or without a QuantizeLinear
   behind them;
 - Mul of two such operands, and AveragePool, GlobalAveragePool, ReduceMean, ReduceSum of one, are integer
   work when a QuantizeLinear takes the result;
 - Relu and Clip with constant bounds between the operator and its QuantizeLinear clamp the integer;
 - a float tensor inside is read by exactly one node, or by several QuantizeLinear of one type, and is no
   output of the graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dnnc_test.golden.arithmetic import F32, Scale, quantize
from dnnc_test.graph import Graph, Node

PRODUCTS = {"Conv", "ConvTranspose", "MatMul", "Gemm"}
SUMS = {"AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum"}


@dataclass
class Fold:
    """An operator with the QuantizeLinear nodes that take its result, if any, and the bounds in between."""

    node: Node
    outputs: list[str]
    quantize: Node | None = None  # the first of them; all have the same scale, zero point and type
    bounds: list[tuple[float | None, float | None]] = field(default_factory=list)
    swallowed: list[Node] = field(default_factory=list)  # the nodes in between, and QuantizeLinear


def is_dequantize(node: Node | None) -> bool:
    return node is not None and node.op == "DequantizeLinear"


def is_quantize(node: Node | None) -> bool:
    return node is not None and node.op == "QuantizeLinear"


def scale_of(graph: Graph, node: Node, rank: int) -> Scale:
    """Scale and zero point of a QuantizeLinear or DequantizeLinear node."""
    scale = np.atleast_1d(graph.constants[node.inputs[1]]).astype(F32)
    zero = (
        graph.constants[node.inputs[2]] if len(node.inputs) > 2 and node.inputs[2] else np.zeros(1, np.uint8)
    )
    return Scale(scale.ravel(), np.atleast_1d(zero).ravel(), node.get("axis", 1) % max(1, rank))


def quantized_type(graph: Graph, node: Node) -> np.dtype:
    if len(node.inputs) > 2 and node.inputs[2]:
        return graph.constants[node.inputs[2]].dtype
    return np.dtype(np.uint8)


def _bounds(graph: Graph, node: Node):
    """The constant bounds of a Relu or Clip, or None where they are not constant."""
    if node.op == "Relu":
        return 0.0, None
    if graph.opset < 11:
        return node.get("min"), node.get("max")
    values = []
    for i in (1, 2):
        tensor = node.inputs[i] if len(node.inputs) > i else ""
        if tensor and tensor not in graph.constants:
            return None
        values.append(graph.constants[tensor].item() if tensor else None)
    return tuple(values)


def chain(graph: Graph, node: Node) -> Fold:
    """Follows the node's result through Relu and Clip to QuantizeLinear; without one, the fold is the node
    alone.
    """
    alone = Fold(node, node.outputs[:1])
    fold = Fold(node, [])
    tensor = node.outputs[0]
    while tensor not in graph.outputs:
        readers = graph.consumers[tensor]
        if readers and all(is_quantize(r) for r in readers) and _same_type(graph, readers):
            fold.quantize = readers[0]
            fold.swallowed += readers
            fold.outputs = [r.outputs[0] for r in readers]
            return fold
        if len(readers) != 1 or readers[0].op not in ("Relu", "Clip") or readers[0].inputs[0] != tensor:
            return alone
        bounds = _bounds(graph, readers[0])
        if bounds is None:
            return alone
        fold.bounds.append(bounds)
        fold.swallowed.append(readers[0])
        tensor = readers[0].outputs[0]
    return alone


def _same_type(graph: Graph, readers: list[Node]) -> bool:
    first = scale_of(graph, readers[0], 1)
    for reader in readers[1:]:
        other = scale_of(graph, reader, 1)
        same = quantized_type(graph, reader) == quantized_type(graph, readers[0])
        if (
            not same
            or not np.array_equal(first.scale, other.scale)
            or not np.array_equal(first.zero, other.zero)
        ):
            return False
    return True


def clamp(values, fold: Fold, scale: Scale, dtype):
    """The bounds of a fold, quantized: rounding is monotone, so clamping the integer is the same."""
    for low, high in fold.bounds:
        if low is not None:
            values = np.maximum(values, quantize(np.array(low, F32), scale, dtype))
        if high is not None:
            values = np.minimum(values, quantize(np.array(high, F32), scale, dtype))
    return values


def is_integer_operand(graph: Graph, tensor: str, types: dict[str, np.dtype]) -> bool:
    node = graph.producer.get(tensor)
    return is_dequantize(node) and types[node.inputs[0]] in (np.int8, np.uint8, np.int16)
