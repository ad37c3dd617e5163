"""On `edge`, auto beside the best single dataflow of each layer of three int8 networks.

ResNet-50, MobileNetV2 and EfficientNet-B0. Every layer that the array computes is compiled and executed by
itself, for latency and for energy; its reference is the least over the dataflows that can serve it.
Networks are executed whole; their reference is the best one dataflow for all layers (with auto's choice
where it cannot serve).
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx

from common import layers
from common.rows import row
from dnnc_test import networks, quantized
from dnnc_test.run import ToolError, Tools

NETWORKS = ("resnet50", "mobilenet_v2", "efficientnet_b0")
DATAFLOWS = ("rs", "ws", "os", "is", "nlr", "mixed")
OBJECTIVES = {"latency": ("cycles", "cycles"), "energy": ("energy_pj", "pJ")}


def figure_of(stats: dict, objective: str) -> float:
    return stats["cycles"] if objective == "latency" else stats["energy_pj"]["total"]


class Bench:
    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder
        self.known: dict = {}

    def compile(self, model: Path, dataflow: str, objective: str) -> bool:
        """Whether the dataflow serves every layer."""
        options = ("--target", "edge", "--objective", objective, "--dataflow", dataflow)
        done = self.tools.compile(model, self.folder / "program.bin", *options)
        return not re.search(rf"dataflow {dataflow} cannot serve", done.stderr)

    def layer(self, layer: layers.Layer, objective: str) -> dict[str, float]:
        """The figure under each dataflow that serves the layer, and under auto; alike layers once."""
        key = replace(layer, name="layer"), objective
        if key not in self.known:
            data = layers.draw(layer, np.int8, seed=3)
            model = layers.model(layer, data, self.folder / "layer.onnx", relu=False)
            expected = layers.expected(layer, data, relu=False)
            figures = {}
            for dataflow in (*DATAFLOWS, "auto"):
                if not self.compile(model, dataflow, objective):
                    continue
                result = self.tools.simulate(self.folder / "program.bin", {"ifmap": data.ifmap})
                if not np.array_equal(result.outputs["ofmap"], expected):
                    raise ToolError(f"{layer.name}: the ofmap under {dataflow} differs from exact arithmetic")
                figures[dataflow] = figure_of(result.stats, objective)
            self.known[key] = figures
        return dict(self.known[key])

    def network(self, name: str, objective: str) -> dict[str, float]:
        path = quantized.path(name, "qdq-s8s8")
        inputs = networks.inputs(onnx.load(path, load_external_data=False))
        figures = {}
        for dataflow in (*DATAFLOWS, "auto"):
            self.compile(path, dataflow, objective)
            figures[dataflow] = figure_of(
                self.tools.simulate(self.folder / "program.bin", inputs).stats, objective
            )
        return figures


def compared(case: str, objective: str, figures: dict[str, float]) -> dict:
    figure, unit = OBJECTIVES[objective]
    auto = figures.pop("auto")
    best = min(figures, key=figures.get)
    note = ", ".join(f"{d} {n / auto:.2f}" for d, n in figures.items())
    return row(case, figure, auto, figures[best], unit, f"best {best}; in auto's: {note}")


def run() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="dnnc-edge-dataflows.") as name:
        bench = Bench(Tools(), Path(name))
        for network in NETWORKS:
            products = layers.products_of(onnx.load(networks.path(network)))
            for objective in OBJECTIVES:
                rows.append(compared(network, objective, bench.network(network, objective)))
                for layer in products:
                    rows.append(compared(f"{network} {layer.name}", objective, bench.layer(layer, objective)))
    return rows
