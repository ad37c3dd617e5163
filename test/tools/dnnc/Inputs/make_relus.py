"""Three int16 convolutions, a and b with a Relu, so that their results may stand encoded: make_relus.py FILE"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(5)
nodes = []
initializers = [
    numpy_helper.from_array(np.float32(1 / 64), "step"),
    numpy_helper.from_array(np.float32(1 / 8000), "scale"),
    numpy_helper.from_array(np.int16(0), "zero"),
]


value = "x"
for name in "abc":
    weights = np.clip(random.normal(size=(8, 8, 3, 3)) * 2000, -32767, 32767).astype(np.int16)
    initializers.append(numpy_helper.from_array(weights, f"{name}_w"))
    nodes.append(helper.make_node("DequantizeLinear", [value, "step", "zero"], [f"{name}_x"]))
    nodes.append(helper.make_node("DequantizeLinear", [f"{name}_w", "scale", "zero"], [f"{name}_f"]))
    nodes.append(helper.make_node("Conv", [f"{name}_x", f"{name}_f"], [f"{name}_y"], name=name, pads=[1, 1, 1, 1]))
    result = f"{name}_y"
    if name != "c":
        nodes.append(helper.make_node("Relu", [result], [f"{name}_r"], name=f"{name}_relu"))
        result = f"{name}_r"
    value = "y" if name == "c" else f"{name}_q"
    nodes.append(helper.make_node("QuantizeLinear", [result, "step", "zero"], [value]))
graph = helper.make_graph(
    nodes,
    "relus",
    [helper.make_tensor_value_info("x", TensorProto.INT16, [1, 8, 16, 16])],
    [helper.make_tensor_value_info("y", TensorProto.INT16, [1, 8, 16, 16])],
    initializers,
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), sys.argv[1])
