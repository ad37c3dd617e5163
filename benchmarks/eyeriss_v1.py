"""The Eyeriss chip on AlexNet CONV1-5 with its published mapping, executed, beside its published figures.

Five one-layer int16 models, batch 4, zeros drawn at the published shares. CONV3 runs as q, r, t = 3, 2, 2,
which is what its measured GLB traffic fits; the published 4, 1, 4 stands beside, without a bar. Nothing is
set per layer: the target has one energy factor and one clock term (targets/eyeriss-v1.yaml).

Two assumptions of the target were chosen with the published table in sight: that a zero ifmap gates the
psum's spad accesses too (`zero_gating.psum_spad`), and that bytes on the DRAM link are packed (`burst_bytes:
2`; its bursts have 8). Rows without a bar show what the other choice gives. Power without the gating stands
as it comes, and in the note with the energy factor set anew, the way the target's was: to the published power
of all layers.
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
UNGATED = "psum_spad: true", "psum_spad: false"
BURSTS = "burst_bytes: 2 ", "burst_bytes: 8 "


def rows_of(name: str, ours: eyeriss.Figures, reference: dict, bar: bool = True) -> list[dict]:
    rows = []
    for figure, value in dataclasses.asdict(ours).items():
        notes = [difference(value, reference[figure]), NOTES.get(figure)]
        rows.append(
            row(name, figure, value, reference[figure], UNITS[figure], ", ".join(filter(None, notes)), bar)
        )
    return rows


@dataclasses.dataclass
class Bench:
    runner: eyeriss.Runner
    folder: Path
    cases: list[eyeriss.Case]
    whole: dict  # the published figures of all layers

    def run(self, target: str = "eyeriss-v1") -> list[dict]:
        """Statistics of each layer under the published mapping."""
        stats = []
        for case in self.cases:
            qrt = (3, 2, 2) if case.name == "conv3" else None
            stats.append(self.runner.pinned(case, eyeriss.published_mapping(case, qrt), target).stats)
        return stats

    def figures(self, stats: list[dict]) -> list[tuple[str, eyeriss.Figures, dict]]:
        """With the published ones, of each layer and in total."""
        each = [eyeriss.figures(s) for s in stats]
        layers = [(case.name, ours, case.figures) for case, ours in zip(self.cases, each)]
        return [*layers, ("total", eyeriss.total(each), self.whole)]

    def ungated(self) -> list[dict]:
        """Power where a zero ifmap leaves the psum's spad accesses as they are."""
        stats = self.run(str(eyeriss.variant(self.folder, "ungated", *UNGATED)))
        figures = self.figures(stats)
        ours, known = figures[-1][1:]
        clock = stats[0]["energy_pj"]["clock"] / stats[0]["seconds"] * 1e-9  # mW, at all times
        counted = (ours.power_mw - clock) * ours.total_ms
        factor = (known["power_mw"] * known["total_ms"] - clock * ours.total_ms) / counted
        rows = []
        for name, ours, known in figures:
            power, scaled = ours.power_mw, clock + factor * (ours.power_mw - clock)
            note = f"with the energy factor times {factor:.3f}: {scaled:.1f}, {difference(scaled, known['power_mw'])}"
            note = f"{difference(power, known['power_mw'])}; {note}"
            rows.append(
                row(f"{name}, psum spad not gated", "power_mw", power, known["power_mw"], "mW", note, False)
            )
        return rows

    def bursts(self) -> list[dict]:
        """DRAM traffic and time where every run of bytes takes whole bursts of the link's 64 bits."""
        stats = self.run(str(eyeriss.variant(self.folder, "bursts", *BURSTS)))
        rows = []
        for name, ours, reference in self.figures(stats):
            for figure in ("dram_mb", "total_ms"):
                value, known = getattr(ours, figure), reference[figure]
                case = f"{name}, 8-byte bursts"
                rows.append(row(case, figure, value, known, UNITS[figure], difference(value, known), False))
        return rows


def run() -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="dnnc-eyeriss-v1.") as name:
        folder = Path(name)
        whole = next(line for line in published("eyeriss_v1_alexnet") if line["layer"] == "total")
        bench = Bench(eyeriss.Runner(Tools(), folder), folder, eyeriss.cases(), whole)
        rows = [r for case, ours, known in bench.figures(bench.run()) for r in rows_of(case, ours, known)]
        third = next(case for case in bench.cases if case.name == "conv3")
        other = eyeriss.figures(bench.runner.pinned(third, eyeriss.published_mapping(third)).stats)
        rows += rows_of("conv3 as 4,1,4", other, third.figures, bar=False)
        return rows + bench.ungated() + bench.bursts()
