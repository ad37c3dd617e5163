"""AlexNet CONV1-5 as the Eyeriss chip ran them, and its published mapping in our terms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common import layers
from common.layers import Layer
from common.rows import published
from common.strategy import Mapping
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


class Runner:
    """Compiles a case, executes it, and holds its result against exact arithmetic."""

    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder
        self.drawn: dict[str, layers.Data] = {}

    def model(self, case: Case) -> Path:
        path = self.folder / f"{case.name}.onnx"
        if not path.exists():
            self.drawn[case.name] = data(case)
            layers.model(case.layer, self.drawn[case.name], path, relu=True)
        return path

    def run(self, case: Case, *options, target: str = "eyeriss-v1") -> Result:
        path = self.model(case)
        program = self.folder / f"{case.name}.bin"
        self.tools.compile(path, program, "--target", target, *options)
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
