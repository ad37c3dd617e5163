"""The Eyeriss machine under our own mapping beside its published one, without and with overlap.

AlexNet CONV1-5, batch 4, the data of `eyeriss-v1`. The reference is the published mapping executed on the
same machine, its total time and all its energy, clock and DRAM included. `overlapped` is a variant of the
target in which loads and stores run while the array does; the chip as it was cannot.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from common import eyeriss
from common.rows import difference, row
from dnnc_test.cache import ROOT
from dnnc_test.run import Tools

# What is asked of each: no layer slower without overlap; with it, less time at no more energy, which is the
# tighter bound. Not latency: the search takes feature maps for dense, and would pay energy to move less of
# what run-length code makes small.
OBJECTIVES = {"same machine": "edp", "overlapped": "energy"}


def overlapped(folder: Path) -> Path:
    """The target with transfers that overlap processing."""
    text = (ROOT / "targets" / "eyeriss-v1.yaml").read_text()
    path = folder / "eyeriss-v1-overlapped.yaml"
    path.write_text(
        text.replace("name: eyeriss-v1\n", "name: eyeriss-v1-overlapped\n").replace(
            "overlap_transfers: false", "overlap_transfers: true"
        )
    )
    return path


def storage(case: eyeriss.Case, folder: Path, target: str) -> Path:
    """A strategy that leaves all but the storage of feature maps to the compiler."""
    stored = eyeriss.published_mapping(case).storage
    path = folder / f"{case.name}-storage.yaml"
    lines = ["strategy: 1", f"target: {target}", "nodes:", f'  - onnx: "{case.name}"', "    storage:"]
    path.write_text("\n".join([*lines, *(f"      {o}: {{format: {f}}}" for o, f in stored.items())]) + "\n")
    return path


def run() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="dnnc-eyeriss-v1-own.") as name:
        folder = Path(name)
        runner = eyeriss.Runner(Tools(), folder)
        variants = {"same machine": "eyeriss-v1", "overlapped": str(overlapped(folder))}
        sums = {variant: [0.0, 0.0] for variant in [*variants, "published"]}

        def take(variant: str, stats: dict) -> tuple[float, float]:
            figures = stats["seconds"] * 1e3, stats["energy_pj"]["total"] * 1e-9
            sums[variant] = [a + b for a, b in zip(sums[variant], figures)]
            return figures

        for case in eyeriss.cases():
            qrt = (3, 2, 2) if case.name == "conv3" else None
            time, energy = take("published", runner.pinned(case, eyeriss.published_mapping(case, qrt)).stats)
            for variant, target in variants.items():
                pins = storage(case, folder, Path(target).stem)
                stats = runner.run(
                    case, "--objective", OBJECTIVES[variant], "--strategy", pins, target=target
                ).stats
                ours = take(variant, stats)
                label = f"{case.name}, {variant}"
                # Only the sum is asked for where transfers overlap.
                bar = variant == "same machine"
                rows.append(row(label, "total_ms", ours[0], time, "ms", difference(ours[0], time), bar))
                note = difference(ours[1], energy)
                rows.append(row(label, "energy_mj", ours[1], energy, "mJ", note, False))
        for variant in variants:
            for place, (figure, unit) in enumerate([("total_ms", "ms"), ("energy_mj", "mJ")]):
                ours, reference = sums[variant][place], sums["published"][place]
                bar = variant == "overlapped"
                rows.append(
                    row(f"total, {variant}", figure, ours, reference, unit, difference(ours, reference), bar)
                )
    return rows
