"""ONNX operators in NumPy, written as the standard says them: the float part of the golden evaluator.

`evaluate(node, inputs, opset, compute)` returns the node's outputs. Float operators work in `compute`
(float64 for the golden: the real value, rounded once to float32) and return the type of their first float
input.
"""

from __future__ import annotations

import numpy as np

from dnnc_test.graph import Node
from dnnc_test.operators import elementwise, movement, normalize, pool, products, reduce, resize

_OPERATORS = {}
for _family in (elementwise, movement, normalize, pool, products, reduce, resize):
    _OPERATORS.update(_family.OPERATORS)


class Unsupported(ValueError):
    """An operator that this evaluator does not know."""


def evaluate(node: Node, inputs: list, opset: int, compute=np.float64) -> list[np.ndarray]:
    """Inputs are arrays, or None for one that is left out."""
    if node.domain not in ("", "ai.onnx") or node.op not in _OPERATORS:
        raise Unsupported(f"{node}: no evaluator for {node.domain or 'ai.onnx'}.{node.op}")
    result_type = next((x.dtype for x in inputs if x is not None and x.dtype.kind == "f"), None)
    wide = [x.astype(compute) if x is not None and x.dtype == np.float32 else x for x in inputs]
    results = _OPERATORS[node.op](node, wide, opset)
    if not isinstance(results, (list, tuple)):
        results = [results]
    return [r.astype(result_type) if r.dtype.kind == "f" and result_type is not None else r for r in results]
