"""Pruned ResNet-50 on `edge` as shares of the dense one: 2:4, and unstructured zeros.

The int8 network with the weights of all layers but the first convolution pruned by magnitude (dnnc prune), the FC too,
beside the network as it was, on the same target with the same skipping. `ideal` in the notes is what would remain if
cycles or bytes went down exactly with the weights that are not zero, those of the first convolution kept.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import onnx

from common.rows import row
from dnnc_test import networks, quantized
from dnnc_test.run import ToolError, Tools

PRUNED = {
    "2:4": ("--pattern", "2:4"),
    "50 %": ("--sparsity", "0.5"),
    "70 %": ("--sparsity", "0.7"),
    "90 %": ("--sparsity", "0.9"),
}
BARS = {"2:4": {"array_cycles": 0.58, "weight_bytes": 0.63}}


def figures(stats: dict, ledger: list[dict]) -> dict[str, float]:
    """`weight_bytes` are those that DRAM delivers of 8-bit constants: biases and requantization records are wider.

    The compiler's ledger knows constants apart, the run their sum; both have to be the same.
    """
    constants = [entry for entry in ledger if entry["constant"]]
    delivered, expected = stats["dram"]["constant_bytes"], sum(entry["bytes"] for entry in constants)
    if delivered != expected:
        raise ToolError(f"DRAM delivered {delivered} bytes of constants; the ledger says {expected}")
    return {
        "array_cycles": stats["queues"]["array"]["busy_cycles"],
        "weight_bytes": sum(entry["bytes"] for entry in constants if entry["element_bits"] == 8),
        "cycles": stats["cycles"],
        "dram_bytes": stats["dram"]["read_bytes"] + stats["dram"]["write_bytes"],
        "energy": stats["energy_pj"]["total"],
        "macs": stats["macs_executed"],
    }


def run() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="dnnc-pruned.") as name:
        tools, folder = Tools(), Path(name)
        dense = quantized.path("resnet50", "qdq-s8s8")
        inputs = networks.inputs(onnx.load(dense, load_external_data=False))

        def executed(model: Path) -> dict[str, float]:
            report = folder / "report.json"
            tools.compile(model, folder / "program.bin", "--target", "edge", "--report", report)
            stats = tools.simulate(folder / "program.bin", inputs).stats
            return figures(stats, json.loads(report.read_text())["storage"])

        before = executed(dense)
        for case, options in PRUNED.items():
            model = folder / "pruned.onnx"
            tools.prune(dense, model, *options, "--keep-first")
            after = executed(model)
            kept = 0.5 if case == "2:4" else 1 - float(case.split()[0]) / 100
            for figure in ("array_cycles", "weight_bytes", "cycles", "dram_bytes", "energy"):
                bar = BARS.get(case, {}).get(figure)
                note = f"ideal {kept:.2f}; {after['macs'] / before['macs']:.3f} of the MACs done"
                share = after[figure] / before[figure]
                rows.append(row(case, figure, share, bar, "", note, bar=bar is not None))
    return rows
