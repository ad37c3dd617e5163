"""Pruned copies of the networks, made by `dnnc prune`'s own code and brought back into balance, then quantized
as users do.

    pruned.path("resnet50", "2:4")                # int8 (QDQ, S8S8); made once and kept in the cache
    pruned.path("resnet50", "70%", form=None)     # float

The first convolution stays dense; all other weights, those of fully connected layers too, are pruned layer by
layer. Nobody trains these networks, so what training does for a pruned one is done by arithmetic: every
product's output gets the deviation and the channel means back that it has in the dense network. Otherwise
activations would shrink from layer to layer, and with them the share of zeros behind the activations.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from dnnc_test import cache, networks, operators, quantized
from dnnc_test.graph import Graph, Node, input_shapes
from dnnc_test.networks import weights

sys.path.append(str(cache.ROOT / "python"))

from dnnc.model_file import ModelFile  # noqa: E402
from dnnc.prune import Pattern, Request, prune  # noqa: E402

VARIANTS = ("2:4", "50%", "70%", "90%")
_PRODUCTS = ("Conv", "ConvTranspose", "Gemm", "MatMul")


def request(variant: str) -> Request:
    """ "2:4" is a pattern, "70%" a share of zeros."""
    if variant.endswith("%"):
        return Request(sparsity=float(variant[:-1]) / 100, keep_first=True)
    return Request(pattern=Pattern.parse(variant), keep_first=True)


def path(name: str, variant: str, form: str | None = "qdq-s8s8", seed: int = 0, **options) -> Path:
    """The pruned copy of a network of `networks`, in a form of `quantized` or in float."""
    key = cache.key("network", name, seed, sorted(options.items()))
    label = variant.replace(":", "of").replace("%", "zeros")
    own = cache.sources("networks", "operators", "graph.py", "pruned.py", "../../python/dnnc")

    def make_float(folder: Path):
        balanced(networks.path(name, seed, **options), request(variant), folder / "model.onnx")

    def make_quantized(folder: Path):
        quantized.quantize(path(name, variant, None, seed, **options), folder / "model.onnx", form)

    if form is None:
        return cache.folder(f"{name}-pruned-{label}-{key}", own, make_float) / "model.onnx"
    version = cache.key(own, cache.sources("quantized.py"))
    return cache.folder(f"{name}-pruned-{label}-{form}-{key}", version, make_quantized) / "model.onnx"


def balanced(source: Path, how: Request, destination: Path) -> None:
    """Writes the pruned copy of a float model."""
    dense, file = ModelFile(source), ModelFile(source)
    prune(file.model, how, source)
    _balance(dense.model, file.model)
    file.save(destination)


def _balance(dense: onnx.ModelProto, pruned: onnx.ModelProto, seed: int = 1) -> None:
    """Walks both networks side by side, and adapts scales, biases and batch norm of the pruned one in place."""
    graphs = [Graph(dense), Graph(pruned)]
    values: list[dict[str, np.ndarray]] = [{}, {}]
    for name, (shape, dtype) in input_shapes(dense).items():
        values[0][name] = values[1][name] = weights.image(shape, seed).astype(dtype)
    changed: set[str] = set()
    left = {t: len(readers) for t, readers in graphs[0].consumers.items()}

    def evaluate(which: int, node: Node) -> list[np.ndarray]:
        graph, known = graphs[which], values[which]
        inputs = [(known[t] if t in known else graph.constants.get(t)) if t else None for t in node.inputs]
        return operators.evaluate(node, inputs, graph.opset, np.float32)

    for node, twin in zip(graphs[0].nodes, graphs[1].nodes):
        wanted, have = evaluate(0, node), evaluate(1, twin)
        if node.op in _PRODUCTS or node.op == "BatchNormalization":
            adapt = _adapt_product if node.op in _PRODUCTS else _adapt_batch_norm
            touched = adapt(graphs[1], twin, wanted[0], have[0])
            changed |= touched
            if touched:
                have = evaluate(1, twin)
        for which, outputs in enumerate((wanted, have)):
            values[which].update(zip(node.outputs, outputs))
        for tensor in node.inputs:
            left[tensor] = left.get(tensor, 0) - 1
            if left[tensor] <= 0:
                for known in values:
                    known.pop(tensor, None)
    for initializer in pruned.graph.initializer:
        if initializer.name in changed:
            initializer.CopyFrom(numpy_helper.from_array(graphs[1].constants[initializer.name], initializer.name))


def _moments(node: Node, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Means of the channels, and the deviation from them; of a vector, that from its mean."""
    axes = (0,) + tuple(range(2, y.ndim)) if "Conv" in node.op or "Batch" in node.op else tuple(range(y.ndim - 1))
    mean = y.mean(axis=axes, keepdims=True, dtype=np.float64)
    if y.size <= 2 * mean.size:
        mean = np.full_like(mean, y.mean(dtype=np.float64))
    return mean, float(np.sqrt(((y - mean) ** 2).mean(dtype=np.float64)))


def _adapt_product(graph: Graph, node: Node, wanted: np.ndarray, have: np.ndarray) -> set[str]:
    """Scales the weights, which keeps their zeros, and moves the bias; rounded, so that the last bits of the
    machine's sums do not matter.
    """
    name = node.inputs[1]
    if name not in graph.constants:
        return set()
    (mean, deviation), (other_mean, other) = _moments(node, wanted), _moments(node, have)
    if np.array_equal(wanted, have) or other < 1e-6:
        return set()
    factor = np.float32(round(deviation / other, 3))
    graph.constants[name] = graph.constants[name] * factor
    touched = {name}
    bias = node.inputs[2] if len(node.inputs) > 2 else None
    if bias in graph.constants and graph.constants[bias].size == mean.size:
        constant = graph.constants[bias]
        # y = w·x + b, of which only w·x is scaled.
        old = constant.astype(np.float64).reshape(mean.shape)
        moved = mean - (other_mean - old) * float(factor)
        graph.constants[bias] = np.round(moved, 3).astype(np.float32).reshape(constant.shape)
        touched.add(bias)
    return touched


def _adapt_batch_norm(graph: Graph, node: Node, wanted: np.ndarray, have: np.ndarray) -> set[str]:
    """Moves the bias by the difference of the channel means."""
    name = node.inputs[2]
    mean, other_mean = _moments(node, wanted)[0], _moments(node, have)[0]
    if name not in graph.constants or np.array_equal(wanted, have):
        return set()
    constant = graph.constants[name]
    graph.constants[name] = constant + np.round(mean - other_mean, 3).astype(np.float32).reshape(constant.shape)
    return {name}
