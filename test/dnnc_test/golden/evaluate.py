"""Evaluates a graph unit by unit; a unit is an integer fold or a single node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx

from dnnc_test import operators
from dnnc_test.golden import operators as forms
from dnnc_test.golden.arithmetic import F32, Scale, centered, dequantize, quantize, requantize
from dnnc_test.golden.fold import (
    PRODUCTS,
    SUMS,
    Fold,
    chain,
    clamp,
    is_dequantize,
    is_integer_operand,
    is_quantize,
    quantized_type,
    scale_of,
)
from dnnc_test.golden.sink import sink
from dnnc_test.graph import Graph, Node
from dnnc_test.operators.pool import sums_and_counts
from dnnc_test.operators.products import add_bias, product
from dnnc_test.operators.reduce import reduced_axes

# One float32 operation, correctly rounded: the same on every machine that follows IEEE 754.
_ONE_OPERATION = {
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Sqrt",
    "Reciprocal",
    "Max",
    "Min",
    "Relu",
    "Clip",
    "Abs",
    "Neg",
    "Floor",
    "Ceil",
    "Round",
    "LeakyRelu",
    "PRelu",
    "Sum",
    "Equal",
    "Less",
    "Greater",
    "And",
    "Or",
    "Not",
    "Where",
    "Cast",
    "Identity",
    "Dropout",
}
_MOVEMENT = {
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
    "Concat",
    "Slice",
    "Split",
    "Pad",
    "Gather",
    "Expand",
    "Tile",
    "DepthToSpace",
    "MaxPool",
    "GlobalMaxPool",
    "ReduceMax",
    "ReduceMin",
}
# A function of one 8-bit value is a table, computed in float64.
_TABLES = {
    "Sigmoid",
    "HardSigmoid",
    "HardSwish",
    "Tanh",
    "Exp",
    "Log",
    "Erf",
    "Softplus",
    "Elu",
    "Gelu",
    "Swish",
}


@dataclass
class Tensor:
    array: np.ndarray
    exact: bool


class Golden:
    def __init__(self, model: onnx.ModelProto):
        self.graph = Graph(model)
        forms.write_out(self.graph)
        sink(self.graph)
        self.observable: list[str] = []  # of the last evaluation, in order

    def evaluate(
        self, inputs: dict[str, np.ndarray], given: dict[str, np.ndarray] | None = None
    ) -> dict[str, Tensor]:
        """Every observable tensor. With `given`, an operator reads the given array of a tensor where there
        is one.
        """
        run = _Run(self.graph, inputs, given or {})
        run.all()
        self.observable = list(run.results)
        return run.results


class _Run:
    def __init__(self, graph: Graph, inputs, given):
        self.graph, self.given = graph, given
        self.tensors: dict[str, Tensor] = {n: Tensor(np.asarray(a), True) for n, a in inputs.items()}
        self.constant = set(graph.constants)
        self.types = {n: a.dtype for n, a in graph.constants.items()} | {
            n: t.array.dtype for n, t in self.tensors.items()
        }
        self.results: dict[str, Tensor] = {}

    # Values that operators read.

    def read(self, name: str) -> Tensor | None:
        if not name:
            return None
        if name in self.graph.constants:
            return Tensor(self.graph.constants[name], True)
        if (
            name in self.given
            and name in self.results
            and self.given[name].dtype == self.results[name].array.dtype
        ):
            return Tensor(self.given[name].reshape(self.results[name].array.shape), True)
        if name in self.tensors:
            return self.tensors[name]
        node = self.graph.producer[name]
        if is_dequantize(node):  # on demand, and not kept: most are read as integers
            q = self.read(node.inputs[0])
            return Tensor(dequantize(q.array, scale_of(self.graph, node, q.array.ndim)), q.exact)
        raise KeyError(name)

    def integers(self, name: str) -> tuple[Tensor, Scale]:
        """The integers behind a dequantized tensor, and their scale."""
        node = self.graph.producer[name]
        q = self.read(node.inputs[0])
        return q, scale_of(self.graph, node, q.array.ndim)

    # The walk.

    def all(self):
        folds = {id(f.node): f for f in self._folds()}
        swallowed = {id(n) for f in folds.values() for n in f.swallowed}
        for node in self.graph.nodes:
            if id(node) in swallowed:
                continue
            if is_dequantize(node):
                self.types[node.outputs[0]] = np.dtype(F32)
                if node.inputs[0] in self.constant:
                    self.constant.add(node.outputs[0])
                if node.outputs[0] in self.graph.outputs:
                    self._keep(node.outputs[0], self.read(node.outputs[0]))
                continue
            fold = folds.get(id(node))
            if fold is not None and self._is_integer(fold):
                result = self._integer(fold)
                for name in fold.outputs:
                    self._keep(name, result)
            else:
                self._node(node)
                for inner in fold.swallowed if fold is not None else []:
                    self._node(inner)

    def _folds(self):
        for node in self.graph.nodes:
            if node.op in PRODUCTS or node.op in SUMS or node.op == "Mul":
                yield chain(self.graph, node)

    def _is_integer(self, fold: Fold) -> bool:
        operands = fold.node.inputs[: 1 if fold.node.op in SUMS else 2]
        if not all(is_integer_operand(self.graph, t, self.types) for t in operands):
            return False
        if fold.node.op == "Gemm" and (
            fold.node.get("alpha", 1.0) != 1.0 or fold.node.get("beta", 1.0) != 1.0
        ):
            return False
        return fold.quantize is not None or fold.node.op in PRODUCTS

    def _keep(self, name: str, tensor: Tensor, observable=True):
        self.tensors[name] = tensor
        self.types[name] = tensor.array.dtype
        if observable:
            self.results[name] = tensor

    def _observable(self, name: str, array: np.ndarray) -> bool:
        """A float tensor that only a QuantizeLinear reads, or a Relu or Clip before one, does not exist."""
        if name in self.constant or ".golden" in name:
            return False
        if name in self.graph.outputs or array.dtype.kind != "f":
            return True
        return not self._ends_quantized(name)

    def _ends_quantized(self, name: str) -> bool:
        return chain(self.graph, Node("Identity", [], [name])).quantize is not None

    def _node(self, node: Node):
        inputs = [self.read(t) for t in node.inputs]
        exact = all(i is None or i.exact for i in inputs)
        if is_quantize(node):
            dtype = quantized_type(self.graph, node)
            outputs = [quantize(inputs[0].array, scale_of(self.graph, node, inputs[0].array.ndim), dtype)]
        else:
            arrays = [None if i is None else i.array for i in inputs]
            outputs = operators.evaluate(node, arrays, self.graph.opset)
            exact = exact and self._correctly_rounded(node, outputs)
        if all(not t or t in self.constant for t in node.inputs) or node.op in ("Shape", "Size"):
            self.constant.update(node.outputs)
        for name, array in zip(node.outputs, outputs):
            if name:
                self._keep(name, Tensor(array, exact), self._observable(name, array))

    def _correctly_rounded(self, node: Node, outputs) -> bool:
        if node.op in _ONE_OPERATION or node.op in _MOVEMENT or outputs[0].dtype.kind != "f":
            return True
        if node.op == "Resize":
            return node.get("mode", "nearest") == "nearest"
        if node.op in _TABLES:
            return self._is_table(node)
        return all(t in self.constant for t in node.inputs if t)

    def _is_table(self, node: Node) -> bool:
        """From one 8-bit type to another. Of 16 bits there is no table: such a function is float work."""
        end = chain(self.graph, Node("Identity", [], node.outputs[:1])).quantize
        if end is None or not is_integer_operand(self.graph, node.inputs[0], self.types):
            return False
        source = self.types[self.graph.producer[node.inputs[0]].inputs[0]]
        return source.itemsize == 1 and quantized_type(self.graph, end).itemsize == 1

    # Integer folds.

    def _integer(self, fold: Fold) -> Tensor:
        if fold.node.op in PRODUCTS:
            return self._product(fold)
        return self._mul(fold) if fold.node.op == "Mul" else self._sum(fold)

    def _output(self, fold: Fold, rank: int):
        return scale_of(self.graph, fold.quantize, rank), quantized_type(self.graph, fold.quantize)

    def _mul(self, fold: Fold) -> Tensor:
        (a, a_scale), (b, b_scale) = (self.integers(t) for t in fold.node.inputs)
        accumulator = centered(a.array, a_scale) * centered(b.array, b_scale)
        y, dtype = self._output(fold, accumulator.ndim)
        multiplier = F32(
            F32(
                a_scale.shaped(a_scale.scale, accumulator.ndim)
                * b_scale.shaped(b_scale.scale, accumulator.ndim)
            )
            / y.scale[0]
        )
        return Tensor(
            clamp(requantize(accumulator, multiplier, y.zero[0], dtype), fold, y, dtype), a.exact and b.exact
        )

    def _sum(self, fold: Fold) -> Tensor:
        node = fold.node
        x, x_scale = self.integers(node.inputs[0])
        values = centered(x.array, x_scale)
        if node.op in ("AveragePool", "GlobalAveragePool"):
            sums, counts = sums_and_counts(node, values)
        else:
            extra = [None if i is None else i.array for i in map(self.read, node.inputs[1:])]
            axes = reduced_axes(node, [values, *extra], self.graph.opset, values.ndim)
            sums = values.sum(axis=axes, keepdims=bool(node.get("keepdims", 1)))
            counts = np.array(
                float(np.prod([values.shape[a] for a in axes]) if node.op == "ReduceMean" else 1.0)
            )
        y, dtype = self._output(fold, sums.ndim)
        multiplier = x_scale.scale[0] / F32(y.scale[0] * counts.astype(F32))
        return Tensor(clamp(requantize(sums, multiplier, y.zero[0], dtype), fold, y, dtype), x.exact)

    def _product(self, fold: Fold) -> Tensor:
        node = fold.node
        (x, x_scale), (w, w_scale) = (self.integers(t) for t in node.inputs[:2])
        if not x_scale.per_tensor:
            raise ValueError(f"{node}: the activation's scale is per channel")
        accumulator = _exact_product(node, x.array, x_scale, w.array, w_scale)
        # Per channel of the result: the scales of the weights, along dim 1 of images and the last dim of
        # matrices.
        channel = 1 if node.op in ("Conv", "ConvTranspose") else accumulator.ndim - 1
        repeat = node.get("group", 1) if node.op == "ConvTranspose" and not w_scale.per_tensor else 1
        along = Scale(F32(x_scale.scale[0]) * np.tile(w_scale.scale, repeat), w_scale.zero, channel)
        step = along.shaped(along.scale, accumulator.ndim)
        bias, exact_bias = self._bias(node, along)
        if bias is not None and exact_bias:
            accumulator = add_bias(node, accumulator, bias.array.astype(np.float64))
        exact = x.exact and w.exact and (bias is None or bias.exact)
        post = None if bias is None or exact_bias else bias.array.astype(F32)
        if fold.quantize is None or post is not None:
            result = accumulator.astype(F32) * step
            result = result if post is None else add_bias(node, result, post)
            if fold.quantize is None:
                return Tensor(result, exact)
            y, dtype = self._output(fold, result.ndim)
            values = quantize(result, y, dtype)
        else:
            y, dtype = self._output(fold, accumulator.ndim)
            values = requantize(accumulator, step / y.scale[0], y.zero[0], dtype)
        return Tensor(clamp(values, fold, y, dtype), exact)

    def _bias(self, node: Node, along: Scale):
        """The bias, and whether it is an int32 tensor of scale s_x·s_w, which goes into the accumulator."""
        name = node.inputs[2] if len(node.inputs) > 2 else ""
        if not name:
            return None, False
        dequantizer = self.graph.producer.get(name)
        if is_dequantize(dequantizer) and self.types[dequantizer.inputs[0]] == np.int32:
            values, scale = self.integers(name)
            # Exporters multiply before or after rounding to float32: a few units in the last place apart.
            if np.all(scale.zero == 0) and np.all(
                np.abs(scale.scale - along.scale) <= F32(1e-6) * along.scale
            ):
                return values, True
        return self.read(name), False


def _exact_product(node: Node, x, x_scale: Scale, w, w_scale: Scale) -> np.ndarray:
    """The sum of products of whole numbers, in float32 where no partial sum can reach 2²⁴, else in
    float64.
    """
    wide_x, wide_w = centered(x, x_scale, F32), centered(w, w_scale, F32)
    if node.op in ("Conv", "ConvTranspose"):
        inner = tuple(i for i in range(w.ndim) if i != (1 if node.op == "ConvTranspose" else 0))
    else:
        inner = (w.ndim - 1 if node.get("transB", 0) else w.ndim - 2) if w.ndim > 1 else 0
    largest = np.abs(wide_w).sum(axis=inner, dtype=np.float64).max() * np.abs(wide_x).max(initial=0)
    if largest >= 2**24:
        wide_x, wide_w = wide_x.astype(np.float64), wide_w.astype(np.float64)
    return product(node, wide_x, wide_w).astype(np.float64)
