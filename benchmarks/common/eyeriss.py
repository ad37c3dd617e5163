"""AlexNet CONV1-5 as the Eyeriss chip ran them, its published mapping in our terms, and the model that the
dataflow study has of rs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from common import layers
from common.layers import Layer
from common.rows import published
from common.strategy import Mapping, unproven
from dnnc_test.cache import ROOT
from dnnc_test.run import Result, ToolError, Tools

IMAGES = 4


@dataclass(frozen=True)
class Case:
    """A layer with its published figures and mapping parameters."""

    name: str
    layer: Layer
    figures: dict  # eyeriss_v1_alexnet.csv
    mapping: dict  # eyeriss_v1_mapping.csv


def cases() -> list[Case]:
    figures = {line["layer"]: line for line in published("eyeriss_v1_alexnet")}
    result = []
    for line in published("eyeriss_v1_mapping"):
        groups = line["groups"]
        layer = Layer(
            line["layer"],
            IMAGES,
            groups,
            line["filters_m"],
            line["channels_c"] * groups,  # the file counts those of a group
            line["ifmap_h"],
            line["ifmap_h"],
            (line["filter_r"],) * 2,
            (line["stride_u"],) * 2,
        )
        result.append(Case(line["layer"], layer, figures[line["layer"]], line))
    return result


def data(case: Case) -> layers.Data:
    """Seeded data with the published shares of zeros."""
    return layers.draw(
        case.layer,
        np.int16,
        ifmap_zeros=case.figures["ifmap_zeros"],
        ofmap_zeros=case.figures["ofmap_zeros"],
        seed=int(case.name[-1]),
    )


def published_mapping(case: Case, qrt: tuple[int, int, int] | None = None) -> Mapping:
    """The published mapping, with other q, r, t where they are given.

    In a PE p filters and q channels of one filter row; along a column of PEs the filter rows of r channel
    sets and as many of the t filter sets as rows are left for; along a row the e rows of a strip, folded
    onto free PE rows where there are more of them than columns, and the filter sets that are left. The GLB
    holds m ofmap channels of n images.
    """
    m, n, e, p = (case.mapping[k] for k in "mnep")
    q, r, t = qrt or tuple(case.mapping[k] for k in "qrt")
    taps = case.mapping["filter_r"]
    rows, columns = 12, 14
    sets_in_rows = min(t, rows // (taps * r))
    sets_in_columns = -(-t // sets_in_rows)
    strips = -(-e // columns)  # of the e rows, one under the other
    pe_rows = [("R", taps), ("C", r), ("M", sets_in_rows), ("P", strips)]
    pe_columns = [("P", min(e, columns)), ("M", sets_in_columns)]
    return Mapping(
        tile={"N": n, "G": 1, "M": m, "C": q * r, "P": e, "Q": case.layer.columns},
        order="NPM",
        passes=[("M", -(-m // (p * t))), ("N", n), ("Q", case.layer.columns)],
        pe_rows=pe_rows,
        pe_columns=pe_columns,
        spad=[("C", q), ("S", taps), ("M", p)],
        dataflow="rs",
        storage={"ifmap": "raw" if case.name == "conv1" else "rlc", "ofmap": "rlc"},
    )


def variant(folder: Path, name: str, old: str, new: str) -> Path:
    """A target file: the shipped one with another name, and `new` for `old`."""
    text = (ROOT / "targets" / "eyeriss-v1.yaml").read_text()
    for part in ("name: eyeriss-v1\n", old):
        if text.count(part) != 1:
            raise ToolError(f"targets/eyeriss-v1.yaml has {text.count(part)} times '{part.strip()}', not once")
    path = folder / f"eyeriss-v1-{name}.yaml"
    path.write_text(text.replace("name: eyeriss-v1\n", f"name: {path.stem}\n").replace(old, new))
    return path


class Runner:
    """Compiles a case, executes it, and holds its result against exact arithmetic."""

    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder
        self.drawn: dict[str, layers.Data] = {}
        self.gaps: dict[int, float] = {}  # of the last run's search, where it has no proof (strategy.unproven)

    def model(self, case: Case) -> Path:
        path = self.folder / f"{case.name}.onnx"
        if not path.exists():
            self.drawn[case.name] = data(case)
            layers.model(case.layer, self.drawn[case.name], path, relu=True)
        return path

    def run(self, case: Case, *options, target: str = "eyeriss-v1") -> Result:
        path = self.model(case)
        program = self.folder / f"{case.name}.bin"
        self.gaps = unproven(self.tools.compile(path, program, "--target", target, *options).stderr)
        drawn = self.drawn[case.name]
        result = self.tools.simulate(program, {"ifmap": drawn.ifmap})
        if not np.array_equal(result.outputs["ofmap"], layers.expected(case.layer, drawn, relu=True)):
            raise ToolError(f"{case.name}: the simulated ofmap differs from exact arithmetic")
        return result

    def pinned(self, case: Case, mapping: Mapping, target: str = "eyeriss-v1") -> Result:
        name = Path(target).stem
        strategy = mapping.save(self.folder / f"{case.name}.yaml", case.name, name)
        return self.run(case, "--strategy", strategy, target=target)


@dataclass
class Figures:
    """What the chip's publication measured, from statistics."""

    active_pes: float
    glb_mb: float
    dram_mb: float
    processing_ms: float
    total_ms: float
    power_mw: float


def figures(stats: dict, target_clock_mhz: float = 200.0) -> Figures:
    """GLB traffic is between GLB and array, as the published figure (and the formula that gives it to three
    digits) counts it: filters do not pass the GLB, and the DMA's side is not in it. Processing is the time
    the array works; nothing else happens meanwhile. Power is the chip's: all energy but DRAM's, over the
    total time.
    """
    product = max(stats["nodes"], key=lambda node: node["macs"])
    operands = stats["glb"]["array"]["glb"].values()
    array = sum(traffic["read_bytes"] + traffic["write_bytes"] for traffic in operands)
    energy = stats["energy_pj"]["total"] - stats["energy_pj"]["dram"]
    milliseconds = 1e-3 / target_clock_mhz
    return Figures(
        product["active_pes"],
        array / 1e6,
        (stats["dram"]["read_bytes"] + stats["dram"]["write_bytes"]) / 1e6,
        stats["queues"]["array"]["busy_cycles"] * milliseconds,
        stats["cycles"] * milliseconds,
        energy / (stats["cycles"] / target_clock_mhz) * 1e-3,
    )


def total(each: list[Figures]) -> Figures:
    """Sums; power is averaged over time, and active PEs, in whole PEs as published, over processing time."""
    processing, time = sum(f.processing_ms for f in each), sum(f.total_ms for f in each)
    return Figures(
        round(sum(f.active_pes * f.processing_ms for f in each) / processing),
        sum(f.glb_mb for f in each),
        sum(f.dram_mb for f in each),
        processing,
        time,
        sum(f.power_mw * f.total_ms for f in each) / time,
    )


#: Terms of the study's model of rs, in MACs: MAC and register access 1, a word to a PE 2, GLB 6, DRAM 200.
STUDY_TERMS = (
    "mac",
    "spad operands",
    "spad psums",
    "noc operands",
    "noc psums",
    "glb operands",
    "glb psums",
    "dram weights",
    "dram ifmap",
    "dram ofmap",
)


def study_rs(layer: Layer, glb_words: int) -> dict[str, float]:
    """Energy of the layer under rs by the study's model (Chen et al., ISCA 2016), on its 16 x 16 PEs with 256
    words each: the least over all mappings.

    A value's reuse is divided over DRAM, GLB, array and registers as a * b * c * d. An operand costs a DRAM
    reads, ab GLB reads, abc deliveries and abcd register reads, and no writes; a psum 2a - 1 DRAM accesses,
    2a(b - 1) GLB accesses, ab(c - 1) hops between PEs and 2abc(d - 1) register accesses: the first of the sums
    at a level costs nothing, nor does the way between PEs and GLB. The mapping is that of
    eyeriss_v1_mapping.csv, traffic as in the notes of shared/reference, weights by way of the GLB. That factors
    divide what they cut is an assumption of ours: so the CONV layers come to 6.485 at batch 1 and 6.109 at
    batch 16, where eyeriss_v1_dataflows.csv has 6.50 and 6.11; with all factors it is 6.42 and 6.01.
    """
    least: dict[str, float] = {}
    for terms in _study_mappings(layer, glb_words):
        if not least or sum(terms.values()) < sum(least.values()):
            least = terms
    return least


def _divisors(n: int) -> list[int]:
    return [d for d in range(1, n + 1) if n % d == 0]


def _study_mappings(layer: Layer, glb_words: int) -> Iterator[dict[str, float]]:
    filters, channels = layer.filters // layer.groups, layer.channels // layer.groups
    taps, stride = layer.taps[0], layer.strides[0]
    ofmap = layer.images * layer.filters * layer.rows * layer.columns
    for p, q in product(_divisors(filters), _divisors(channels)):
        if p * q * taps + q * taps + p > 256:  # filters, ifmap window and psums of a PE
            continue
        for r, t, e in product(_divisors(channels // q), _divisors(filters // p), _divisors(layer.rows)):
            if not _study_fits(taps * r, t, e):
                continue
            strips = layer.rows // e
            rows = e * stride + taps - stride
            ifmap = layer.images * layer.channels * strips * rows * layer.width
            sets, accumulations = filters // (p * t), channels // (q * r)
            filter_words = p * t * q * r * taps * taps
            # A PE row's ifmap row goes to each of its PEs; a psum is new in a PE every q * taps MACs.
            deliveries = layer.images * layer.channels * taps * layer.rows * layer.width * sets * t
            begun = ofmap * channels // q * taps
            for n, held in product(_divisors(layer.images), _divisors(sets)):
                m = held * p * t
                room = glb_words - filter_words - n * (q * r * rows * layer.width + m * e * layer.columns)
                if room < 0:
                    continue
                weights = layer.weights * (layer.images // n) * strips
                yield dict(
                    zip(
                        STUDY_TERMS,
                        (
                            layer.macs,
                            2 * layer.macs,
                            2 * (layer.macs - begun),
                            2 * (deliveries + weights * e),
                            2 * (begun - ofmap * accumulations),
                            6 * (ifmap * sets + weights),
                            6 * 2 * ofmap * (accumulations - 1),
                            200 * weights,
                            200 * ifmap * (filters // m),
                            200 * ofmap,
                        ),
                    )
                )


def _study_fits(height: int, sets: int, rows: int) -> bool:
    """Whether 16 x 16 PEs have room for filter sets of so many PE rows and `rows` columns, sets and folded
    columns one under the other.
    """
    for in_rows in range(1, 16 // height + 1):
        for folds in range(1, 16 // (height * in_rows) + 1):
            if -(-rows // folds) * -(-sets // in_rows) <= 16:
                return True
    return False
