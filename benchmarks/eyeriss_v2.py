"""Eyeriss v2 on AlexNet and MobileNet-0.5, dense and sparse, beside its published rates.

Every layer is a one-layer int8 program, compiled by dnnc under its own mapping, which expects the densities of a first
run (dnnc --calibration), and executed; a network is their sum, batch 1. Mappings are chosen for least energy times
delay, since both rates are published. Zeros are those of the published masks where there are any, else drawn.
"Dense" networks have dense weights; zero inputs are skipped all the same. One energy factor and one clock term, both
from dense AlexNet (targets/eyeriss-v2.yaml); nothing is set per layer. Sparse AlexNet has other weights than the
paper's: no bar.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from common import eyeriss_v2, layers
from common.eyeriss_v2 import Case
from common.rows import difference, published, row
from dnnc_test.run import Tools

UNITS = {"inf_per_s": "1/s", "inf_per_j": "1/J", "gops_per_w": "GOPS/W", "dram_mb": "MB"}
BARRED_LAYERS = {("alexnet", "conv1"), ("alexnet", "conv3"), ("mobilenet_0.5_128", "L26")}


@dataclass
class Figures:
    macs: int = 0
    seconds: float = 0.0
    joules: float = 0.0  # of the chip; DRAM is none of it
    dram_mb: float = 0.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.macs + other.macs,
            self.seconds + other.seconds,
            self.joules + other.joules,
            self.dram_mb + other.dram_mb,
        )

    @property
    def inf_per_s(self) -> float:
        return 1 / self.seconds

    @property
    def inf_per_j(self) -> float:
        return 1 / self.joules

    @property
    def gops_per_w(self) -> float:
        """Operations of the dense layer, two a MAC."""
        return 2 * self.macs / self.joules * 1e-9


def networks() -> dict[str, list[Case]]:
    return {
        "alexnet": eyeriss_v2.alexnet(),
        "mobilenet_0.5_128": eyeriss_v2.mobilenet(sparse=False),
        "sparse_mobilenet_0.5_128": eyeriss_v2.mobilenet(sparse=True),
        "sparse_alexnet": eyeriss_v2.sparse_alexnet(),
    }


def figures(case: Case, stats: dict) -> Figures:
    joules = (stats["energy_pj"]["total"] - stats["energy_pj"]["dram"]) * 1e-12
    megabytes = (stats["dram"]["read_bytes"] + stats["dram"]["write_bytes"]) / 1e6
    return Figures(case.layer.macs, stats["seconds"], joules, megabytes)


def run() -> list[dict]:
    rows = []
    whole = {line["network"]: line for line in published("eyeriss_v2")}
    single = {(line["network"], line["layer"]): line["gops_per_w"] for line in published("eyeriss_v2_layers")}
    drawing = eyeriss_v2.Drawing()
    with tempfile.TemporaryDirectory(prefix="dnnc-eyeriss-v2.") as folder:
        runner = layers.Runner(Tools(), Path(folder))
        options = ("--target", "eyeriss-v2", "--objective", "edp", "--mapping-cache", Path(folder) / "mappings")
        for network, cases in networks().items():
            total = Figures()
            for seed, case in enumerate(cases):
                masks = drawing.masks(case, seed)
                data = layers.masked(case.layer, masks.ifmap, masks.weights, seed)
                result = runner.run(case.layer, data, *options, calibrated=True)
                ours = figures(case, result.stats)
                total += ours
                key = network, case.layer.name
                reference = single.get(key)
                note = f"{result.stats['cycles']} cycles, {result.stats['macs_executed']} of {ours.macs} MACs done"
                if reference:
                    note = f"{difference(ours.gops_per_w, reference)}, {note}"
                name = f"{network} {case.layer.name}"
                bar = key in BARRED_LAYERS
                rows.append(row(name, "gops_per_w", ours.gops_per_w, reference, UNITS["gops_per_w"], note, bar))
            for figure, unit in UNITS.items():
                ours, reference = getattr(total, figure), whole[network][figure]
                note = difference(ours, reference)
                # Of a network the two rates have a bar; its GOPS/W is one of them again, and its traffic is that of layers
                # one by one.
                bar = network != "sparse_alexnet" and figure in ("inf_per_s", "inf_per_j")
                rows.append(row(network, figure, ours, reference, unit, note, bar))
    return rows
