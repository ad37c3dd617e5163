"""On `edge`, auto beside the best single dataflow of each layer of three int8 networks.

ResNet-50, MobileNetV2 and EfficientNet-B0. Every layer that the array computes is compiled and executed by
itself, for latency and for energy; its reference is the least over rs, ws, os, is and nlr, those that can
serve it. Networks are executed whole; their reference is the best one dataflow for all layers (with auto's
choice where it cannot serve). `mixed`, which has no constraint and so contains all others, stands beside. Zeros are off
(dnnc --sparsity off): they are the data's affair, and the mapping alone is compared.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx

from common import layers
from common.rows import row
from common.strategy import unproven, unproven_note
from dnnc_test import networks, quantized
from dnnc_test.run import ToolError, Tools

NETWORKS = ("resnet50", "mobilenet_v2", "efficientnet_b0")
SINGLE = ("rs", "ws", "os", "is", "nlr")
DATAFLOWS = (*SINGLE, "mixed", "auto")
OBJECTIVES = {"latency": ("cycles", "cycles"), "energy": ("energy_pj", "pJ")}


@dataclass
class Executed:
    """A layer or network as it ran under a dataflow."""

    figure: float
    chosen: list[str]  # dataflow of each product
    refused: int  # products that the dataflow could not serve: auto's choice
    gaps: list[float]  # percent above the lower bound at most, of the products without a proof


class Bench:
    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder
        self.known: dict = {}

    def run(self, model: Path, inputs: dict, dataflow: str, objective: str) -> tuple[Executed, dict]:
        program = self.folder / "program.bin"
        options = ("--target", "edge", "--sparsity", "off", "--objective", objective, "--dataflow", dataflow)
        done = self.tools.compile(model, program, *options)
        refused = len(re.findall(rf"dataflow {dataflow} cannot serve", done.stderr))
        result = self.tools.simulate(program, inputs)
        stats = result.stats
        figure = stats["cycles"] if objective == "latency" else stats["energy_pj"]["total"]
        chosen = [node["dataflow"] for node in stats["nodes"] if node["macs"]]
        return Executed(figure, chosen, refused, list(unproven(done.stderr).values())), result.outputs

    def layer(self, layer: layers.Layer, objective: str) -> dict[str, Executed]:
        """Under each dataflow that serves the layer, and under auto; alike layers once."""
        key = replace(layer, name="layer"), objective
        if key not in self.known:
            data = layers.draw(layer, np.int8, seed=3)
            model = layers.model(layer, data, self.folder / "layer.onnx", relu=False)
            expected = layers.expected(layer, data, relu=False)
            runs = {}
            for dataflow in DATAFLOWS:
                run, outputs = self.run(model, {"ifmap": data.ifmap}, dataflow, objective)
                if not np.array_equal(outputs["ofmap"], expected):
                    raise ToolError(f"{layer.name}: the ofmap under {dataflow} differs from exact arithmetic")
                if not run.refused:
                    runs[dataflow] = run
            self.known[key] = runs
        return self.known[key]

    def network(self, name: str, objective: str) -> dict[str, Executed]:
        path = quantized.path(name, "qdq-s8s8")
        inputs = networks.inputs(onnx.load(path, load_external_data=False))
        return {dataflow: self.run(path, inputs, dataflow, objective)[0] for dataflow in DATAFLOWS}


def compared(case: str, objective: str, runs: dict[str, Executed]) -> dict:
    figure, unit = OBJECTIVES[objective]
    auto = runs["auto"].figure
    single = {d: run for d, run in runs.items() if d in SINGLE}
    if not single:
        return row(case, figure, auto, None, unit, "none of the five can serve it", False)
    best = min(single, key=lambda d: single[d].figure)
    served = ", ".join(
        f"{d} {run.figure / auto:.3f}" + (f" ({run.refused} layers by auto)" if run.refused else "")
        for d, run in single.items()
    )
    chosen = f"auto ({runs['auto'].chosen[0]})" if len(runs["auto"].chosen) == 1 else "auto"
    notes = [
        f"best {best}; in {chosen}'s: {served}",
        f"beside: mixed {runs['mixed'].figure / auto:.3f}" if "mixed" in runs else "",
        unproven_note({d: max(run.gaps) for d, run in runs.items() if run.gaps}),
    ]
    return row(case, figure, auto, single[best].figure, unit, "; ".join(filter(None, notes)))


def mixed(case: str, objective: str, chosen: list[str]) -> dict:
    note = f"which auto calls mixed, asked for {objective}"
    return row(case, "layers_mixed", chosen.count("mixed"), len(chosen), "layers", note, False)


def run() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="dnnc-edge-dataflows.") as name:
        bench = Bench(Tools(), Path(name))
        for network in NETWORKS:
            products = layers.products_of(onnx.load(networks.path(network)))
            for objective in OBJECTIVES:
                whole = bench.network(network, objective)
                rows.append(compared(network, objective, whole))
                rows.append(mixed(network, objective, whole["auto"].chosen))
                each = {layer.name: bench.layer(layer, objective) for layer in products}
                rows += [compared(f"{network} {layer}", objective, runs) for layer, runs in each.items()]
                chosen = [kind for runs in each.values() for kind in runs["auto"].chosen]
                rows.append(mixed(f"{network}, layers by themselves", objective, chosen))
    return rows
