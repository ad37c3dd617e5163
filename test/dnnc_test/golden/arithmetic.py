"""Quantized arithmetic as hardware.md's Numerics: integers held in floats that represent them exactly,
float32 steps spelled out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

F32 = np.float32


@dataclass
class Scale:
    """Scale and zero point of a quantized tensor; arrays of one element, or one per index of `axis`."""

    scale: np.ndarray
    zero: np.ndarray
    axis: int

    @property
    def per_tensor(self) -> bool:
        return self.scale.size == 1

    def shaped(self, values, rank):
        if values.size == 1:
            return values.reshape(())
        shape = [1] * rank
        shape[self.axis] = values.size
        return values.reshape(shape)


def saturate(values, dtype):
    """Whole numbers in a float array, cut to the integer type."""
    limits = np.iinfo(dtype)
    return np.clip(values, limits.min, limits.max).astype(dtype)


def quantize(x, scale: Scale, dtype):
    """rint(fl32(x / s)) + z, saturated."""
    step = F32(scale.shaped(scale.scale, x.ndim))
    zero = scale.shaped(scale.zero, x.ndim).astype(np.float64)
    return saturate(np.rint(x.astype(F32, copy=False) / step).astype(np.float64) + zero, dtype)


def dequantize(q, scale: Scale):
    """fl32((q − z) · s)."""
    centered = q.astype(np.int64) - scale.shaped(scale.zero, q.ndim).astype(np.int64)
    return centered.astype(F32) * F32(scale.shaped(scale.scale, q.ndim))


def centered(q, scale: Scale, dtype=np.float64):
    """q − z as whole numbers of a float type."""
    return (q.astype(np.int32) - scale.shaped(scale.zero, q.ndim).astype(np.int32)).astype(dtype)


def requantize(accumulator, multiplier, zero, dtype):
    """rint(fl32(acc) · multiplier) + z, saturated; both factors and the product in float32."""
    product = accumulator.astype(F32) * F32(multiplier)
    return saturate(np.rint(product).astype(np.float64) + float(zero), dtype)
