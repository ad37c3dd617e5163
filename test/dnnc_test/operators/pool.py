"""Pooling windows. Sums and counts are apart, since a quantized average divides by each output's own
count.
"""

from __future__ import annotations

import numpy as np


def _window(node, spatial):
    """Kernel, strides, dilations, pads low and high of a pooling or convolution node, auto_pad resolved."""
    rank = len(spatial)
    kernel = node.get("kernel_shape")
    strides = node.get("strides", [1] * rank)
    dilations = node.get("dilations", [1] * rank)
    return kernel, strides, dilations, *resolve_pads(node, spatial, kernel, strides, dilations)


def resolve_pads(node, spatial, kernel, strides, dilations):
    rank = len(spatial)
    mode = node.get("auto_pad", "NOTSET")
    if mode in ("NOTSET", "VALID"):
        pads = node.get("pads", [0] * (2 * rank)) if mode == "NOTSET" else [0] * (2 * rank)
        return pads[:rank], pads[rank:]
    low, high = [], []
    for size, k, stride, dilation in zip(spatial, kernel, strides, dilations):
        total = max(0, (-(-size // stride) - 1) * stride + (k - 1) * dilation + 1 - size)
        small, large = total // 2, total - total // 2
        low.append(small if mode == "SAME_UPPER" else large)
        high.append(large if mode == "SAME_UPPER" else small)
    return low, high


def _output_size(size, k, stride, dilation, low, high, ceil):
    span = size + low + high - (k - 1) * dilation - 1
    if not ceil:
        return span // stride + 1
    out = -(-span // stride) + 1
    # A window that would start in the padding behind the input does not count.
    return out - 1 if (out - 1) * stride >= size + low else out


def _slide(x, node, initial, combine):
    """Combines the window's elements; positions outside the input hold `initial`."""
    spatial = x.shape[2:]
    kernel, strides, dilations, low, high = _window(node, spatial)
    ceil = bool(node.get("ceil_mode", 0))
    outs = [_output_size(*args, ceil) for args in zip(spatial, kernel, strides, dilations, low, high)]
    reach = [(o - 1) * s + (k - 1) * d + 1 for o, s, k, d in zip(outs, strides, kernel, dilations)]
    widths = [(0, 0)] * 2 + [(a, max(0, r - n - a)) for a, r, n in zip(low, reach, spatial)]
    padded = np.pad(x, widths, constant_values=initial)
    result = np.full(x.shape[:2] + tuple(outs), initial, x.dtype)
    for offset in np.ndindex(*kernel):
        index = tuple(
            slice(o * d, o * d + (n - 1) * s + 1, s) for o, d, n, s in zip(offset, dilations, outs, strides)
        )
        result = combine(result, padded[(slice(None), slice(None)) + index])
    return result


def sums_and_counts(node, x):
    """The window sums of an AveragePool or GlobalAveragePool node, and how many elements each output
    counts.
    """
    if node.op == "GlobalAveragePool":
        axes = tuple(range(2, x.ndim))
        return x.sum(axis=axes, keepdims=True), np.array(float(np.prod(x.shape[2:])))
    sums = _slide(x, node, x.dtype.type(0), np.add)
    ones = np.ones((1, 1) + x.shape[2:])
    if node.get("count_include_pad", 0):
        # Padding counts, the overhang of ceil_mode beyond it does not.
        _, _, _, low, high = _window(node, x.shape[2:])
        ones = np.pad(ones, [(0, 0)] * 2 + list(zip(low, high)), constant_values=1.0)
        inner = dict(node.attributes, pads=[0] * (2 * len(low)), auto_pad="NOTSET")
        counts = _slide(ones, type(node)(node.op, [], node.outputs, inner), 0.0, np.add)
        counts = counts[tuple(slice(0, n) for n in (1, 1) + sums.shape[2:])]
        return sums, counts
    return sums, _slide(ones, node, 0.0, np.add)


def _average(node, inputs, opset):
    sums, counts = sums_and_counts(node, inputs[0])
    return sums / counts.astype(sums.dtype)


def _max(node, inputs, opset):
    x = inputs[0]
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    return _slide(x, node, lowest, np.maximum)


OPERATORS = {
    "MaxPool": _max,
    "AveragePool": _average,
    "GlobalAveragePool": _average,
    "GlobalMaxPool": lambda node, inputs, opset: inputs[0].max(
        axis=tuple(range(2, inputs[0].ndim)), keepdims=True
    ),
}
