"""Softmax and the normalizations."""

from __future__ import annotations

import numpy as np


def _softmax_axes(node, x, opset):
    """Before opset 13 the tensor is taken as a matrix, split at the axis; since then only the axis itself
    counts.
    """
    if opset >= 13:
        return (node.get("axis", -1),)
    axis = node.get("axis", 1) % x.ndim
    return tuple(range(axis, x.ndim))


def _softmax(node, inputs, opset):
    x = inputs[0]
    axes = _softmax_axes(node, x, opset)
    e = np.exp(x - x.max(axis=axes, keepdims=True))
    return e / e.sum(axis=axes, keepdims=True)


def _log_softmax(node, inputs, opset):
    x = inputs[0]
    axes = _softmax_axes(node, x, opset)
    x = x - x.max(axis=axes, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=axes, keepdims=True))


def _batch_norm(node, inputs, opset):
    x, scale, bias, mean, variance = inputs
    shape = (1, -1) + (1,) * (x.ndim - 2)
    factor = scale / np.sqrt(variance + float(np.float32(node.get("epsilon", 1e-5))))
    return (x - mean.reshape(shape)) * factor.reshape(shape) + bias.reshape(shape)


def _instance_norm(node, inputs, opset):
    x, scale, bias = inputs
    axes = tuple(range(2, x.ndim))
    shape = (1, -1) + (1,) * (x.ndim - 2)
    mean = x.mean(axis=axes, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=axes, keepdims=True)
    factor = scale.reshape(shape) / np.sqrt(variance + float(np.float32(node.get("epsilon", 1e-5))))
    return (x - mean) * factor + bias.reshape(shape)


def _lrn(node, inputs, opset):
    x, size = inputs[0], node.get("size")
    alpha, beta, bias = (
        float(np.float32(node.get(k, d))) for k, d in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))
    )
    before, after = (size - 1) // 2, size // 2
    square = np.pad(x * x, [(0, 0), (before, after)] + [(0, 0)] * (x.ndim - 2))
    total = sum(square[:, i : i + x.shape[1]] for i in range(size))
    return x / (bias + alpha / size * total) ** beta


OPERATORS = {
    "Softmax": _softmax,
    "LogSoftmax": _log_softmax,
    "BatchNormalization": _batch_norm,
    "InstanceNormalization": _instance_norm,
    "LRN": _lrn,
}
