"""Writes the models of a test that ONNX's text syntax cannot say: models.py NAME FOLDER."""

import os
import shutil
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def network(weights, name="w"):
    """y = MatMul(x, w) with the initializer given."""
    node = helper.make_node("MatMul", ["x", name], ["y"], name="product")
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 16])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 32])]
    graph = helper.make_graph([node], "network", inputs, outputs, [weights])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


VALUES = np.arange(512, dtype=np.float32).reshape(16, 32)


def external(location, offset=None, length=None):
    """The weights of `network` in a file of their own."""
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[16, 32], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", location), ("offset", offset), ("length", length)):
        if value is not None:
            tensor.external_data.add(key=key, value=str(value))
    return network(tensor)


def write(folder, name, model):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(model.SerializeToString())


def damaged(folder):
    whole = network(numpy_helper.from_array(VALUES, "w")).SerializeToString()
    for name, content in (
        ("truncated.onnx", whole[: len(whole) // 2]),
        ("empty.onnx", b""),
        ("text.onnx", b"this is no model\n"),
        ("other.onnx", helper.make_tensor("w", TensorProto.FLOAT, [2], [1, 2]).SerializeToString()),
    ):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)


def tensors(folder):
    """Initializers whose bytes do not match their shape, or whose type or name is not held."""
    short = numpy_helper.from_array(VALUES, "w")
    short.raw_data = short.raw_data[:-4]
    write(folder, "short.onnx", network(short))
    few = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[16, 32], float_data=[1.0, 2.0])
    write(folder, "few.onnx", network(few))
    negative = numpy_helper.from_array(VALUES, "w")
    negative.dims[0] = -16
    write(folder, "negative.onnx", network(negative))
    sparse = network(numpy_helper.from_array(VALUES, "w"))
    sparse.graph.sparse_initializer.add(
        values=helper.make_tensor("s", TensorProto.FLOAT, [1], [1.0]),
        indices=helper.make_tensor("i", TensorProto.INT64, [1], [0]),
        dims=[4],
    )
    write(folder, "sparse.onnx", sparse)
    bytes_name = network(numpy_helper.from_array(VALUES, "w")).SerializeToString().replace(b"product", b"pr\xffduct")
    with open(os.path.join(folder, "name.onnx"), "wb") as file:
        file.write(bytes_name)


def fields(folder):
    """The same weights in raw bytes and in typed fields; 8-bit integers widened to 32 bits."""
    write(folder, "raw.onnx", network(numpy_helper.from_array(VALUES, "w")))
    typed = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[16, 32], float_data=VALUES.flatten())
    write(folder, "typed.onnx", network(typed))
    small = helper.make_tensor("w8", TensorProto.INT8, [2, 3], [-128, -1, 0, 1, 2, 127])
    flags = helper.make_tensor("flags", TensorProto.BOOL, [2], [0, 1])
    node = helper.make_node("Identity", ["x"], ["y"])
    outputs = [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("w8", TensorProto.INT8, [2, 3]),
        helper.make_tensor_value_info("flags", TensorProto.BOOL, [2]),
    ]
    graph = helper.make_graph(
        [node], "fields", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])], outputs, [small, flags]
    )
    write(folder, "bytes.onnx", helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8))


def external_data(folder):
    inside = os.path.join(folder, "model")
    os.makedirs(os.path.join(inside, "weights"))
    for place in (inside, os.path.join(inside, "weights"), folder):
        with open(os.path.join(place, "w.bin"), "wb") as file:
            file.write(b"\0" * 64 + VALUES.tobytes())
    os.symlink(os.path.join(folder, "w.bin"), os.path.join(inside, "link.bin"))
    os.symlink(os.path.join(inside, "weights", "w.bin"), os.path.join(inside, "inner.bin"))
    for name, arguments in {
        "good": ("w.bin", 64, 2048),
        "below": ("weights/w.bin", 64),
        "inner": ("inner.bin", 64),
        "unaligned": ("w.bin", 3),
        "missing": ("nowhere.bin",),
        "folder": ("weights",),
        "offset": ("w.bin", 65),
        "far": ("w.bin", 2**62),
        "length": ("w.bin", 64, 2000),
        "word": ("w.bin", "sixty"),
        "above": ("../w.bin", 64),
        "around": ("weights/../../w.bin", 64),
        "absolute": (os.path.join(inside, "w.bin"), 64),
        "link": ("link.bin", 64),
        "unnamed": ("",),
    }.items():
        write(inside, f"{name}.onnx", external(*arguments))


def names(folder):
    """Nodes without a name, and two of one name."""
    nodes = [
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("Neg", ["a"], ["b"], name="twin"),
        helper.make_node("Abs", ["b"], ["c"], name="twin"),
        helper.make_node("Exp", ["c"], ["d"], name="Relu_0"),
        helper.make_node("Mish", ["d"], ["e"], name="mish"),
        helper.make_node("Identity", ["e"], ["y"], name="same"),
    ]
    graph = helper.make_graph(
        nodes,
        "names",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])],
    )
    write(folder, "names.onnx", helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8))


if __name__ == "__main__":
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    os.makedirs(sys.argv[2])
    globals()[sys.argv[1]](sys.argv[2])
