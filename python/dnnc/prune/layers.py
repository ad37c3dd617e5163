"""The weights of a model that can be pruned: constants by which convolutions and matrix products multiply, in
float or quantized, found behind DequantizeLinear and behind nodes that only move elements.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from dnnc import sparse_tensor
from dnnc.problems import Problems

_MICROSOFT = "com.microsoft"
_CONVOLUTIONS = ("Conv", "ConvTranspose", "QLinearConv", "ConvInteger", "FusedConv")
_TYPES = {
    TensorProto.FLOAT,
    TensorProto.FLOAT16,
    TensorProto.BFLOAT16,
    TensorProto.DOUBLE,
    TensorProto.INT8,
    TensorProto.UINT8,
    TensorProto.INT16,
    TensorProto.UINT16,
}


def _attribute(node: onnx.NodeProto, name: str, kind: int):
    """The attribute of a name, which has to be of a kind; None when there is none."""
    for attribute in node.attribute:
        if attribute.name == name:
            _need(attribute.type == kind, f"has the attribute {name} of another kind")
            return onnx.helper.get_attribute_value(attribute)
    return None


def _integer(node: onnx.NodeProto, name: str, otherwise: int) -> int:
    value = _attribute(node, name, onnx.AttributeProto.INT)
    return otherwise if value is None else value


def _integers(node: onnx.NodeProto, name: str) -> list[int] | None:
    return _attribute(node, name, onnx.AttributeProto.INTS)


def _need(good: bool, text: str) -> None:
    if not good:
        raise ValueError(text)


# Each arranges the places of a weight tensor so that the last axis goes along the input channels of a group.
def _conv(places: np.ndarray, node: onnx.NodeProto) -> np.ndarray:
    _need(places.ndim >= 3, f"has weights of shape {list(places.shape)}; need [M, C, kernel...]")
    return np.moveaxis(places, 1, -1)


def _conv_transpose(places: np.ndarray, node: onnx.NodeProto) -> np.ndarray:
    groups = _integer(node, "group", 1)
    _need(places.ndim >= 3, f"has weights of shape {list(places.shape)}; need [C, M, kernel...]")
    _need(
        groups > 0 and places.shape[0] % groups == 0,
        f"has {places.shape[0]} input channels in {groups} groups; the groups must divide them",
    )
    return np.moveaxis(places.reshape(groups, -1, *places.shape[1:]), 1, -1)


def _gemm(transposed: str, last: bool):
    def arrange(places: np.ndarray, node: onnx.NodeProto) -> np.ndarray:
        _need(places.ndim == 2, f"has weights of shape {list(places.shape)}; need a matrix")
        return places if bool(_integer(node, transposed, 0)) != last else places.T

    return arrange


def _left(places: np.ndarray, node: onnx.NodeProto) -> np.ndarray:
    return places


def _right(places: np.ndarray, node: onnx.NodeProto) -> np.ndarray:
    return places if places.ndim == 1 else np.moveaxis(places, -2, -1)


@dataclass(frozen=True)
class _Operand:
    weight: int  # the input with the weights
    arrange: Callable
    scale: int | None = None  # inputs that say how the weights are quantized
    zero_point: int | None = None
    axis: int = 0  # the weights' dimension that a scale for each channel goes along


_PRODUCTS = {
    ("", "Conv"): [_Operand(1, _conv)],
    ("", "ConvTranspose"): [_Operand(1, _conv_transpose)],
    ("", "Gemm"): [_Operand(1, _gemm("transB", False)), _Operand(0, _gemm("transA", True))],
    ("", "MatMul"): [_Operand(1, _right), _Operand(0, _left)],
    ("", "QLinearConv"): [_Operand(3, _conv, 4, 5)],
    ("", "QLinearMatMul"): [_Operand(3, _right, 4, 5, -1), _Operand(0, _left, 1, 2, -2)],
    ("", "ConvInteger"): [_Operand(1, _conv, None, 3)],
    ("", "MatMulInteger"): [_Operand(1, _right, None, 3, -1), _Operand(0, _left, None, 2, -2)],
    (_MICROSOFT, "QGemm"): [_Operand(3, _gemm("transB", False), 4, 5, -1)],
    (_MICROSOFT, "FusedConv"): [_Operand(1, _conv)],
    (_MICROSOFT, "FusedGemm"): [_Operand(1, _gemm("transB", False))],
}
OPERATORS = [op for _, op in _PRODUCTS]
_MOVES = ("Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten")


@dataclass(eq=False)
class Weights:
    """A constant by which products multiply."""

    tensor: str
    array: np.ndarray  # as stored
    zero: np.ndarray  # the stored number that means zero: a scalar, or of the array's shape
    scale: np.ndarray  # the same of the scale
    proto: TensorProto | None = None  # the initializer, or
    constant_node: onnx.NodeProto | None = None
    nodes: list[str] = field(default_factory=list)  # the products
    op: str = ""  # of the first one
    is_convolution: bool = False
    lines: np.ndarray | None = None  # places in the flattened array; the last axis goes along input channels
    kept: str = ""  # why it is left as it is

    @property
    def name(self) -> str:
        return ", ".join(self.nodes)

    def is_zero(self) -> np.ndarray:
        return self.array == self.zero

    def any_zero_point(self) -> bool:
        return bool(np.any(self.zero))

    def magnitudes(self) -> np.ndarray:
        """Of the real numbers, in float32, or float64 where the weights are."""
        kind = np.float64 if self.array.dtype == np.float64 else np.float32
        return np.abs((self.array.astype(kind) - self.zero.astype(kind)) * self.scale.astype(kind))

    def write(self, keep: np.ndarray) -> None:
        """Makes zero what is not kept; a -0 that is kept becomes 0."""
        keep = keep & ~self.is_zero()
        self.array = np.where(keep, self.array, self.zero.astype(self.array.dtype))
        tensor = numpy_helper.from_array(self.array, self.tensor)
        if self.proto is not None:
            self.proto.CopyFrom(tensor)
        else:
            del self.constant_node.attribute[:]
            self.constant_node.attribute.append(onnx.helper.make_attribute("value", tensor))


def find(model: onnx.ModelProto) -> list[Weights]:
    """In the order of the nodes. Raises Problems of every weight that does not fit its node."""
    return _Finder(model).find()


def names(model: onnx.ModelProto) -> list[str]:
    """The nodes' names; a node without one, or with one that is taken, is called OP_INDEX, as dnnc does."""
    result, taken = [], set()
    for node in model.graph.node:
        result.append(node.name if node.name and node.name not in taken else "")
        taken.add(node.name)
    for i, node in enumerate(model.graph.node):
        if not result[i]:
            base = name = f"{node.op_type}_{i}"
            k = 1
            while name in taken:
                name, k = f"{base}_{k}", k + 1
            taken.add(name)
            result[i] = name
    return result


def check_names(model: onnx.ModelProto, found: list[Weights], wanted: tuple[str, ...], place: object) -> None:
    """Raises Problems where nodes are wanted that are not there or have no weights that are pruned."""
    problems = Problems()
    products, every = {n for each in found for n in each.nodes}, dict(zip(names(model), model.graph.node))
    for name in wanted:
        if name in products:
            continue
        if name in every:
            problems.add(place, f"node '{name}' ({every[name].op_type}) has no weights that would be pruned")
            continue
        close = difflib.get_close_matches(name, sorted(products), 1)
        problems.add(place, f"has no node '{name}'" + (f" (did you mean '{close[0]}'?)" if close else ""))
    problems.raise_if_any()


def keep_first(found: list[Weights]) -> None:
    first = next((each for each in found if each.is_convolution), None)
    if first is not None:
        first.kept = first.kept or "kept: the first convolution"


def keep(found: list[Weights], nodes: tuple[str, ...]) -> None:
    for each in found:
        excluded = [n for n in each.nodes if n in nodes]
        if excluded:
            others = len(each.nodes) > 1
            each.kept = each.kept or "kept: excluded" + (f" by '{excluded[0]}', which shares it" if others else "")


@dataclass
class _Source:
    """Where an operand comes from."""

    tensor: str  # the constant
    path: list[onnx.NodeProto]  # from the constant to the product


class _Finder:
    def __init__(self, model: onnx.ModelProto):
        self.graph = model.graph
        self.names = names(model)
        self.initializers = {t.name: t for t in self.graph.initializer}
        self.producer = {o: n for n in self.graph.node for o in n.output if o}
        # Who reads a tensor: (operator, name, input); subgraphs read what surrounds them.
        self.readers: dict[str, list[tuple[onnx.NodeProto, str, int]]] = defaultdict(list)
        for node, name in zip(self.graph.node, self.names):
            for index, tensor in enumerate(node.input):
                self.readers[tensor].append((node, name, index))
            for attribute in node.attribute:
                for inner in [attribute.g, *attribute.graphs]:
                    for tensor in _read_by(inner):
                        self.readers[tensor].append((node, name, -1))
        self.outputs = {o.name for o in self.graph.output}
        self.problems = Problems()

    def find(self) -> list[Weights]:
        found: dict[str, Weights] = {}
        for node, name in zip(self.graph.node, self.names):
            for operand in _operands(node):
                source = self._source(node.input[operand.weight]) if operand.weight < len(node.input) else None
                others = [o for o in _operands(node) if o is not operand]
                if source is None or any(self._source(node.input[o.weight]) for o in others):
                    continue  # computed; or both are constant, and nothing is multiplied at run time
                try:
                    self._add(found, node, name, operand, source)
                except ValueError as error:
                    self.problems.add(name, f"{node.op_type} {error}")
        self.problems.raise_if_any()
        return list(found.values())

    def _source(self, tensor: str) -> _Source | None:
        path: list[onnx.NodeProto] = []
        while tensor not in self.initializers:
            node = self.producer.get(tensor)
            if node is None or len(path) > 16:
                return None
            if node.op_type == "Constant":
                return _Source(tensor, path[::-1]) if _constant_tensor(node) is not None else None
            if node.op_type not in (*_MOVES, "DequantizeLinear", "QuantizeLinear") or not node.input:
                return None
            path.append(node)
            tensor = node.input[0]
        return _Source(tensor, path[::-1])

    def _constant(self, tensor: str, what: str) -> np.ndarray:
        """The value of a tensor that has to be constant."""
        node = self.producer.get(tensor)
        while tensor not in self.initializers and node is not None and node.op_type == "Identity" and node.input:
            tensor = node.input[0]
            node = self.producer.get(tensor)
        if tensor in self.initializers:
            return _array(self.initializers[tensor], tensor)
        if node is not None and node.op_type == "Constant":
            stored = _constant_tensor(node)
            if stored is not None:
                return _array(stored, tensor)
            for name, kind, dtype in _NUMBERS:
                if (value := _attribute(node, name, kind)) is not None:
                    return np.array(value, dtype)
        raise ValueError(f"has {what} '{tensor}', which is computed; need a constant")

    def _optional(self, node: onnx.NodeProto, index: int | None, what: str) -> np.ndarray | None:
        if index is None or index >= len(node.input) or not node.input[index]:
            return None
        return self._constant(node.input[index], what)

    def _add(self, found, node, name: str, operand: _Operand, source: _Source) -> None:
        known = found.get(source.tensor)
        weights = known or self._read(source)
        # Places of the constant's elements, moved as the graph moves the elements.
        count = weights.array.size
        places = np.arange(count, dtype=np.int32 if count < 1 << 31 else np.int64).reshape(weights.array.shape)
        zero, scale, quantized_float = weights.zero, weights.scale, False
        for step in source.path:
            if step.op_type == "QuantizeLinear":
                quantized_float = True  # what is stored is a float before it is quantized; its zero is 0
            elif step.op_type == "DequantizeLinear":
                if not quantized_float:
                    given = [self._optional(step, 1, "the scale"), self._optional(step, 2, "the zero point")]
                    block = _integer(step, "block_size", 0)
                    scale, zero = self._spread(given, places, _integer(step, "axis", 1), block, weights)
            else:
                places = self._move(step, places)
        if operand.zero_point is not None:
            given = [
                self._optional(node, operand.scale, "the scale"),
                self._optional(node, operand.zero_point, "the zero point"),
            ]
            axis = operand.axis
            if node.op_type == "QGemm" and _integer(node, "transB", 0):
                axis = 0
            scale, zero = self._spread(given, places, axis, 0, weights)
        lines = operand.arrange(places, node)
        if known is None:
            weights.zero, weights.scale, weights.lines, weights.op = zero, scale, lines, node.op_type
            weights.is_convolution = node.op_type in _CONVOLUTIONS
            weights.kept = weights.kept or self._other_reader(source.tensor)
            found[source.tensor] = weights
        elif not np.array_equal(weights.lines, lines) or not np.array_equal(weights.zero, zero):
            weights.kept = weights.kept or f"kept: '{name}' reads it in another layout or with another zero point"
        weights.nodes.append(name)

    def _read(self, source: _Source) -> Weights:
        proto, node = self.initializers.get(source.tensor), None
        stored = proto
        if proto is None:
            node = self.producer[source.tensor]
            stored = _constant_tensor(node)
        kept = ""
        kind = stored.values.data_type if isinstance(stored, onnx.SparseTensorProto) else stored.data_type
        if kind not in _TYPES:
            kept = f"kept: {TensorProto.DataType.Name(kind).lower()} weights are not pruned"
        array = _array(stored, source.tensor)
        return Weights(source.tensor, array, np.zeros((), array.dtype), np.ones((), np.float32), proto, node, kept=kept)

    def _spread(self, given, places: np.ndarray, axis: int, block: int, weights: Weights):
        """A scale and a zero point, one or one a channel (or a block), for each element as it is stored."""
        result = []
        for what, value, otherwise in zip(("scales", "zero points"), given, (1.0, 0)):
            value = np.asarray(otherwise) if value is None else value
            if value.size == 1:
                result.append(value.reshape(()))
                continue
            _need(-places.ndim <= axis < places.ndim, f"has the axis {axis} for weights of shape {list(places.shape)}")
            along = axis % places.ndim
            if block and value.ndim == places.ndim:
                value = np.repeat(value, block, axis=along).take(range(places.shape[along]), axis=along)
            elif value.ndim != places.ndim:
                value = value.reshape([-1 if i == along else 1 for i in range(places.ndim)])
            try:
                value = np.broadcast_to(value, places.shape)
            except ValueError:
                raise ValueError(
                    f"has {prod(value.shape)} {what} for weights '{weights.tensor}' of shape {list(places.shape)}; "
                    f"need 1 or {places.shape[along]}"
                ) from None
            if np.all(value == value.reshape(-1)[0]):
                result.append(np.array(value.reshape(-1)[0]))
                continue
            stored = np.empty(places.size, value.dtype)
            stored[places.reshape(-1)] = value.reshape(-1)
            result.append(stored.reshape(weights.array.shape))
        return result[0], result[1]

    def _move(self, node: onnx.NodeProto, places: np.ndarray) -> np.ndarray:
        if node.op_type == "Identity":
            return places
        if node.op_type == "Transpose":
            order = _integers(node, "perm") or list(range(places.ndim))[::-1]
            _need(sorted(order) == list(range(places.ndim)), f"has weights that are permuted by {list(order)}")
            return places.transpose(order)
        # The others do not change the order of elements, only the shape.
        if node.op_type == "Flatten":
            axis = _integer(node, "axis", 1)
            return places.reshape(prod(places.shape[: axis % (places.ndim + 1)]), -1)
        argument = self._optional(node, 1, "the shape or axes")
        if node.op_type == "Reshape":
            shape = [int(s) for s in np.ravel(argument)] if argument is not None else []
            shape = [places.shape[i] if s == 0 and i < places.ndim else s for i, s in enumerate(shape)]
            return places.reshape(shape)
        axes = _integers(node, "axes") if argument is None else [int(a) for a in np.ravel(argument)]
        if node.op_type == "Unsqueeze":
            return np.expand_dims(places, tuple(axes))
        return np.squeeze(places, None if axes is None else tuple(axes))

    def _other_reader(self, tensor: str) -> str:
        """Why a tensor may not change: something else than products reads it."""
        todo = [tensor]
        while todo:
            tensor = todo.pop()
            if tensor in self.outputs:
                return f"kept: '{tensor}' is an output of the model"
            for node, name, index in self.readers[tensor]:
                if index == 0 and node.op_type in (*_MOVES, "DequantizeLinear", "QuantizeLinear"):
                    todo.extend(node.output)
                elif index not in [o.weight for o in _operands(node)]:
                    return f"kept: '{name}' ({node.op_type}) reads it, too"
        return ""


_NUMBERS = (  # attributes of Constant
    ("value_int", onnx.AttributeProto.INT, np.int64),
    ("value_ints", onnx.AttributeProto.INTS, np.int64),
    ("value_float", onnx.AttributeProto.FLOAT, np.float32),
    ("value_floats", onnx.AttributeProto.FLOATS, np.float32),
)


def _constant_tensor(node: onnx.NodeProto) -> TensorProto | onnx.SparseTensorProto | None:
    """What a Constant node holds, if it is a tensor."""
    for attribute in node.attribute:
        if attribute.name == "value" and attribute.HasField("t"):
            return attribute.t
        if attribute.name == "sparse_value" and attribute.HasField("sparse_tensor"):
            return attribute.sparse_tensor
    return None


def _operands(node: onnx.NodeProto) -> list[_Operand]:
    domain = "" if node.domain == "ai.onnx" else node.domain
    if domain == _MICROSOFT and ("", node.op_type) in _PRODUCTS and node.op_type.startswith("QLinear"):
        domain = ""
    return [o for o in _PRODUCTS.get((domain, node.op_type), []) if o.weight < len(node.input)]


def _read_by(graph: onnx.GraphProto):
    for node in graph.node:
        yield from node.input
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                yield from _read_by(inner)
    for output in graph.output:
        yield output.name


def _array(tensor, name: str) -> np.ndarray:
    try:
        if isinstance(tensor, onnx.SparseTensorProto):
            return sparse_tensor.to_dense(tensor)
        return numpy_helper.to_array(tensor)
    except Exception as error:  # of the onnx library or NumPy: the bytes do not fit the shape
        reason = " ".join(str(error).split())
        raise ValueError(f"has the constant '{name}', which cannot be read: {reason}") from None
