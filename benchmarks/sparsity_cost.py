"""What sparsity costs where there is little: every int8 network of the suite with sparsity on beside off.

On `edge`. Off is the same machine with all that profits from zeros switched off (dnnc --sparsity off). The networks
are not pruned; their inputs and activations are what they are.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx

from common.rows import difference, row
from dnnc_test import networks, quantized
from dnnc_test.run import Tools

FIGURES = {"dram_bytes": "B", "cycles": "cycles"}


def figures(stats: dict) -> dict[str, int]:
    dram = stats["dram"]
    return {"dram_bytes": dram["read_bytes"] + dram["write_bytes"], "cycles": stats["cycles"]}


def run() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="dnnc-sparsity-cost.") as folder:
        tools, program = Tools(), Path(folder) / "program.bin"
        cache = Path(folder) / "mappings"
        for name in networks.ALL:
            model = quantized.path(name, "qdq-s8s8")
            inputs = networks.inputs(onnx.load(model, load_external_data=False))
            found = {}
            for sparsity in ("off", "on"):
                tools.compile(model, program, "--target", "edge", "--sparsity", sparsity, "--mapping-cache", cache)
                found[sparsity] = figures(tools.simulate(program, inputs).stats)
            for figure, unit in FIGURES.items():
                on, off = found["on"][figure], found["off"][figure]
                rows.append(row(name, figure, on, off, unit, difference(on, off)))
    return rows
