"""Resize and Upsample: nearest and linear, axis by axis."""

from __future__ import annotations

import numpy as np


def _coordinates(mode, out, size, scale, resized):
    i = np.arange(out, dtype=np.float64)
    if mode == "half_pixel":
        return (i + 0.5) / scale - 0.5
    if mode == "half_pixel_symmetric":
        adjustment = out / resized
        return size / 2 * (1 - adjustment) + (i + 0.5) / scale - 0.5
    if mode == "pytorch_half_pixel":
        return (i + 0.5) / scale - 0.5 if out > 1 else np.zeros(1)
    if mode == "align_corners":
        return i * (size - 1) / (out - 1) if out > 1 else np.zeros(1)
    if mode == "asymmetric":
        return i / scale
    raise ValueError(f"coordinate mode {mode} is not evaluated here")


_NEAREST = {
    "round_prefer_floor": lambda x: np.ceil(x - 0.5),
    "round_prefer_ceil": lambda x: np.floor(x + 0.5),
    "floor": np.floor,
    "ceil": np.ceil,
}


def _resize_axis(x, axis, out, scale, mode, coordinate_mode, nearest_mode):
    size = x.shape[axis]
    position = _coordinates(coordinate_mode, out, size, scale, size * scale)
    if mode == "nearest":
        index = np.clip(_NEAREST[nearest_mode](position), 0, size - 1).astype(np.int64)
        return np.take(x, index, axis=axis)
    position = np.clip(position, 0, size - 1)
    low = np.floor(position).astype(np.int64)
    high = np.minimum(low + 1, size - 1)
    shape = [1] * x.ndim
    shape[axis] = out
    weight = (position - low).reshape(shape)
    return np.take(x, low, axis=axis) * (1 - weight) + np.take(x, high, axis=axis) * weight


def _resize(node, inputs, opset):
    x = inputs[0]
    mode = node.get("mode", "nearest")
    if node.op == "Upsample" or opset < 11:
        scales = np.array(node.get("scales")) if len(inputs) < 2 else inputs[1]
        sizes, coordinate_mode, nearest_mode = None, "asymmetric", "floor"
    else:
        scales = inputs[2] if len(inputs) > 2 and inputs[2] is not None and inputs[2].size else None
        sizes = inputs[3].tolist() if len(inputs) > 3 and inputs[3] is not None else None
        coordinate_mode = node.get("coordinate_transformation_mode", "half_pixel")
        nearest_mode = node.get("nearest_mode", "round_prefer_floor")
    axes = node.get("axes") or list(range(x.ndim))
    if mode not in ("nearest", "linear") or node.get("antialias", 0):
        raise ValueError(f"{node}: mode {mode} is not evaluated here")
    for i, axis in enumerate(axes):
        size = x.shape[axis]
        out = int(sizes[i]) if sizes is not None else int(np.floor(size * float(scales[i])))
        scale = out / size if sizes is not None else float(scales[i])
        if out != size or scale != 1.0:
            x = _resize_axis(x, axis, out, scale, mode, coordinate_mode, nearest_mode)
    return x


OPERATORS = {"Resize": _resize, "Upsample": _resize}
