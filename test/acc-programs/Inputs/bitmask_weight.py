"""bitmask_weight.py BITMASK.bin PLAIN.bin TEXT: both give NumPy's result; of the encoded weight fewer bytes
move.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
from numerics import convolve, output, random_int8, records, tools

weight = re.search(r"dense<(.*?)> : tensor<8x4x3x3xi8>", Path(sys.argv[3]).read_text(), re.DOTALL).group(1)
weight = np.array(json.loads(weight), np.int8)

rng = np.random.default_rng(11)
inputs = {"x": random_int8(rng, 1, 4, 12, 16), "p": records(rng, 8, 2e-2)}
need = output(convolve(inputs["x"], weight, pads=(1, 1, 1, 1), zero_point=3), inputs["p"], 7)
assert 0.1 < np.mean((need > -128) & (need < 127)), "the test's scales saturate everything"

bitmask, plain = (tools.simulate(program, inputs) for program in sys.argv[1:3])
for name, run in ("bitmask", bitmask), ("plain", plain):
    have = run.outputs["y"]
    assert np.array_equal(have, need), f"{name}: {np.count_nonzero(have != need)} elements differ"

# A segment is a length word, a mask of 36 bits and its non-zeros; what moves is that, in bursts of 32 bytes.
segments = weight.reshape(4, 2, 2, 2, 3, 3).swapaxes(1, 2).reshape(8, 36)
encoded = 4 + 5 + np.count_nonzero(segments, axis=1)
bursts = int(np.sum((encoded + 31) // 32 * 32))
reads = bitmask.stats["dram"]["read_bytes"], plain.stats["dram"]["read_bytes"]
assert plain.stats["nodes"][0]["dram"]["read_bytes"] == reads[1]
# Of the plain weight's segments each filter is a run of 18 bytes: a burst.
assert reads[1] - reads[0] == 8 * 2 * 32 - bursts, (reads, bursts)
assert reads[0] < reads[1]
print("equal")
