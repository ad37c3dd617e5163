"""A small network for the command line: two convolutions and a matrix product, drawn with a seed."""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
shapes = {"a": (8, 3, 3, 3), "b": (16, 8, 1, 1), "c": (16, 10)}
nodes = [
    helper.make_node("Conv", ["x", "a"], ["s"], name="stem"),
    helper.make_node("Relu", ["s"], ["r"], name="relu"),
    helper.make_node("Conv", ["r", "b"], ["p"], name="point"),
    helper.make_node("GlobalAveragePool", ["p"], ["m"], name="mean"),
    helper.make_node("Flatten", ["m"], ["f"], name="flat"),
    helper.make_node("Gemm", ["f", "c"], ["y"], name="head"),
]
graph = helper.make_graph(
    nodes,
    "small",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 6, 6])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10])],
    [numpy_helper.from_array(rng.standard_normal(s).astype(np.float32), n) for n, s in shapes.items()],
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), sys.argv[1])
