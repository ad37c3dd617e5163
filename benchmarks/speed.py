"""Compile and simulation time of ResNet-50, int8 and float, beside ONNX Runtime's time for the same.

The reference of a run is one inference by ONNX Runtime on one thread, after a warm-up; of a compilation,
ONNX Runtime's own preparation of the model (parsing and optimizing it into a session), both with its default
options. All times are wall-clock seconds, the best of a few in turn, so that a passing load hits both alike.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import onnx

from dnnc_test import judge, networks, quantized
from dnnc_test.run import Tools

REPEATS = 3


def case(tools: Tools, name: str, path: Path, folder: Path) -> list[dict]:
    inputs = networks.inputs(onnx.load(path, load_external_data=False))
    program = folder / "prog.bin"
    best = dict.fromkeys(("compile", "run", "prepare", "inference"), float("inf"))
    for _ in range(REPEATS):
        figures = {"compile": tools.compile(path, program).seconds}
        result = tools.simulate(program, inputs)
        figures["run"] = result.seconds
        start = time.perf_counter()
        session, names = judge.session_for(path, signed=None, threads=1)
        figures["prepare"] = time.perf_counter() - start
        session.run(names, inputs)
        start = time.perf_counter()
        session.run(names, inputs)
        figures["inference"] = time.perf_counter() - start
        best = {k: min(best[k], figures[k]) for k in best}
    stats = result.stats

    def row(figure, ours, reference, unit, note=""):
        return {
            "case": name,
            "figure": figure,
            "ours": ours,
            "reference": reference,
            "unit": unit,
            "bar": False,
            "note": note,
        }

    return [
        row("compile_s", best["compile"], best["prepare"], "s", "ONNX Runtime: session creation"),
        row("simulate_s", best["run"], best["inference"], "s", "ONNX Runtime: one inference, 1 thread"),
        row(
            "modelled_ms",
            stats["seconds"] * 1e3,
            None,
            "ms",
            f"{stats['cycles']} cycles on {stats['target']}",
        ),
    ]


def run() -> list[dict]:
    tools = Tools()
    with tempfile.TemporaryDirectory(prefix="dnnc-speed.") as folder:
        return [
            *case(tools, "resnet50 int8", quantized.path("resnet50", "qdq-s8s8"), Path(folder)),
            *case(tools, "resnet50 float", networks.path("resnet50"), Path(folder)),
        ]
