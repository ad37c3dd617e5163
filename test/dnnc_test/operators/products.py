"""Convolutions and matrix products, in whatever float type the operands have."""

from __future__ import annotations

import numpy as np

from dnnc_test.operators.pool import resolve_pads

_CHUNK_BYTES = 64 << 20  # of gathered columns at a time


def convolve(x, w, strides, dilations, low, high, group):
    """x [N,C,H,W], w [M,C/group,R,S] -> [N,M,P,Q]."""
    n, c, h, width = x.shape
    m, cg, r, s = w.shape
    x = np.pad(x, [(0, 0), (0, 0), (low[0], high[0]), (low[1], high[1])]) if any(low) or any(high) else x
    p = (x.shape[2] - (r - 1) * dilations[0] - 1) // strides[0] + 1
    q = (x.shape[3] - (s - 1) * dilations[1] - 1) // strides[1] + 1
    if cg == 1 and group > 1:
        return _depthwise(x, w, strides, dilations, p, q, m // group)
    result = np.empty((n, m, p, q), x.dtype)
    mg = m // group
    rows = max(1, _CHUNK_BYTES // (cg * r * s * q * x.itemsize))
    for g in range(group):
        flat = w[g * mg : (g + 1) * mg].reshape(mg, -1)
        for i in range(n):
            image = x[i, g * cg : (g + 1) * cg]
            cs, hs, ws = image.strides
            windows = np.lib.stride_tricks.as_strided(
                image,
                (cg, r, s, p, q),
                (cs, hs * dilations[0], ws * dilations[1], hs * strides[0], ws * strides[1]),
            )
            for start in range(0, p, rows):
                part = windows[:, :, :, start : start + rows]
                columns = part.reshape(cg * r * s, -1)
                result[i, g * mg : (g + 1) * mg, start : start + rows] = (flat @ columns).reshape(mg, -1, q)
    return result


def _depthwise(x, w, strides, dilations, p, q, multiplier):
    x = np.repeat(x, multiplier, axis=1) if multiplier > 1 else x
    result = np.zeros((x.shape[0], w.shape[0], p, q), x.dtype)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            part = x[:, :, i * dilations[0] :, j * dilations[1] :]
            result += (
                w[:, 0, i, j][None, :, None, None] * part[:, :, :: strides[0], :: strides[1]][:, :, :p, :q]
            )
    return result


def convolve_transposed(x, w, strides, dilations, low, high, output_padding, group):
    """x [N,C,H,W], w [C,M/group,R,S] -> [N,M,H',W']; `low` and `high` are cut from the full result."""
    n, c, h, width = x.shape
    _, mg, r, s = w.shape
    cg = c // group
    full_h = (h - 1) * strides[0] + (r - 1) * dilations[0] + 1 + output_padding[0]
    full_w = (width - 1) * strides[1] + (s - 1) * dilations[1] + 1 + output_padding[1]
    result = np.zeros((n, mg * group, full_h, full_w), x.dtype)
    for g in range(group):
        columns = x[:, g * cg : (g + 1) * cg].reshape(n, cg, -1)
        for i in range(r):
            for j in range(s):
                part = (w[g * cg : (g + 1) * cg, :, i, j].T @ columns).reshape(n, mg, h, width)
                top, left = i * dilations[0], j * dilations[1]
                result[
                    :,
                    g * mg : (g + 1) * mg,
                    top : top + (h - 1) * strides[0] + 1 : strides[0],
                    left : left + (width - 1) * strides[1] + 1 : strides[1],
                ] += part
    return result[:, :, low[0] : full_h - high[0], low[1] : full_w - high[1]]


def _pair(node, key, default, rank):
    value = list(node.get(key) or [default] * rank)
    return [default] * (2 - rank) + value


def product(node, x, w):
    """The bare product of a Conv, ConvTranspose, MatMul or Gemm node, without bias."""
    if node.op == "MatMul":
        return x @ w
    if node.op == "Gemm":
        return (x.T if node.get("transA", 0) else x) @ (w.T if node.get("transB", 0) else w)
    rank = x.ndim - 2
    if rank == 1:  # a 1-D convolution is one over an image of height 1
        x, w = x[:, :, None, :], w[:, :, None, :]
    strides, dilations = _pair(node, "strides", 1, rank), _pair(node, "dilations", 1, rank)
    group = node.get("group", 1)
    if node.op == "Conv":
        low, high = resolve_pads(
            node, x.shape[4 - rank :], w.shape[4 - rank :], strides[2 - rank :], dilations[2 - rank :]
        )
        low, high = [0] * (2 - rank) + list(low), [0] * (2 - rank) + list(high)
        y = convolve(x, w, strides, dilations, low, high, group)
    else:
        if node.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID") or node.get("output_shape"):
            raise ValueError(f"{node}: auto_pad and output_shape are not evaluated here")
        pads = node.get("pads", [0] * (2 * rank))
        y = convolve_transposed(
            x,
            w,
            strides,
            dilations,
            [0] * (2 - rank) + pads[:rank],
            [0] * (2 - rank) + pads[rank:],
            _pair(node, "output_padding", 0, rank),
            group,
        )
    return y[:, :, 0, :] if rank == 1 else y


def add_bias(node, y, bias):
    """The bias of a product node, broadcast as the operator says."""
    if bias is None:
        return y
    if node.op in ("Conv", "ConvTranspose"):
        return y + bias.reshape((1, -1) + (1,) * (y.ndim - 2))
    return y + bias


def _product(node, inputs, opset):
    y = product(node, inputs[0], inputs[1])
    bias = inputs[2] if len(inputs) > 2 else None
    if node.op == "Gemm":
        y = y * float(np.float32(node.get("alpha", 1.0)))
        bias = bias * float(np.float32(node.get("beta", 1.0))) if bias is not None else None
    return add_bias(node, y, bias)


OPERATORS = {name: _product for name in ("Conv", "ConvTranspose", "MatMul", "Gemm")}
