"""The Eyeriss chip on AlexNet CONV1-5 with its published mapping, executed, beside its published figures.

Five one-layer int16 models, batch 4, zeros drawn at the published shares. CONV3 runs as q, r, t = 3, 2, 2,
which is what its measured GLB traffic fits; the published 4, 1, 4 stands beside, without a bar. Nothing is
set per layer: the target has one energy factor and one clock term (targets/eyeriss-v1.yaml).
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from common import eyeriss
from common.rows import difference, published, row
from dnnc_test.run import Tools

UNITS = {
    "active_pes": "PEs",
    "glb_mb": "MB",
    "dram_mb": "MB",
    "processing_ms": "ms",
    "total_ms": "ms",
    "power_mw": "mW",
}
NOTES = {"glb_mb": "between GLB and array"}


def rows_of(name: str, ours: eyeriss.Figures, reference: dict, bar: bool = True) -> list[dict]:
    rows = []
    for figure, value in dataclasses.asdict(ours).items():
        notes = [difference(value, reference[figure]), NOTES.get(figure)]
        rows.append(
            row(name, figure, value, reference[figure], UNITS[figure], ", ".join(filter(None, notes)), bar)
        )
    return rows


def run() -> list[dict]:
    rows, each = [], []
    with tempfile.TemporaryDirectory(prefix="dnnc-eyeriss-v1.") as folder:
        runner = eyeriss.Runner(Tools(), Path(folder))
        cases = eyeriss.cases()
        for case in cases:
            qrt = (3, 2, 2) if case.name == "conv3" else None
            figures = eyeriss.figures(runner.pinned(case, eyeriss.published_mapping(case, qrt)).stats)
            each.append(figures)
            rows += rows_of(case.name, figures, case.figures)
        reference = next(line for line in published("eyeriss_v1_alexnet") if line["layer"] == "total")
        rows += rows_of("total", eyeriss.total(each), reference)
        third = next(case for case in cases if case.name == "conv3")
        other = eyeriss.figures(runner.pinned(third, eyeriss.published_mapping(third)).stats)
        rows += rows_of("conv3 as 4,1,4", other, third.figures, bar=False)
    return rows
