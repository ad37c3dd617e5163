"""All dataflows on one machine: energy of a MAC on AlexNet's CONV and FC layers, beside the dataflow study.

Target eyeriss-normalized, int16, batch 1 and 16, objective energy, by executed counts. Auto is held against
the best of rs, ws, os, is and nlr; `mixed`, which has no constraint, stands beside. The study
(eyeriss_v1_dataflows.csv) gave each dataflow storage of equal area, here all share one machine: compare
orders. Its os_a, os_b and os_c are kinds of our os; the least of them stands beside. Its FC figures are of
1024 PEs.

What lies between our rs and the study's is divided over rows `rs term`: what was executed, beside the study's
model of rs, searched again by its published formulas (common/eyeriss.py). They add up to the difference.
"""

from __future__ import annotations

import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common import eyeriss, layers
from common.layers import Layer
from common.rows import difference, published, row
from common.strategy import unproven, unproven_note
from dnnc_test.run import ToolError, Tools

SINGLE = ("rs", "ws", "os", "is", "nlr")
DATAFLOWS = (*SINGLE, "mixed", "auto")
BATCHES = (1, 16)
TERMS = ("mac", "spad", "noc", "glb", "dram")
STUDY = {"rs": ("rs",), "ws": ("ws",), "os": ("os_a", "os_b", "os_c"), "nlr": ("nlr",)}
STUDY_PES = {"conv": 256, "fc": 1024}
STUDY_GLB_WORDS = 65536  # 128 kB
#: Times the steps that a search may take otherwise, so that all but some of nlr come to their proof.
SEARCH_EFFORT = 100
#: Executed energy that the study's model does not count, and why.
NOT_IN_STUDY = {
    "spad first psums": "the first sum in a PE reads and writes its psum too; free in the study",
    "spad psums leave": "a psum is read to leave its PE, to a neighbor or the GLB; free in the study",
    "spad psums return": "a psum that comes from the GLB is written; free in the study",
    "spad fills": "operands are written when they come; free in the study",
    "noc glb": "psums and ofmaps between PEs and GLB; free in the study, which counts hops between PEs",
    "glb fills": "what comes from DRAM is written; free in the study",
    "glb ofmap": "ofmaps are written by the array and read by the store; free in the study",
    "glb params": "bias and requantization; none in the study",
}
WHY_OTHER = {"dram weights": "by the mapping, and by bias and requantization, which are among them"}


def layers_of(kind: str, images: int) -> list[Layer]:
    if kind == "fc":
        return [
            Layer("fc1", images, 1, 4096, 256, 6, 6, (6, 6)),
            Layer("fc2", images, 1, 4096, 4096, matrix=True),
            Layer("fc3", images, 1, 1000, 4096, matrix=True),
        ]
    return [Layer(**{**vars(case.layer), "images": images}) for case in eyeriss.cases()]


def divided(stats: dict) -> dict[str, float]:
    """The energy of a run by the terms of the study's model and what that leaves out, in MACs."""
    counts, glb, dram = stats["counts"], stats["glb"]["array"]["glb"], stats["dram"]
    macs = stats["macs_executed"]
    # A psum word is read once for each MAC, and once to leave its PE.
    left = counts["psum_spad"]["read"] - macs
    moved = glb["psum"]["read_bytes"] + glb["psum"]["write_bytes"]
    operands = glb["ifmap"]["read_bytes"] + glb["weight"]["read_bytes"]
    to_glb = moved + glb["ofmap"]["write_bytes"]
    parts = {
        "mac": macs,
        "spad operands": counts["ifmap_spad"]["read"] + counts["weight_spad"]["read"],
        "spad psums": 2 * (macs - left),
        "spad first psums": 2 * left,
        "spad psums leave": left,
        "spad psums return": counts["psum_spad"]["write"] - macs,
        "spad fills": counts["ifmap_spad"]["write"] + counts["weight_spad"]["write"],
        "noc operands": counts["ifmap_noc"]["transfer"] + counts["weight_noc"]["transfer"],
        "noc psums": counts["psum_noc"]["transfer"] - to_glb,
        "noc glb": to_glb,
        "glb operands": 3 * operands,
        "glb psums": 3 * moved,
        "glb fills": 3 * dram["read_bytes"],
        "glb ofmap": 3 * (glb["ofmap"]["write_bytes"] + dram["write_bytes"]),
        "glb params": 3 * glb["param"]["read_bytes"],
        "dram weights": 100 * dram["constant_bytes"],
        "dram ifmap": 100 * (dram["read_bytes"] - dram["constant_bytes"]),
        "dram ofmap": 100 * dram["write_bytes"],
    }
    for term in TERMS:
        sum_of = sum(n for name, n in parts.items() if name.split()[0] == term)
        if not np.isclose(sum_of, stats["energy_pj"][term], rtol=1e-9):
            raise ToolError(f"{term}: {sum_of} of {stats['energy_pj'][term]} pJ are divided")
    return parts


@dataclass
class Executed:
    """A layer as it ran under a dataflow."""

    stats: dict
    dataflow: str  # auto's choice
    gap: float | None  # percent above the lower bound at most; None where the mapping is proven best

    @property
    def energy(self) -> dict[str, float]:
        return {term: self.stats["energy_pj"][term] for term in TERMS}


class Machine:
    """Compiles and executes layers, those runs beside each other that there are cores for: a search takes one."""

    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder

    def all(self, layer: Layer) -> dict[str, Executed | str]:
        """Under each dataflow, or why it cannot serve the layer."""
        data = layers.draw(layer, np.int16, seed=2)
        model = layers.model(layer, data, self.folder / "layer.onnx", relu=False)
        expected = layers.expected(layer, data, relu=False)

        def run(dataflow: str) -> Executed | str:
            program = self.folder / f"{dataflow}.bin"
            options = ("--target", "eyeriss-normalized", "--objective", "energy", "--dataflow", dataflow)
            done = self.tools.compile(model, program, *options, "--search-effort", SEARCH_EFFORT)
            if refusal := re.search(rf"dataflow {dataflow} cannot serve it: (.*?); it runs", done.stderr):
                return refusal[1]
            result = self.tools.simulate(program, {"ifmap": data.ifmap})
            if not np.array_equal(result.outputs["ofmap"], expected):
                raise ToolError(f"{layer.name}: the ofmap under {dataflow} differs from exact arithmetic")
            product = max(result.stats["nodes"], key=lambda node: node["macs"])
            return Executed(result.stats, product["dataflow"], unproven(done.stderr).get(product["id"]))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(DATAFLOWS, pool.map(run, DATAFLOWS)))


Results = dict[str, dict[str, Executed | str]]  # by layer and dataflow


def of_layers(kind: str, images: int, results: Results, macs: dict[str, int]) -> list[dict]:
    """Auto beside the best single dataflow, and how often it is none of them."""
    rows, mixed = [], 0
    for name, runs in results.items():
        served = {d: run for d, run in runs.items() if isinstance(run, Executed)}
        figures = {d: sum(run.energy.values()) / macs[name] for d, run in served.items()}
        best = min((d for d in SINGLE if d in figures), key=figures.get)
        mixed += served["auto"].dataflow == "mixed"
        notes = [
            f"auto ({served['auto'].dataflow}); " + ", ".join(f"{d} {figures[d]:.4g}" for d in SINGLE if d in figures),
            f"beside: mixed {figures['mixed']:.4g}",
            unproven_note({d: run.gap for d, run in served.items() if run.gap is not None}),
        ]
        note = "; ".join(filter(None, notes))
        rows.append(row(f"{name} batch {images}", "energy_per_mac", figures["auto"], figures[best], "MACs", note))
    case = f"{kind} batch {images}, auto"
    rows.append(row(case, "layers_mixed", mixed, len(results), "layers", "which auto calls mixed", False))
    return rows


def of_sums(kind: str, images: int, results: Results, macs: dict[str, int]) -> list[dict]:
    """Each dataflow over the layers that it serves, beside the study."""
    rows = []
    lines = {(l["layers"], l["pes"], l["batch"]): l for l in published("eyeriss_v1_dataflows")}
    study = lines.get((kind, STUDY_PES[kind], images), {})
    for dataflow in DATAFLOWS:
        case = f"{kind} batch {images}, {dataflow}"
        reference = min((study[name] for name in STUDY.get(dataflow, ()) if name in study), default=None)
        every = {name: by_dataflow[dataflow] for name, by_dataflow in results.items()}
        refused = [f"without {name}: {run}" for name, run in every.items() if isinstance(run, str)]
        runs = {name: run for name, run in every.items() if isinstance(run, Executed)}
        if not runs:
            rows.append(row(case, "energy_per_mac", None, reference, "MACs", "; ".join(refused), False))
            continue
        total = sum(macs[name] for name in runs)
        terms = {t: sum(run.energy[t] for run in runs.values()) / total for t in TERMS}
        ours = sum(terms.values())
        bar = dataflow == "rs" and kind == "conv" and not refused
        notes = [
            difference(ours, reference) if bar else "",
            " + ".join(f"{t} {n:.3g}" for t, n in terms.items()),
            f"the reference is of {STUDY_PES[kind]} PEs, ours of 256" if reference and kind == "fc" else "",
            *refused,
            unproven_note({name: run.gap for name, run in runs.items() if run.gap is not None}),
        ]
        rows.append(row(case, "energy_per_mac", ours, reference, "MACs", "; ".join(filter(None, notes)), bar))
        if bar:
            rows += of_terms(case, images, list(runs.values()), total, reference)
    return rows


def of_terms(case: str, images: int, runs: list[Executed], total: int, reference: float) -> list[dict]:
    """What is between our rs and the study's: rows that add up to both."""
    ours: dict[str, float] = {}
    for run in runs:
        for term, energy in divided(run.stats).items():
            ours[term] = ours.get(term, 0.0) + energy / total

    def model(glb_words: int) -> dict[str, float]:
        each = [eyeriss.study_rs(layer, glb_words) for layer in layers_of("conv", images)]
        return {term: sum(terms[term] for terms in each) / total for term in eyeriss.STUDY_TERMS}

    study = model(STUDY_GLB_WORDS)
    derived = sum(study.values())
    alike = sum(ours[term] for term in study)
    half = sum(model(STUDY_GLB_WORDS // 2).values())
    note = (
        f"{sum(ours.values()) - alike:+.3f} by what the study does not count, {alike - derived:+.3f} by other mappings;"
        f" the reference is its model searched again, {half:.4g} with half the GLB: in ours a tile stands twice"
    )
    rows = [row(f"{case} as the study counts", "energy_per_mac", alike, derived, "MACs", note, False)]
    for term, energy in ours.items():
        other = energy - study.get(term, 0.0)
        why = NOT_IN_STUDY.get(term) or WHY_OTHER.get(term, "by the mapping" if abs(other) > 5e-4 else "")
        note = "; ".join(filter(None, (f"{other:+.3f}", why)))
        rows.append(row(f"{case} term {term}", "energy_per_mac", energy, study.get(term, 0.0), "MACs", note, False))
    rest = reference - derived
    note = f"{-rest:+.3f}; what the study's model searched again, {derived:.4g}, misses of its {reference:.4g}"
    rows.append(row(f"{case} term not derived", "energy_per_mac", 0.0, rest, "MACs", note, False))
    return rows


def table(kind: str, images: int, machine: Machine) -> list[dict]:
    results: Results = {}
    macs = {}
    for layer in layers_of(kind, images):
        macs[layer.name] = layer.macs
        results[layer.name] = machine.all(layer)
    return of_layers(kind, images, results, macs) + of_sums(kind, images, results, macs)


def run() -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="dnnc-dataflows.") as folder:
        machine = Machine(Tools(), Path(folder))
        return [r for kind in ("conv", "fc") for images in BATCHES for r in table(kind, images, machine)]
