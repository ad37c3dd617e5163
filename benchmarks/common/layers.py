"""One-layer quantized models, with data of chosen sparsity."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from dnnc_test.run import Result, ToolError, Tools
from onnx import TensorProto, helper, numpy_helper


@dataclass(frozen=True)
class Layer:
    """A convolution, or with `matrix` a product of (images × channels) and (channels × filters)."""

    name: str
    images: int
    groups: int
    filters: int  # of all groups
    channels: int  # of all groups
    height: int = 1
    width: int = 1
    taps: tuple[int, int] = (1, 1)
    strides: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    matrix: bool = False

    @property
    def rows(self) -> int:
        return (self.height + self.pads[0] + self.pads[2] - self.taps[0]) // self.strides[0] + 1

    @property
    def columns(self) -> int:
        return (self.width + self.pads[1] + self.pads[3] - self.taps[1]) // self.strides[1] + 1

    @property
    def weights(self) -> int:
        return self.filters * self.channels // self.groups * self.taps[0] * self.taps[1]

    @property
    def macs(self) -> int:
        return self.images * self.weights * self.rows * self.columns

    def weight_shape(self) -> list[int]:
        if self.matrix:
            return [self.channels, self.filters]
        return [self.filters, self.channels // self.groups, *self.taps]

    def ifmap_shape(self) -> list[int]:
        head = [self.images, self.channels]
        return head if self.matrix else [*head, self.height, self.width]

    def ofmap_shape(self) -> list[int]:
        head = [self.images, self.filters]
        return head if self.matrix else [*head, self.rows, self.columns]


def products_of(model: onnx.ModelProto) -> list[Layer]:
    """The convolutions and matrix products with constant weights, by the names of their nodes."""
    inferred = onnx.shape_inference.infer_shapes(model)
    shapes = {t.name: list(t.dims) for t in inferred.graph.initializer}
    for value in [*inferred.graph.value_info, *inferred.graph.input, *inferred.graph.output]:
        # A symbolic size is a batch of one.
        shapes.setdefault(value.name, [d.dim_value or 1 for d in value.type.tensor_type.shape.dim])
    constants = {t.name for t in inferred.graph.initializer}
    result = []
    for node in inferred.graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul") or node.input[1] not in constants:
            continue
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        ifmap, weights = (shapes[name] for name in node.input[:2])
        name = node.name or node.output[0]
        if node.op_type == "Conv":
            result.append(
                Layer(
                    name,
                    ifmap[0],
                    attributes.get("group", 1),
                    weights[0],
                    *ifmap[1:],
                    tuple(weights[2:]),
                    tuple(attributes.get("strides", (1, 1))),
                    tuple(attributes.get("pads", (0, 0, 0, 0))),
                )
            )
        else:
            channels, filters = reversed(weights) if attributes.get("transB") else weights
            result.append(Layer(name, int(np.prod(ifmap[:-1])), 1, filters, channels, matrix=True))
    return result


@dataclass
class Data:
    """Integers of a layer and their scales; every zero point is 0."""

    ifmap: np.ndarray
    weights: np.ndarray
    bias: np.ndarray  # int32, a number a filter
    ifmap_scale: float
    weight_scale: float
    ofmap_scale: float


def accumulators(layer: Layer, ifmap: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Exact sums of products, (images, filters, rows, columns) or (images, filters)."""
    # float64 is exact below 2^53, and a product in it takes a fast path.
    if layer.matrix:
        sums = ifmap.astype(np.float64) @ weights.astype(np.float64)
        return sums.astype(np.int64)
    top, left, bottom, right = layer.pads
    padded = np.pad(ifmap.astype(np.float64), ((0, 0), (0, 0), (top, bottom), (left, right)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, layer.taps, axis=(2, 3))
    windows = windows[:, :, :: layer.strides[0], :: layer.strides[1]]
    of_group, to_group = layer.channels // layer.groups, layer.filters // layer.groups
    parts = []
    for group in range(layer.groups):
        channels = slice(group * of_group, (group + 1) * of_group)
        kernel = weights[group * to_group : (group + 1) * to_group].astype(np.float64)
        matrix = kernel.reshape(to_group, -1)
        images = []
        for image in windows[:, channels]:
            columns = image.transpose(0, 3, 4, 1, 2).reshape(matrix.shape[1], -1)
            images.append((matrix @ columns).reshape(to_group, layer.rows, layer.columns))
        parts.append(np.stack(images))
    return np.concatenate(parts, axis=1).astype(np.int64)


def draw(
    layer: Layer, dtype, *, ifmap_zeros: float = 0.0, ofmap_zeros: float | None = None, seed: int = 0
) -> Data:
    """Seeded integers. Ifmap zeros are drawn independently; with `ofmap_zeros` each filter's bias is the
    quantile of its accumulators that leaves this share at or below zero, for a ReLU to cut.
    """
    generator = np.random.default_rng(seed)
    top = np.iinfo(dtype).max
    values = generator.integers(1, top, layer.ifmap_shape(), endpoint=True)
    if ofmap_zeros is None or ifmap_zeros < 0.01:  # an image, not the result of a ReLU
        values *= generator.choice([-1, 1], values.shape)
    ifmap = np.where(generator.random(values.shape) < ifmap_zeros, 0, values).astype(dtype)
    # A sixty-fourth of the range keeps the sums within the int32 of a bias.
    spread = top / 64 if top > 127 else top / 3
    weights = np.clip(np.rint(generator.normal(0, spread, layer.weight_shape())), -top, top).astype(dtype)
    weights[weights == 0] = 1
    sums = accumulators(layer, ifmap, weights)
    by_filter = np.moveaxis(sums, 1, 0).reshape(layer.filters, -1)
    if ofmap_zeros is None:
        bias = np.zeros(layer.filters, np.int32)
    else:
        cut = -np.quantile(by_filter, ofmap_zeros, axis=1)
        bias = np.clip(np.rint(cut), -(2**31), 2**31 - 1).astype(np.int32)
    largest = np.abs(by_filter + bias[:, None]).max()
    return Data(ifmap, weights, bias, 2.0**-10, 2.0**-12, float(np.float32(largest / top * 2.0**-22)))


def masked(layer: Layer, ifmap_mask: np.ndarray, weight_mask: np.ndarray, seed: int = 0) -> Data:
    """Seeded int8 data with the zeros of masks, in the shapes of the tensors. Inputs are positive, as behind a ReLU."""
    generator = np.random.default_rng(seed)
    top = np.iinfo(np.int8).max
    ifmap = generator.integers(1, top, ifmap_mask.shape, endpoint=True)
    weights = generator.integers(1, top, weight_mask.shape, endpoint=True)
    weights *= generator.choice([-1, 1], weights.shape)
    ifmap = np.where(ifmap_mask, ifmap, 0).astype(np.int8)
    weights = np.where(weight_mask, weights, 0).astype(np.int8)
    largest = max(1, np.abs(accumulators(layer, ifmap, weights)).max())
    bias = np.zeros(layer.filters, np.int32)
    return Data(ifmap, weights, bias, 2.0**-10, 2.0**-12, float(np.float32(largest / top * 2.0**-22)))


def expected(layer: Layer, data: Data, relu: bool) -> np.ndarray:
    """The ofmap as requantization defines it: rint(float32(accumulator) * (s_x*s_w/s_y in float32))."""
    sums = accumulators(layer, data.ifmap, data.weights)
    sums = sums + data.bias.reshape(-1, *[1] * (sums.ndim - 2))
    scales = np.float32(data.ifmap_scale) * np.float32(data.weight_scale)
    values = np.rint(sums.astype(np.float32) * np.float32(scales / np.float32(data.ofmap_scale)))
    info = np.iinfo(data.ifmap.dtype)
    return np.clip(values, 0 if relu else info.min, info.max).astype(data.ifmap.dtype)


def model(layer: Layer, data: Data, path: Path, *, relu: bool) -> Path:
    """Writes DequantizeLinear, Conv or MatMul with its bias, maybe Relu, QuantizeLinear."""
    kind = TensorProto.INT16 if data.ifmap.dtype == np.int16 else TensorProto.INT8
    zero = np.zeros((), data.ifmap.dtype)

    def scale(name: str, value: float) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(value, np.float32), name)

    constants = [
        numpy_helper.from_array(data.weights, "weights"),
        numpy_helper.from_array(zero, "zero"),
        scale("ifmap_scale", data.ifmap_scale),
        scale("weight_scale", data.weight_scale),
        scale("ofmap_scale", data.ofmap_scale),
    ]
    nodes = [
        helper.make_node("DequantizeLinear", ["ifmap", "ifmap_scale", "zero"], ["x"], "dequantize"),
        helper.make_node("DequantizeLinear", ["weights", "weight_scale", "zero"], ["w"], "weights"),
    ]
    if layer.matrix:
        nodes.append(helper.make_node("MatMul", ["x", "w"], ["y"], layer.name))
    else:
        inputs = ["x", "w"]
        if data.bias.any():
            constants += [
                numpy_helper.from_array(data.bias, "bias"),
                numpy_helper.from_array(np.zeros((), np.int32), "bias_zero"),
                scale("bias_scale", data.ifmap_scale * data.weight_scale),
            ]
            nodes.append(
                helper.make_node("DequantizeLinear", ["bias", "bias_scale", "bias_zero"], ["b"], "bias")
            )
            inputs.append("b")
        nodes.append(
            helper.make_node(
                "Conv",
                inputs,
                ["y"],
                layer.name,
                kernel_shape=list(layer.taps),
                strides=list(layer.strides),
                pads=list(layer.pads),
                group=layer.groups,
            )
        )
    if relu:
        nodes.append(helper.make_node("Relu", ["y"], ["z"], "relu"))
    nodes.append(
        helper.make_node(
            "QuantizeLinear", ["z" if relu else "y", "ofmap_scale", "zero"], ["ofmap"], "quantize"
        )
    )
    graph = helper.make_graph(
        nodes,
        layer.name,
        [helper.make_tensor_value_info("ifmap", kind, layer.ifmap_shape())],
        [helper.make_tensor_value_info("ofmap", kind, layer.ofmap_shape())],
        constants,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), path)
    return path


class Runner:
    """Compiles one-layer models, executes them, and holds their results against exact arithmetic."""

    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder

    def run(self, layer: Layer, data: Data, *options, calibrated: bool = False) -> Result:
        """`calibrated`: compiled once more with the densities of a first run."""
        path, program = self.folder / f"{layer.name}.onnx", self.folder / f"{layer.name}.bin"
        model(layer, data, path, relu=False)
        self.tools.compile(path, program, *options)
        result = self.tools.simulate(program, {"ifmap": data.ifmap})
        if calibrated:
            statistics = self.folder / f"{layer.name}.json"
            statistics.write_text(json.dumps(result.stats))
            self.tools.compile(path, program, *options, "--calibration", statistics)
            result = self.tools.simulate(program, {"ifmap": data.ifmap})
        if not np.array_equal(result.outputs["ofmap"], expected(layer, data, relu=False)):
            raise ToolError(f"{layer.name}: the simulated ofmap differs from exact arithmetic")
        return result
