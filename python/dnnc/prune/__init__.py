"""Magnitude pruning of ONNX models: pruned copies to study, from models that nobody pruned.

    file = ModelFile(Path("resnet50.onnx"))
    rows = prune(file.model, Request(pattern=Pattern(2, 4), keep_first=True))
    file.save(Path("pruned.onnx"))

Weights are those of convolutions and matrix products (layers.py). In quantized tensors zero means the zero
point. Magnitude is that of the real number. Nothing is trained: accuracy is not the subject here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import numpy_helper

from dnnc import sparse_tensor
from dnnc.problems import Problems
from dnnc.prune import layers, masks
from dnnc.prune.layers import Weights
from dnnc.prune.masks import Pattern

__all__ = ["Pattern", "Request", "Row", "prune"]


@dataclass
class Request:
    sparsity: float | None = None  # part of the weights to be zero; this or `pattern`
    pattern: Pattern | None = None
    whole: bool = False  # `sparsity` of all layers together instead of each one
    exclude: tuple[str, ...] = ()  # names of nodes
    keep_first: bool = False  # leave the first convolution as it is
    sparse_initializers: bool = False


@dataclass
class Row:
    """What happened to a weight tensor."""

    node: str  # or several, separated by commas
    op: str
    tensor: str
    shape: tuple[int, ...]
    elements: int
    zeros_before: int
    zeros_after: int
    note: str = ""


def prune(model: onnx.ModelProto, request: Request, place: object = "model") -> list[Row]:
    """Prunes a model whose data is in memory, in place. Raises Problems, which start with `place` or the
    node's name.
    """
    found = layers.find(model)
    layers.check_names(model, found, request.exclude, place)
    if not found:
        raise Problems(
            place, f"has no weights to prune: need constants that {', '.join(layers.OPERATORS)} multiply by"
        )
    if request.keep_first:
        layers.keep_first(found)
    layers.keep(found, request.exclude)

    pruned = [each for each in found if not each.kept]
    rows = {id(each): _row(each) for each in found}
    keep = _chosen(pruned, request)
    for each, mask in zip(pruned, keep):
        each.write(mask)
        rows[id(each)].zeros_after = int(np.count_nonzero(each.is_zero()))
        notes = [
            _short_groups(each, request.pattern) if request.pattern else "",
            _as_sparse(model, each) if request.sparse_initializers else "",
        ]
        rows[id(each)].note = "; ".join(filter(None, notes))
    if request.sparse_initializers and model.ir_version < 5:  # the first with sparse tensors
        model.ir_version = 5
    return [rows[id(each)] for each in found]


def _chosen(pruned: list[Weights], request: Request) -> list[np.ndarray]:
    """Which elements of each tensor stay."""
    magnitudes = [each.magnitudes() for each in pruned]
    problems = Problems()
    for each, magnitude in zip(pruned, magnitudes):
        if np.isnan(magnitude).any():
            problems.add(each.name, f"{each.op} has weights '{each.tensor}' that are not a number; need numbers")
    problems.raise_if_any()
    if request.pattern:
        return [masks.of_pattern(m, each.lines, request.pattern) for each, m in zip(pruned, magnitudes)]
    if request.whole:
        return masks.of_sparsity(magnitudes, request.sparsity)
    return [masks.of_sparsity([m], request.sparsity)[0] for m in magnitudes]


def _row(each: Weights) -> Row:
    zeros = int(np.count_nonzero(each.is_zero()))
    shape = each.array.shape
    return Row(each.name, each.op, each.tensor, shape, each.array.size, zeros, zeros, each.kept)


def _short_groups(each: Weights, pattern: Pattern) -> str:
    """Why a tensor stayed dense, or denser than the pattern says."""
    channels = each.lines.shape[-1]
    if channels <= pattern.n:
        return f"{channels} input channel{'s' * (channels != 1)} in a group: nothing to prune"
    rest = channels % pattern.m
    return f"{channels} input channels: the last group has {rest}" if rest else ""


def _as_sparse(model: onnx.ModelProto, each: Weights) -> str:
    """Writes a tensor as a sparse one; returns why not."""
    if each.any_zero_point():
        return "written dense: its zero point is not 0, which is what sparse tensors leave out"
    if not each.is_zero().any():
        return "written dense: it has no zeros"
    sparse = sparse_tensor.from_dense(each.array, each.tensor)
    if each.constant_node is not None:
        del each.constant_node.attribute[:]
        each.constant_node.attribute.add(
            name="sparse_value", type=onnx.AttributeProto.SPARSE_TENSOR, sparse_tensor=sparse
        )
        return ""
    graph = model.graph
    graph.initializer.remove(each.proto)
    graph.sparse_initializer.append(sparse)
    for declared in [i for i in graph.input if i.name == each.tensor]:  # as models before IR version 4 have it
        graph.input.remove(declared)
    return ""
