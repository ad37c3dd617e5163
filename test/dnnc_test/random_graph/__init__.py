"""Seeded random graphs: operators, shapes, strides, groups, branches, quantization.

    case = random_graph.generate(seed=17, size=12)

Step i of a seed is the same whatever the size, so that a failing graph can be shrunk by leaving out its
last steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx

from dnnc_test.random_graph.build import build_float
from dnnc_test.random_graph.quantize import Policy, quantize

DEFAULT_SIZE = 10
WIDE = 0.2  # share of quantized graphs in int16


@dataclass
class Case:
    seed: int
    size: int
    model: onnx.ModelProto
    inputs: dict[str, np.ndarray]
    quantized: bool
    description: str


def generate(seed: int, size: int = DEFAULT_SIZE) -> Case:
    rng = np.random.default_rng([seed, 0])
    opset = int(rng.choice([13, 15, 17, 18, 20, 21]))
    quantized = bool(rng.random() < 0.65)
    wide = quantized and np.random.default_rng([seed, 4]).random() < WIDE
    graph = build_float(seed, size, 21 if wide else opset)  # int16 came with opset 21
    ops = " ".join(n.op_type for n in graph.nodes)
    if not quantized:
        return Case(seed, size, graph.model(), graph.inputs(), False, f"float: {ops}")
    policy = Policy.draw(rng)
    policy = Policy.wide(policy) if wide else policy
    return Case(seed, size, quantize(graph, policy, seed), graph.inputs(), True, f"{policy}: {ops}")
