"""The array's arithmetic in NumPy (hardware.md, Numerics), for the programs beside this folder."""

import os
import shutil
from pathlib import Path

import numpy as np
from dnnc_test.golden.arithmetic import requantize
from dnnc_test.run import Tools

# The build folder that lit tests: its tools are first in PATH.
os.environ["DNNC_BUILD"] = str(Path(shutil.which("dnnc")).resolve().parents[1])
tools = Tools()


def convolve(x, w, strides=(1, 1), dilations=(1, 1), pads=(0, 0, 0, 0), groups=1, zero_point=0):
    """Accumulators of a convolution of integers; exact."""
    n, channels, height, width = x.shape
    filters, depth, rows, columns = w.shape
    top, left, bottom, right = pads
    centered = np.zeros((n, channels, height + top + bottom, width + left + right), np.int64)
    centered[:, :, top : top + height, left : left + width] = x.astype(np.int64) - zero_point
    out_rows = (centered.shape[2] - (rows - 1) * dilations[0] - 1) // strides[0] + 1
    out_columns = (centered.shape[3] - (columns - 1) * dilations[1] - 1) // strides[1] + 1
    result = np.zeros((n, filters, out_rows, out_columns), np.int64)
    per_group = filters // groups
    for g in range(groups):
        inputs = centered[:, g * depth : (g + 1) * depth]
        filter_ = w[g * per_group : (g + 1) * per_group].astype(np.int64)
        for r in range(rows):
            for s in range(columns):
                top_, left_ = r * dilations[0], s * dilations[1]
                part = inputs[:, :, top_ :: strides[0], left_ :: strides[1]][:, :, :out_rows, :out_columns]
                result[:, g * per_group : (g + 1) * per_group] += np.einsum(
                    "nchw,mc->nmhw", part, filter_[:, :, r, s]
                )
    return result


def records(rng, channels, scale, bias=500):
    """Parameter records of requantized channels: bias, multiplier (as bits), weight zero point, float bias."""
    params = np.zeros((channels, 4), np.int32)
    params[:, 0] = rng.integers(-bias, bias + 1, channels)
    params[:, 1] = (rng.uniform(0.5, 1.5, channels) * scale).astype(np.float32).view(np.int32)
    return params


def output(accumulator, params, zero_point, low=-128, high=127, dtype=np.int8):
    """What the output path stores of [N, M, …] accumulators in mode requantize."""
    shape = [1, -1] + [1] * (accumulator.ndim - 2)
    biased = accumulator + params[:, 0].reshape(shape)
    multipliers = params[:, 1].copy().view(np.float32).reshape(shape)
    return np.clip(requantize(biased, multipliers, zero_point, dtype), low, high).astype(dtype)


def random_int8(rng, *shape):
    return rng.integers(-128, 128, shape, np.int8)
