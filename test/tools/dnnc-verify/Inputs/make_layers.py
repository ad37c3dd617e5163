"""One layer of each kind, one after the other, with seeded weights and awkward sizes: make_layers.py FILE [int16]"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(3)
LAYERS = [  # name, weights, attributes
    ("plain", (24, 5, 3, 3), dict(pads=[1, 1, 1, 1])),
    ("strided", (32, 24, 5, 5), dict(pads=[2, 2, 2, 2], strides=[2, 2])),
    ("depthwise", (32, 1, 3, 3), dict(pads=[1, 1, 1, 1], group=32)),
    ("grouped", (24, 8, 3, 3), dict(pads=[0, 1, 2, 1], group=4)),
    ("pointwise", (40, 24, 1, 1), {}),
    ("dilated", (8, 40, 3, 3), dict(pads=[2, 2, 2, 2], dilations=[2, 2])),
]
INT16 = sys.argv[2:] == ["int16"]
nodes, initializers = [], []


def constant(name, array):
    initializers.append(numpy_helper.from_array(array, name))
    return name


def weights(name, shape):
    values = random.normal(size=shape)
    if not INT16:
        return constant(name, values.astype(np.float32))
    constant(f"{name}_q", np.clip(values * 8000, -32767, 32767).astype(np.int16))
    nodes.append(helper.make_node("DequantizeLinear", [f"{name}_q", "scale", "zero"], [name]))
    return name


def quantized(value):
    """The value as it goes on: through int16 and back."""
    if INT16:
        nodes.append(helper.make_node("QuantizeLinear", [value, "step", "zero"], [f"{value}_q"]))
        nodes.append(helper.make_node("DequantizeLinear", [f"{value}_q", "step", "zero"], [f"{value}_d"]))
        value = f"{value}_d"
    return value


if INT16:
    constant("scale", np.float32(1 / 8000)), constant("step", np.float32(1 / 64)), constant("zero", np.int16(0))
value = quantized("x")
for name, shape, attributes in LAYERS:
    nodes.append(helper.make_node("Conv", [value, weights(f"{name}_w", shape)], [f"{name}_y"], name=name, **attributes))
    value = quantized(f"{name}_y")
nodes.append(helper.make_node("Flatten", [value], ["flat"], name="flat"))
nodes.append(helper.make_node("MatMul", ["flat", weights("product_w", (8 * 11 * 9, 37))], ["product_y"], name="product"))
nodes.append(helper.make_node("Identity", [quantized("product_y")], ["y"]))
graph = helper.make_graph(
    nodes,
    "layers",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 5, 21, 17])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 37])],
    initializers,
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), sys.argv[1])
