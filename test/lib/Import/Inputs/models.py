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


MASKED = np.where(VALUES % 3 == 0, VALUES, 0).astype(np.float32)  # (0, 0) is a zero, too


def sparse_tensor(array, name="w", coordinates=False):
    """A dense array as ONNX's sparse tensor."""
    indices = np.argwhere(array) if coordinates else np.flatnonzero(array)
    return helper.make_sparse_tensor(
        numpy_helper.from_array(array[array != 0], name), numpy_helper.from_array(indices.astype(np.int64)), array.shape
    )


def with_sparse(*tensors):
    """`network` with its weights, if any, as sparse initializers."""
    model = network(numpy_helper.from_array(VALUES, "w"))
    del model.graph.initializer[:]
    model.graph.sparse_initializer.extend(tensors)
    return model


def sparse_constant(tensor):
    """`network` whose weights are a Constant's sparse_value."""
    model = with_sparse()
    made = helper.make_node("Constant", [], ["w"], name="made")
    made.attribute.add(name="sparse_value", type=onnx.AttributeProto.SPARSE_TENSOR, sparse_tensor=tensor)
    product = model.graph.node[0]
    del model.graph.node[:]
    model.graph.node.extend([made, product])
    return model


def sparse(folder):
    """The same weights dense and sparse, in every form; and of other types."""
    write(folder, "dense.onnx", network(numpy_helper.from_array(MASKED, "w")))
    write(folder, "linear.onnx", with_sparse(sparse_tensor(MASKED)))
    write(folder, "coordinates.onnx", with_sparse(sparse_tensor(MASKED, coordinates=True)))
    typed = sparse_tensor(MASKED)
    typed.values.CopyFrom(helper.make_tensor("w", TensorProto.FLOAT, typed.values.dims, MASKED[MASKED != 0]))
    typed.indices.CopyFrom(helper.make_tensor("", TensorProto.INT64, typed.indices.dims, np.flatnonzero(MASKED)))
    write(folder, "typed.onnx", with_sparse(typed))
    files = sparse_tensor(MASKED)
    for tensor in (files.values, files.indices):
        location = f"{'values' if tensor.name else 'indices'}.bin"
        with open(os.path.join(folder, location), "wb") as file:
            file.write(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)
    write(folder, "external.onnx", with_sparse(files))
    write(folder, "constant.onnx", sparse_constant(sparse_tensor(MASKED, name="")))
    value = helper.make_node("Constant", [], ["w"], name="made", value=numpy_helper.from_array(MASKED))
    dense_constant = sparse_constant(sparse_tensor(MASKED))
    dense_constant.graph.node[0].CopyFrom(value)
    write(folder, "dense-constant.onnx", dense_constant)

    types = with_sparse(
        sparse_tensor(np.array([[0, -128, 0], [127, 0, -1]], np.int8), "s8", coordinates=True),
        sparse_tensor(np.array([0, 0, 0, 255], np.uint8), "u8"),
        sparse_tensor(np.array([0, -300], np.int16), "s16"),
        sparse_tensor(np.array([7, 0], np.int64), "s64"),
        sparse_tensor(np.array([False, True]), "flags"),
        sparse_tensor(np.zeros((2, 2), np.float32), "zeros"),
        sparse_tensor(np.zeros((2, 2), np.float32), "zeros_by_coordinates", coordinates=True),
        sparse_tensor(np.arange(1, 5, dtype=np.int32), "full"),
    )
    graph = types.graph
    graph.node[0].CopyFrom(helper.make_node("Identity", ["x"], ["y"]))
    graph.output[0].type.CopyFrom(graph.input[0].type)
    for tensor in graph.sparse_initializer:
        graph.output.append(helper.make_tensor_value_info(tensor.values.name, tensor.values.data_type, tensor.dims))
    write(folder, "types.onnx", types)


def sparse_errors(folder):
    def weights(values=(1.0, 2.0), indices=(3, 7), dims=(16, 32), index_type=TensorProto.INT64, name="w"):
        indices = np.array(indices)
        return helper.make_sparse_tensor(
            helper.make_tensor(name, TensorProto.FLOAT, [len(values)], values),
            helper.make_tensor("", index_type, indices.shape, indices.ravel()),
            dims,
        )

    def changed(change, tensor=None):
        tensor = tensor or weights()
        change(tensor)
        return tensor

    for name, tensor in {
        "beyond": weights(indices=(3, 512)),
        "negative": weights(indices=(-1, 7)),
        "row": weights(indices=((0, 3), (16, 0))),
        "column": weights(indices=((0, -3), (2, 0))),
        "twice": weights(indices=(7, 7)),
        "unsorted": weights(indices=(7, 3)),
        "unsorted-pairs": weights(indices=((2, 0), (1, 31))),
        "count": weights(indices=(3, 7, 9)),
        "width": weights(indices=((0, 0, 3), (0, 1, 0))),
        "index-type": weights(index_type=TensorProto.INT32),
        "matrix": changed(lambda t: t.values.dims.insert(0, 1)),
        "bytes": changed(lambda t: t.values.dims.__setitem__(0, 3)),
        "index-bytes": changed(lambda t: t.indices.dims.__setitem__(0, 3)),
        "type": changed(
            lambda t: t.values.CopyFrom(helper.make_tensor("w", TensorProto.DOUBLE, [2], [1.0, 2.0]))
        ),
        "scalar": weights(dims=()),
        "empty": weights((), (), dims=(0, 32)),
        "minus": weights(dims=(-16, 32)),
        "large": weights(dims=(1 << 16, 1 << 15)),
        "huge": weights(dims=(1 << 40, 1 << 40)),
        "missing": changed(
            lambda t: t.values.CopyFrom(
                TensorProto(
                    name="w",
                    data_type=TensorProto.FLOAT,
                    dims=[2],
                    data_location=TensorProto.EXTERNAL,
                    external_data=[onnx.StringStringEntryProto(key="location", value="nowhere.bin")],
                )
            )
        ),
    }.items():
        write(folder, f"{name}.onnx", with_sparse(tensor))
    write(folder, "sum.onnx", with_sparse(weights(dims=(1 << 14, 1 << 10)), weights(dims=(1 << 15, 1 << 15), name="v")))
    two = with_sparse(weights())
    two.graph.initializer.append(numpy_helper.from_array(VALUES, "w"))
    write(folder, "two.onnx", two)
    write(folder, "constant.onnx", sparse_constant(weights(indices=(3, 512))))
    nameless = network(numpy_helper.from_array(VALUES, "w"))
    nameless.graph.sparse_initializer.append(weights(name=""))
    write(folder, "nameless.onnx", nameless)
    strings = network(numpy_helper.from_array(VALUES, "w"))
    strings.graph.node.append(helper.make_node("Constant", [], ["s"], name="made", value_string="a"))
    write(folder, "strings.onnx", strings)


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
