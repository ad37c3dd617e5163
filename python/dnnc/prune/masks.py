"""Which weights stay. The same input gives the same answer on every machine: comparisons only, and ties are
decided by place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_BLOCK = 1 << 20  # elements sorted at a time


@dataclass(frozen=True)
class Pattern:
    """At most n of m consecutive weights along the input channels are not zero."""

    n: int
    m: int

    @staticmethod
    def parse(text: str) -> Pattern:
        n, colon, m = text.partition(":")
        if not (colon and n.isdecimal() and m.isdecimal() and 1 <= int(n) < int(m) <= 64):
            raise ValueError(f"have '{text}'; need N:M with 1 <= N < M <= 64, as in 2:4")
        return Pattern(int(n), int(m))

    def __str__(self) -> str:
        return f"{self.n}:{self.m}"


def of_sparsity(magnitudes: list[np.ndarray], sparsity: float) -> list[np.ndarray]:
    """The smallest magnitudes of all arrays together go, as many as make up `sparsity`, rounded to the
    nearest count.

    Among equal magnitudes, of which quantized weights have many, those that go are evenly spread: taken from
    the front, they would thin out the first output channels only.
    """
    every = np.concatenate([m.reshape(-1) for m in magnitudes]) if len(magnitudes) > 1 else magnitudes[0].reshape(-1)
    count = int(sparsity * every.size + 0.5)
    keep = np.ones(every.size, bool)
    if count > 0:
        limit = np.partition(every, count - 1)[count - 1]
        keep[every < limit] = False
        ties = np.flatnonzero(every == limit)
        missing = count - int(np.count_nonzero(every < limit))
        keep[ties[np.arange(missing, dtype=np.int64) * len(ties) // missing]] = False
    ends = np.cumsum([m.size for m in magnitudes])
    return [part.reshape(m.shape) for part, m in zip(np.split(keep, ends[:-1]), magnitudes)]


def of_pattern(magnitude: np.ndarray, lines: np.ndarray, pattern: Pattern) -> np.ndarray:
    """In each group of m along the last axis of `lines`, which holds places in the flattened magnitude, the n
    largest stay, the first of equal ones. A last group that is shorter keeps n as well.
    """
    flat = magnitude.reshape(-1)
    keep = np.zeros(flat.size, bool)
    channels = lines.shape[-1]
    rows = lines.reshape(-1, channels)
    groups = -(-channels // pattern.m)
    step = max(1, _BLOCK // channels)
    for start in range(0, len(rows), step):
        places = rows[start : start + step]
        # What fills the last group up is below every magnitude.
        filled = np.full((len(places), groups * pattern.m), -1, flat.dtype)
        filled[:, :channels] = flat[places]
        grouped = filled.reshape(len(places), groups, pattern.m)
        largest = np.argsort(-grouped, axis=-1, kind="stable")[..., : pattern.n]
        stay = np.zeros(grouped.shape, bool)
        np.put_along_axis(stay, largest, True, axis=-1)
        keep[places] = stay.reshape(len(places), -1)[:, :channels]
    return keep.reshape(magnitude.shape)
