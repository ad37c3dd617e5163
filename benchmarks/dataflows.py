"""All dataflows on one machine: energy of a MAC on AlexNet's CONV and FC layers, beside the dataflow study.

Target eyeriss-normalized, int16, batch 1 and 16, objective energy, by executed counts. The study
(eyeriss_v1_dataflows.csv) gave each dataflow storage of equal area, here all share one machine: compare
orders. Its os_a, os_b and os_c are kinds of our os; the least of them stands beside. Its FC figures are of
1024 PEs.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np

from common import eyeriss, layers
from common.layers import Layer
from common.rows import difference, published, row
from dnnc_test.run import ToolError, Tools

DATAFLOWS = ("rs", "ws", "os", "is", "nlr", "mixed")
BATCHES = (1, 16)
TERMS = ("mac", "spad", "noc", "glb", "dram")
STUDY = {"rs": ("rs",), "ws": ("ws",), "os": ("os_a", "os_b", "os_c"), "nlr": ("nlr",)}


def layers_of(kind: str, images: int) -> list[Layer]:
    if kind == "fc":
        return [
            Layer("fc1", images, 1, 4096, 256, 6, 6, (6, 6)),
            Layer("fc2", images, 1, 4096, 4096, matrix=True),
            Layer("fc3", images, 1, 1000, 4096, matrix=True),
        ]
    return [Layer(**{**vars(case.layer), "images": images}) for case in eyeriss.cases()]


class Machine:
    """Compiles and executes a layer under a dataflow."""

    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder

    def prepare(self, layer: Layer) -> None:
        self.layer, self.data = layer, layers.draw(layer, np.int16, seed=2)
        self.model = layers.model(layer, self.data, self.folder / "layer.onnx", relu=False)
        self.expected = layers.expected(layer, self.data, relu=False)

    def energy(self, dataflow: str) -> dict[str, float] | str:
        """By term, in MACs; or why the dataflow cannot serve the layer."""
        program = self.folder / "program.bin"
        options = ("--target", "eyeriss-normalized", "--objective", "energy", "--dataflow", dataflow)
        done = self.tools.compile(self.model, program, *options)
        if refusal := re.search(rf"dataflow {dataflow} cannot serve it: (.*?); it runs", done.stderr):
            return refusal[1]
        result = self.tools.simulate(program, {"ifmap": self.data.ifmap})
        if not np.array_equal(result.outputs["ofmap"], self.expected):
            raise ToolError(f"{self.layer.name}: the ofmap under {dataflow} differs from exact arithmetic")
        return result.stats["energy_pj"]


def table(kind: str, images: int, machine: Machine) -> list[dict]:
    rows = []
    sums: dict[str, dict[str, float] | None] = {d: dict.fromkeys(TERMS, 0.0) for d in (*DATAFLOWS, "auto")}
    macs, refused = 0, {}
    for layer in layers_of(kind, images):
        machine.prepare(layer)
        macs += layer.macs
        by_dataflow = {}
        for dataflow in sums:
            energy = machine.energy(dataflow)
            if isinstance(energy, str):
                refused[dataflow] = f"{layer.name}: {energy}"
                sums[dataflow] = None
                continue
            by_dataflow[dataflow] = sum(energy[t] for t in TERMS) / layer.macs
            if sums[dataflow] is not None:
                sums[dataflow] = {t: n + energy[t] for t, n in sums[dataflow].items()}
        auto = by_dataflow.pop("auto")
        best = min(by_dataflow, key=by_dataflow.get)
        note = ", ".join(f"{d} {e:.3g}" for d, e in by_dataflow.items())
        case = f"{layer.name} batch {images}"
        rows.append(row(case, "energy_per_mac", auto, by_dataflow[best], "MACs", f"auto; {note}"))
    pes = 256 if kind == "conv" else 1024
    lines = {(l["layers"], l["pes"], l["batch"]): l for l in published("eyeriss_v1_dataflows")}
    study = lines.get((kind, pes, images), {})
    for dataflow, terms in sums.items():
        case = f"{kind} batch {images}, {dataflow}"
        reference = min((study[name] for name in STUDY.get(dataflow, ()) if name in study), default=None)
        if terms is None:
            rows.append(row(case, "energy_per_mac", None, reference, "MACs", refused[dataflow], False))
            continue
        ours = sum(terms.values()) / macs
        by_term = " + ".join(f"{t} {n / macs:.3g}" for t, n in terms.items())
        bar = dataflow == "rs" and kind == "conv"
        note = f"{difference(ours, reference)}: {by_term}" if bar else by_term
        rows.append(row(case, "energy_per_mac", ours, reference, "MACs", note, bar))
    return rows


def run() -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="dnnc-dataflows.") as folder:
        machine = Machine(Tools(), Path(folder))
        return [r for kind in ("conv", "fc") for images in BATCHES for r in table(kind, images, machine)]
