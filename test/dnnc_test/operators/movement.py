"""Operators that only move elements, and those of shape chains."""

from __future__ import annotations

import numpy as np


def _axes(node, inputs, position, rank):
    """Axes as an attribute (before opset 13) or as an input."""
    axes = node.get("axes")
    if axes is None and len(inputs) > position and inputs[position] is not None:
        axes = inputs[position].tolist()
    return None if axes is None else [a % rank for a in axes]


def _reshape(node, inputs, opset):
    x, shape = inputs[0], inputs[1].tolist()
    if not node.get("allowzero", 0):
        shape = [x.shape[i] if d == 0 else d for i, d in enumerate(shape)]
    return x.reshape(shape)


def _flatten(node, inputs, opset):
    x = inputs[0]
    axis = node.get("axis", 1)
    axis = axis + x.ndim if axis < 0 else axis
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


def _squeeze(node, inputs, opset):
    axes = _axes(node, inputs, 1, inputs[0].ndim)
    return np.squeeze(inputs[0], None if axes is None else tuple(axes))


def _unsqueeze(node, inputs, opset):
    axes = node.get("axes")
    axes = inputs[1].tolist() if axes is None else axes
    return np.expand_dims(inputs[0], tuple(axes))


def _transpose(node, inputs, opset):
    return np.transpose(inputs[0], node.get("perm"))


def _concat(node, inputs, opset):
    return np.concatenate(inputs, axis=node.get("axis"))


def _slice(node, inputs, opset):
    x = inputs[0]
    if opset < 10:
        starts, ends = node.get("starts"), node.get("ends")
        axes, steps = node.get("axes"), None
    else:
        starts, ends, axes, steps = ([None if v is None else v.tolist() for v in inputs[1:]] + [None] * 2)[:4]
    axes = list(range(len(starts))) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    index = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        size = x.shape[axis]
        if step > 0:
            index[axis] = slice(start, end, step)
        else:
            start = min(start, size - 1) if start >= 0 else start
            stop = None if end < -size else end
            index[axis] = slice(start, stop, step)
    return x[tuple(index)]


def _split(node, inputs, opset):
    x, axis = inputs[0], node.get("axis", 0)
    sizes = node.get("split")
    if sizes is None and len(inputs) > 1 and inputs[1] is not None:
        sizes = inputs[1].tolist()
    if sizes is None:
        count = node.get("num_outputs", len(node.outputs))
        part = -(-x.shape[axis] // count)
        sizes = [part] * (count - 1) + [x.shape[axis] - part * (count - 1)]
    return np.split(x, np.cumsum(sizes)[:-1], axis=axis)


def _pad(node, inputs, opset):
    x = inputs[0]
    if opset < 11:
        pads, value = node.get("pads"), node.get("value", 0.0)
    else:
        pads = inputs[1].tolist()
        value = inputs[2].reshape(()) if len(inputs) > 2 and inputs[2] is not None else 0
        if len(inputs) > 3 and inputs[3] is not None:
            full = [0] * (2 * x.ndim)
            axes = [a % x.ndim for a in inputs[3].tolist()]
            for i, axis in enumerate(axes):
                full[axis], full[axis + x.ndim] = pads[i], pads[i + len(axes)]
            pads = full
    low, high = pads[: x.ndim], pads[x.ndim :]
    x = x[tuple(slice(max(0, -a), x.shape[i] + min(0, b)) for i, (a, b) in enumerate(zip(low, high)))]
    widths = [(max(0, a), max(0, b)) for a, b in zip(low, high)]
    mode = node.get("mode", "constant")
    if mode == "constant":
        return np.pad(x, widths, constant_values=np.asarray(value, x.dtype))
    return np.pad(x, widths, mode=mode)


def _gather(node, inputs, opset):
    return np.take(inputs[0], inputs[1], axis=node.get("axis", 0))


def _expand(node, inputs, opset):
    return np.array(
        np.broadcast_to(inputs[0], np.broadcast_shapes(inputs[0].shape, tuple(inputs[1].tolist())))
    )


def _shape(node, inputs, opset):
    shape = np.array(inputs[0].shape, np.int64)
    return shape[node.get("start", 0) : node.get("end")]


def _constant_of_shape(node, inputs, opset):
    value = node.get("value", np.zeros(1, np.float32))
    return np.full(inputs[0].tolist(), value.reshape(()), value.dtype)


def _depth_to_space(node, inputs, opset):
    x, block = inputs[0], node.get("blocksize")
    n, c, h, w = x.shape
    c //= block * block
    if node.get("mode", "DCR") == "DCR":
        y = x.reshape(n, block, block, c, h, w).transpose(0, 3, 4, 1, 5, 2)
    else:
        y = x.reshape(n, c, block, block, h, w).transpose(0, 1, 4, 2, 5, 3)
    return y.reshape(n, c, h * block, w * block)


OPERATORS = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Transpose": _transpose,
    "Concat": _concat,
    "Slice": _slice,
    "Split": _split,
    "Pad": _pad,
    "Gather": _gather,
    "Expand": _expand,
    "Tile": lambda node, inputs, opset: np.tile(inputs[0], inputs[1].tolist()),
    "Shape": _shape,
    "Size": lambda node, inputs, opset: np.array(inputs[0].size, np.int64),
    "ConstantOfShape": _constant_of_shape,
    "Range": lambda node, inputs, opset: np.arange(*(i.item() for i in inputs)).astype(inputs[0].dtype),
    "DepthToSpace": _depth_to_space,
}
