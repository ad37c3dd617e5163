"""two_convs.py FUSED.bin APART.bin: both give NumPy's result; the fused one moves nothing in between."""

import sys

import numpy as np
from numerics import convolve, output, random_int8, records, tools

rng = np.random.default_rng(7)
inputs = {
    "x": random_int8(rng, 1, 4, 20, 32),
    "w1": random_int8(rng, 8, 4, 3, 3),
    "p1": records(rng, 8, 2e-3),
    "w2": random_int8(rng, 8, 8, 3, 3),
    "p2": records(rng, 8, 5e-4),
}
between = output(
    convolve(inputs["x"], inputs["w1"], pads=(1, 1, 1, 1), zero_point=3), inputs["p1"], -5, low=-5
)
need = output(convolve(between, inputs["w2"], pads=(1, 1, 1, 1), zero_point=-5), inputs["p2"], 7)
assert 0.1 < np.mean((need > -128) & (need < 127)), "the test's scales saturate everything"

fused, apart = (tools.simulate(program, inputs) for program in sys.argv[1:])
for name, run in ("fused", fused), ("apart", apart):
    have = run.outputs["y"]
    assert np.array_equal(have, need), f"{name}: {np.count_nonzero(have != need)} elements differ"

# Of the input, each tile of five rows reads two more above and below it, as far as they exist; of everything else
# DRAM moves each byte once, and of the tensor between the convolutions none.
rows = sum(min(20, 5 * tile + 7) - max(0, 5 * tile - 2) for tile in range(4))
once = sum(inputs[name].nbytes for name in ("w1", "p1", "w2", "p2"))
assert fused.stats["dram"]["read_bytes"] == rows * 4 * 32 + once, fused.stats["dram"]
assert fused.stats["dram"]["write_bytes"] == need.nbytes, fused.stats["dram"]
assert apart.stats["dram"]["write_bytes"] == between.nbytes + need.nbytes, apart.stats["dram"]

# The first convolution's rows at the tiles' borders are computed twice, and one node says so.
assert len(fused.stats["nodes"]) == 1 and fused.stats["nodes"][0]["onnx"] == ["conv1", "conv2"]
macs = between.size * 4 * 9 + need.size * 8 * 9
again = (sum(min(20, 5 * tile + 6) - max(0, 5 * tile - 1) for tile in range(4)) - 20) * 8 * 32 * 4 * 9
assert fused.stats["macs"] == macs, fused.stats["macs"]
assert apart.stats["macs"] == apart.stats["macs_executed"] == macs, apart.stats["macs_executed"]
assert fused.stats["macs_executed"] == macs + again, (fused.stats["macs_executed"], macs, again)
print("equal")
