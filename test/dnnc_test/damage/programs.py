"""Programs cut and flipped, their checksums made right again."""

from __future__ import annotations

import numpy as np

from dnnc_test import program


def cut(data: bytes, part: float) -> bytes:
    return program.seal(bytearray(data[: int(len(data) * part)]))


def flipped(data: bytes, seed: int) -> bytes:
    """One to four bits or words changed, mostly in the instructions and tables, which steer the machine."""
    rng = np.random.default_rng(seed)
    result = bytearray(data)
    places = [s for s in program.sections(data) if s.size]
    weights = np.array([0.3 if s.kind == program.CONSTANTS else 2.0 if s.kind >= 64 else 1.0 for s in places])
    for _ in range(int(rng.integers(1, 5))):
        if rng.random() < 0.08:  # the header and the table of sections
            at = int(rng.integers(8, 64 + 32 * len(places)))
        else:
            section = places[int(rng.choice(len(places), p=weights / weights.sum()))]
            at = section.offset + int(rng.integers(section.size))
        kind = rng.random()
        if kind < 0.6:
            result[at] ^= 1 << int(rng.integers(8))
        elif kind < 0.8:
            result[at] = int(rng.choice([0, 1, 0x7F, 0x80, 0xFF]))
        else:
            at -= at % 8
            extreme = [0, 1, 2**31 - 1, 2**31, 2**32, 2**55, 2**63 - 1, 2**63, 2**64 - 1]
            result[at : at + 8] = int(extreme[int(rng.integers(len(extreme)))]).to_bytes(8, "little")
    return program.seal(result, length=bool(rng.random() < 0.95))


def tensors(good: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    """Inputs that do not fit."""
    name, array = next(iter(good.items()))
    return {
        "input of another shape": {name: array[..., :-1]},
        "input of another rank": {name: array[0]},
        "input of another type": {name: array.astype(np.float64)},
        "integers for floats": {name: array.astype(np.int32)},
        "unknown input": dict(good, stranger=array),
    }
