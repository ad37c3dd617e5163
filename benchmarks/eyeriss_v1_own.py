"""The Eyeriss machine under our own mapping beside its published one, without and with overlap.

AlexNet CONV1-5, batch 4, the data of `eyeriss-v1`. The reference is the published mapping executed on the
same machine, its total time and all its energy, clock and DRAM included. `overlapped` is a variant of the
target in which loads and stores run while the array does; the chip as it was cannot.

Two things are wanted: without overlap no layer slower than the published mapping, with overlap at least 10 %
less time in total at no more energy. Both variants are asked for the same, energy. Sums under the other
objectives stand beside without a bar: less time, but with overlap more energy than the published
mapping. The search takes feature maps for dense, and so pays energy to move less of what run-length code
makes small.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from common import eyeriss
from common.rows import difference, row
from common.strategy import unproven_note
from dnnc_test.run import Tools

OBJECTIVE = "energy"
OTHERS = ("edp", "latency")
OVERLAP = "overlap_transfers: false", "overlap_transfers: true"
UNITS = {"total_ms": "ms", "energy_mj": "mJ"}


def storage(case: eyeriss.Case, folder: Path, target: str) -> Path:
    """A strategy that leaves all but the storage of feature maps to the compiler."""
    stored = eyeriss.published_mapping(case).storage
    path = folder / f"{case.name}-storage.yaml"
    lines = ["strategy: 1", f"target: {target}", "nodes:", f'  - onnx: "{case.name}"', "    storage:"]
    path.write_text("\n".join([*lines, *(f"      {o}: {{format: {f}}}" for o, f in stored.items())]) + "\n")
    return path


def figures(stats: dict) -> dict[str, float]:
    return {"total_ms": stats["seconds"] * 1e3, "energy_mj": stats["energy_pj"]["total"] * 1e-9}


@dataclass
class Bench:
    folder: Path
    runner: eyeriss.Runner
    cases: list[eyeriss.Case]
    published: dict[str, dict[str, float]]  # figures of the published mapping on the machine as it is, by layer

    def rows(self, variant: str, target: str, objective: str) -> tuple[list[dict], list[dict]]:
        """Of the layers and of their sums; under another objective than OBJECTIVE, of the sums alone."""
        chosen = objective == OBJECTIVE
        label = variant if chosen else f"{variant} by {objective}"
        layers, sums, gaps, slower = [], dict.fromkeys(UNITS, 0.0), {}, {}
        for case in self.cases:
            pins = storage(case, self.folder, Path(target).stem)
            result = self.runner.run(case, "--objective", objective, "--strategy", pins, target=target)
            ours, known = figures(result.stats), self.published[case.name]
            slower[case.name] = ours["total_ms"] / known["total_ms"]
            if self.runner.gaps:
                gaps[case.name] = max(self.runner.gaps.values())
            for figure, unit in UNITS.items():
                sums[figure] += ours[figure]
                notes = [difference(ours[figure], known[figure])]
                if case.name in gaps:
                    notes.append(unproven_note({objective: gaps[case.name]}))
                # Without overlap each layer's time is asked for, with it the sums.
                bar = variant == "same machine" and figure == "total_ms"
                note = "; ".join(notes)
                layers.append(row(f"{case.name}, {label}", figure, ours[figure], known[figure], unit, note, bar))
        worst = max(slower, key=slower.get)
        totals = []
        for figure, unit in UNITS.items():
            reference = sum(known[figure] for known in self.published.values())
            notes = [difference(sums[figure], reference)]
            if figure == "total_ms":
                notes.append(f"the worst layer is {worst}, {100 * (slower[worst] - 1):+.1f} %")
            notes.append(unproven_note(gaps))
            bar = chosen and variant == "overlapped"
            note = "; ".join(filter(None, notes))
            totals.append(row(f"total, {label}", figure, sums[figure], reference, unit, note, bar))
        return (layers if chosen else []), totals


def run() -> list[dict]:
    layers, totals = [], []
    with tempfile.TemporaryDirectory(prefix="dnnc-eyeriss-v1-own.") as name:
        folder = Path(name)
        runner, published = eyeriss.Runner(Tools(), folder), {}
        for case in eyeriss.cases():
            qrt = (3, 2, 2) if case.name == "conv3" else None
            published[case.name] = figures(runner.pinned(case, eyeriss.published_mapping(case, qrt)).stats)
        bench = Bench(folder, runner, eyeriss.cases(), published)
        overlapped = str(eyeriss.variant(folder, "overlapped", *OVERLAP))
        for variant, target in {"same machine": "eyeriss-v1", "overlapped": overlapped}.items():
            for objective in (OBJECTIVE, *OTHERS):
                of_layers, of_sums = bench.rows(variant, target, objective)
                layers += of_layers
                totals += of_sums
    return layers + totals
