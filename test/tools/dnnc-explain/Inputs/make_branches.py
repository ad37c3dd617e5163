"""A convolution, two more behind it whose results are joined, and a pool: make_branches.py FILE"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(3)
weights = [numpy_helper.from_array(random.normal(size=(4, 4, 1, 1)).astype(np.float32), f"{n}_w") for n in "abc"]
nodes = [
    helper.make_node("Conv", ["x", "a_w"], ["a_y"], name="a"),
    helper.make_node("Conv", ["a_y", "b_w"], ["b_y"], name="b"),
    helper.make_node("Conv", ["a_y", "c_w"], ["c_y"], name="c"),
    helper.make_node("Concat", ["b_y", "c_y"], ["joined"], name="join", axis=1),
    helper.make_node("MaxPool", ["joined"], ["y"], name="pool", kernel_shape=[2, 2], strides=[2, 2]),
]
graph = helper.make_graph(
    nodes,
    "branches",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 8, 8])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 8, 4, 4])],
    weights,
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), sys.argv[1])
