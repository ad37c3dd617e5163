"""Reductions over axes."""

from __future__ import annotations

import numpy as np


def reduced_axes(node, inputs, opset, rank) -> tuple[int, ...]:
    axes = node.get("axes")
    if axes is None and len(inputs) > 1 and inputs[1] is not None:
        axes = np.asarray(inputs[1]).tolist()
    if not axes:
        return () if node.get("noop_with_empty_axes", 0) else tuple(range(rank))
    return tuple(a % rank for a in axes)


def _reduction(function):
    def run(node, inputs, opset):
        axes = reduced_axes(node, inputs, opset, inputs[0].ndim)
        return function(inputs[0], axes, bool(node.get("keepdims", 1)))

    return run


def _of(function):
    return lambda x, axes, keep: function(x, axis=axes, keepdims=keep)


OPERATORS = {
    "ReduceSum": _reduction(_of(np.sum)),
    "ReduceMean": _reduction(_of(np.mean)),
    "ReduceMax": _reduction(_of(np.max)),
    "ReduceMin": _reduction(_of(np.min)),
    "ReduceProd": _reduction(_of(np.prod)),
    "ReduceSumSquare": _reduction(lambda x, axes, keep: np.sum(x * x, axis=axes, keepdims=keep)),
    "ReduceL1": _reduction(lambda x, axes, keep: np.sum(np.abs(x), axis=axes, keepdims=keep)),
    "ReduceL2": _reduction(lambda x, axes, keep: np.sqrt(np.sum(x * x, axis=axes, keepdims=keep))),
}
