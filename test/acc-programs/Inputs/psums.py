"""psums.py CONV.edge.bin CONV.rows.bin MATMUL.edge.bin: NumPy's results, and psums that go to the memory and back."""

import sys

import numpy as np
from numerics import convolve, output, records, tools

rng = np.random.default_rng(3)
inputs = {
    "x": rng.integers(-(2**15), 2**15, (1, 8, 6, 6)).astype(np.int16),
    "w": rng.integers(-(2**15), 2**15, (4, 8, 3, 3)).astype(np.int16),
    "p": records(rng, 4, 1e-6, bias=2**30),
}
accumulators = convolve(inputs["x"], inputs["w"], pads=(1, 1, 1, 1), zero_point=100)
assert np.abs(accumulators).max() > 2**31, "32 bits would do"
need = output(accumulators, inputs["p"], -7, low=-(2**15), high=2**15 - 1, dtype=np.int16)
assert np.mean(np.abs(need.astype(np.int32)) < 2**15 - 1) > 0.5, "the test's scales saturate everything"
for program in sys.argv[1:3]:
    run = tools.simulate(program, inputs)
    have = run.outputs["y"]
    assert np.array_equal(have, need), f"{program}: {np.count_nonzero(have != need)} elements differ"

# Small whole numbers, of which every sum is exact in float32.
inputs = {n: rng.integers(-9, 10, shape).astype(np.float32) for n, shape in (("x", (1, 10, 12)), ("w", (1, 12, 6)))}
have = tools.simulate(sys.argv[3], inputs).outputs["y"]
assert np.array_equal(have, inputs["x"] @ inputs["w"]), np.count_nonzero(have != inputs["x"] @ inputs["w"])
print("equal")
