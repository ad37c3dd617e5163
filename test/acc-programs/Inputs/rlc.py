"""rlc.py RLC.bin RAW.bin: both give NumPy's result; of the encoded feature maps their encoded bytes move."""

import sys

import numpy as np
from numerics import convolve, output, records, tools

INT16 = dict(low=-(2**15), high=2**15 - 1, dtype=np.int16)


def encoded_bytes(segment, zero):
    """64 bits for every three pairs of a run of at most 31 zeros and a level (hardware.md, Compression), or, where that
    is less, a word that marks the elements as they are."""
    pairs, run = 0, 0
    for value in segment.ravel():
        if value == zero and run < 31:
            run += 1
        else:
            pairs, run = pairs + 1, 0
    pairs += run > 0
    return min(8 * ((pairs + 2) // 3), 8 + 2 * segment.size)


def moved(tensor, zero, segment, boxes):
    """Of a tensor's boxes (a slice for each dimension), segment by segment."""
    total = 0
    for box in boxes:
        starts = [range(s.start, s.stop, n) for s, n in zip(box, segment)]
        for position in np.array(np.meshgrid(*starts, indexing="ij")).reshape(len(segment), -1).T:
            total += encoded_bytes(tensor[tuple(slice(p, p + n) for p, n in zip(position, segment))], zero)
    return total


def strips(rows, halo, channels, tile, height=14, width=9):
    """Loads by strips of rows, and by tiles of channels within each."""
    for top in range(0, height, rows):
        for first in range(0, channels, tile):
            yield (
                slice(0, 1),
                slice(first, first + tile),
                slice(max(0, top - halo), min(height, top + rows + halo)),
                slice(0, width),
            )


rng = np.random.default_rng(5)
x = np.where(rng.random((1, 4, 14, 9)) < 0.4, -3, rng.integers(-3000, 3000, (1, 4, 14, 9))).astype(np.int16)
inputs = {
    "x": x,
    "w1": rng.integers(-(2**15), 2**15, (6, 4, 3, 3)).astype(np.int16),
    "p1": records(rng, 6, 5e-5, bias=2**20),
    "w2": rng.integers(-(2**15), 2**15, (4, 6, 3, 3)).astype(np.int16),
    "p2": records(rng, 4, 1e-5),
}
h = output(convolve(x, inputs["w1"], pads=(1, 1, 1, 1), zero_point=-3), inputs["p1"], 5, **(INT16 | {"low": 5}))
y = output(convolve(h, inputs["w2"], pads=(1, 1, 1, 1), zero_point=5), inputs["p2"], 0, **INT16)
for name, tensor in ("h", h), ("y", y):
    inside = np.mean(np.abs(tensor.astype(np.int32)) < 2**15 - 1)
    assert inside > 0.5, f"the test's scales saturate {name}"
    assert np.abs(tensor).max() > 2**14, f"{name} does not need 16 bits"

rlc, raw = (tools.simulate(program, inputs, tensors=True) for program in sys.argv[1:])
for name, run in ("rlc", rlc), ("raw", raw):
    for tensor, need in ("h", h), ("y", y):
        have = run.tensors[tensor]
        assert np.array_equal(have, need), f"{name}: {np.count_nonzero(have != need)} elements of {tensor} differ"

params = sum(inputs[n].nbytes for n in ("p1", "p2"))
dram = rlc.stats["dram"]
stored = moved(h, 5, (1, 3, 2, 9), strips(4, 0, 6, 6)) + moved(y, 0, (1, 4, 7, 9), strips(7, 0, 4, 4))
assert dram["write_bytes"] == stored, (dram, stored)
loaded = moved(x, -3, (1, 2, 1, 9), strips(4, 1, 4, 2)) + moved(h, 5, (1, 3, 2, 9), strips(7, 1, 6, 3))
# Filters are streamed for each strip, by tiles of input channels: runs of 36 and of 54 bytes in bursts of 8.
filters = 4 * 2 * 6 * 40 + 2 * 2 * 4 * 56
assert dram["read_bytes"] == loaded + params + filters, (dram, loaded, params, filters)
assert dram["write_bytes"] < raw.stats["dram"]["write_bytes"]
print("equal")
