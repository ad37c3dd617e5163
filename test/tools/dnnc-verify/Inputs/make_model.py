"""Two float convolutions with seeded weights, named first and second."""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(7)
nodes = [
    helper.make_node("Conv", ["x", "v"], ["y"], name="first", pads=[1, 1, 1, 1]),
    helper.make_node("Conv", ["y", "w"], ["z"], name="second", pads=[1, 1, 1, 1]),
]
weights = {"v": (4, 2, 3, 3), "w": (4, 4, 3, 3)}
graph = helper.make_graph(
    nodes,
    "two_convolutions",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, 8, 8])],
    [helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 4, 8, 8])],
    [numpy_helper.from_array(random.normal(size=shape).astype(np.float32), name) for name, shape in weights.items()],
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), sys.argv[1])
