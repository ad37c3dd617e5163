"""Models that are wrong. `MODELS` maps a name to a function that writes one into a folder and says what
dnnc must mention.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INPUT = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])
FLOATS = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)


def array(name, shape, dtype=np.float32):
    return numpy_helper.from_array(np.full(shape, 1, dtype), name)


def small(
    nodes=None, initializers=None, inputs=(INPUT,), outputs=(FLOATS,), opset=17, domains=()
) -> onnx.ModelProto:
    """A convolution, unless other nodes are given. Nothing is checked here."""
    nodes = nodes if nodes is not None else [helper.make_node("Conv", ["x", "w"], ["y"], name="the_conv")]
    initializers = initializers if initializers is not None else [array("w", (4, 3, 3, 3))]
    graph = helper.make_graph(nodes, "small", list(inputs), list(outputs), initializers)
    imports = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    return helper.make_model(graph, opset_imports=imports, ir_version=8)


def node(op, inputs, name, outputs=("y",), **attributes):
    return helper.make_node(op, list(inputs), list(outputs), name=name, **attributes)


def constant(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype), name)


def _with_external(
    location: str, length: int | None = None, offset: int | None = None, content: bytes | None = b"\0" * 432
):
    def make(folder: Path):
        model = small()
        weight = model.graph.initializer[0]
        weight.ClearField("raw_data")
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value=location)
        if length is not None:
            weight.external_data.add(key="length", value=str(length))
        if offset is not None:
            weight.external_data.add(key="offset", value=str(offset))
        if content is not None and not os.path.isabs(location) and ".." not in location:
            (folder / location).write_bytes(content)
        return model

    return make


def _outside(folder: Path):
    (folder.parent / "outside.bin").write_bytes(b"\0" * 432)
    return _with_external("../outside.bin", content=None)(folder)


def _link_outside(folder: Path):
    (folder.parent / "outside.bin").write_bytes(b"\0" * 432)
    (folder / "link.bin").unlink(missing_ok=True)
    (folder / "link.bin").symlink_to(folder.parent / "outside.bin")
    return _with_external("link.bin", content=None)(folder)


def _short_weight(folder: Path):
    model = small()
    model.graph.initializer[0].raw_data = model.graph.initializer[0].raw_data[:-8]
    return model


def _quantized(scale, zero, x_type=np.uint8):
    """QuantizeLinear and DequantizeLinear with the given parameters."""

    def make(folder: Path):
        nodes = [
            node("QuantizeLinear", ["x", "s", "z"], "the_quantize", ["q"]),
            node("DequantizeLinear", ["q", "s", "z2"], "the_dequantize"),
        ]
        return small(nodes, [constant("s", scale), constant("z", zero, x_type), constant("z2", zero, x_type)])

    return make


def _typed(kind):
    def make(folder: Path):
        return small(
            [node("Relu", ["x"], "the_relu")],
            [],
            [helper.make_tensor_value_info("x", kind, [1, 3, 8, 8])],
            [helper.make_tensor_value_info("y", kind, None)],
        )

    return make


def _graph(nodes, initializers=(), **options):
    return lambda folder: small(nodes, list(initializers), **options)


def _sparse(indices, values=(1.0, 2.0), dims=(4, 3, 3, 3), name="w"):
    """The convolution's weights as a sparse initializer."""

    def make(folder: Path):
        model = small()
        del model.graph.initializer[:]
        model.graph.sparse_initializer.append(
            helper.make_sparse_tensor(
                constant(name, values), numpy_helper.from_array(np.array(indices, np.int64)), dims
            )
        )
        return model

    return make


def _shaped(shape):
    return lambda folder: small(inputs=[helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)])


def _declared(folder: Path):
    return small(outputs=[helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4, 5, 5])])


def _headless(folder: Path):
    model = small()
    model.ClearField("graph")
    return model


def _without_opset(folder: Path):
    model = small()
    del model.opset_import[:]
    return model


# Name: how to make it, and words the message must hold.
MODELS = {
    "cyclic graph": (
        _graph(
            [
                node("Add", ["x", "b"], "first", ["a"]),
                node("Relu", ["a"], "second", ["b"]),
                node("Relu", ["b"], "third"),
            ]
        ),
        [],
    ),
    "tensor that nothing makes": (_graph([node("Add", ["x", "nowhere"], "the_add")]), ["nowhere"]),
    "output that nothing makes": (_graph([node("Relu", ["x"], "the_relu", ["z"])]), ["y"]),
    "tensor made twice": (
        _graph([node("Relu", ["x"], "one", ["y"]), node("Abs", ["x"], "two", ["y"])]),
        ["y"],
    ),
    "unknown operators, both named": (
        _graph(
            [
                node("Frobnicate", ["x"], "first_unknown", ["a"]),
                node("Relu", ["a"], "fine", ["b"]),
                node("Defenestrate", ["b"], "second_unknown"),
            ]
        ),
        ["first_unknown", "second_unknown"],
    ),
    "unsupported operators, both named": (
        _graph([node("Det", ["x"], "the_det", ["a"]), node("NonZero", ["x"], "the_nonzero")]),
        ["the_det", "the_nonzero"],
    ),
    "unknown domain": (
        lambda folder: small(
            [helper.make_node("Fancy", ["x"], ["y"], name="the_fancy", domain="org.example")],
            [],
            domains=["org.example"],
        ),
        ["the_fancy"],
    ),
    "opset of the future": (lambda folder: small(opset=999), ["999"]),
    "opset missing": (_without_opset, []),
    "no graph": (_headless, []),
    "no nodes": (_graph([]), []),
    "channels that do not fit": (
        _graph([node("Conv", ["x", "w"], "the_conv")], [array("w", (4, 5, 3, 3))]),
        ["the_conv"],
    ),
    "kernel larger than the image": (
        _graph([node("Conv", ["x", "w"], "the_conv")], [array("w", (4, 3, 9, 9))]),
        [],
    ),
    "group that does not divide": (
        _graph([node("Conv", ["x", "w"], "the_conv", group=2)], [array("w", (4, 3, 3, 3))]),
        ["the_conv"],
    ),
    "stride 0": (
        _graph([node("Conv", ["x", "w"], "the_conv", strides=[0, 1])], [array("w", (4, 3, 3, 3))]),
        [],
    ),
    "strides of another rank": (
        _graph([node("Conv", ["x", "w"], "the_conv", strides=[1, 1, 1])], [array("w", (4, 3, 3, 3))]),
        [],
    ),
    "huge stride": (
        _graph(
            [
                node(
                    "MaxPool",
                    ["x"],
                    "the_pool",
                    kernel_shape=[2, 2],
                    strides=[2**40, 2**40],
                    pads=[0, 0, 0, 0],
                )
            ]
        ),
        None,
    ),
    "huge padding": (
        _graph([node("Conv", ["x", "w"], "the_conv", pads=[2**40] * 4)], [array("w", (4, 3, 3, 3))]),
        [],
    ),
    "negative padding": (
        _graph([node("MaxPool", ["x"], "the_pool", kernel_shape=[2, 2], pads=[-4, -4, -4, -4])]),
        [],
    ),
    "bias of another length": (
        _graph([node("Conv", ["x", "w", "b"], "the_conv")], [array("w", (4, 3, 3, 3)), array("b", (5,))]),
        [],
    ),
    "shapes that do not broadcast": (
        _graph([node("Add", ["x", "b"], "the_add")], [array("b", (1, 2, 8, 8))]),
        ["the_add"],
    ),
    "concatenation that does not fit": (
        _graph([node("Concat", ["x", "b"], "the_concat", axis=1)], [array("b", (1, 3, 8, 9))]),
        ["the_concat"],
    ),
    "axis out of range": (_graph([node("Concat", ["x", "x"], "the_concat", axis=7)]), ["the_concat"]),
    "reshape to another size": (
        _graph([node("Reshape", ["x", "s"], "the_reshape")], [constant("s", [1, 100], np.int64)]),
        ["the_reshape"],
    ),
    "permutation that is none": (
        _graph([node("Transpose", ["x"], "the_transpose", perm=[0, 1, 1, 3])]),
        ["the_transpose"],
    ),
    "matrix sizes that differ": (
        _graph([node("MatMul", ["x", "b"], "the_matmul")], [array("b", (7, 2))]),
        ["the_matmul"],
    ),
    "slice with step 0": (
        _graph(
            [node("Slice", ["x", "a", "b", "c", "d"], "the_slice")],
            [constant(n, [v], np.int64) for n, v in (("a", 0), ("b", 4), ("c", 2), ("d", 0))],
        ),
        [],
    ),
    "split that does not add up": (
        _graph(
            [node("Split", ["x", "s"], "the_split", ["y", "z"], axis=1)], [constant("s", [1, 1], np.int64)]
        ),
        [],
    ),
    "resize by a scale of 0": (
        _graph([node("Resize", ["x", "", "s"], "the_resize")], [constant("s", [1, 1, 0, 0])]),
        [],
    ),
    "gather beyond the end": (
        _graph([node("Gather", ["x", "i"], "the_gather", axis=1)], [constant("i", [99], np.int64)]),
        [],
    ),
    "declared output shape that is not so": (_declared, []),
    "weight with too few bytes": (_short_weight, ["w"]),
    "input of unknown size": (_shaped(["batch", 3, 8, 8]), ["batch"]),
    "input of negative size": (_shaped([1, 3, -8, 8]), []),
    "input too large to address": (_shaped([1, 3, 2**31, 2**31]), []),
    "input of a type that is not compiled": (_typed(TensorProto.COMPLEX64), []),
    "double precision": (_typed(TensorProto.DOUBLE), []),
    "strings": (_typed(TensorProto.STRING), []),
    "sparse index beyond the end": (_sparse([0, 108]), ["w", "108"]),
    "sparse indices that repeat": (_sparse([5, 5]), ["w"]),
    "sparse tensor of a petabyte": (_sparse([0, 1], dims=(2**17, 2**15, 2**16)), ["w"]),
    "sparse tensor without a name": (_sparse([0, 1], name=""), ["name"]),
    "missing external file": (_with_external("gone.bin", content=None), ["gone.bin"]),
    "external file too short": (_with_external("weights.bin", content=b"\0" * 100), ["weights.bin"]),
    "external offset beyond the end": (_with_external("weights.bin", 432, 10**12), ["weights.bin"]),
    "external length that is too small": (_with_external("weights.bin", 8), []),
    "external negative offset": (_with_external("weights.bin", 432, -64), []),
    "external path up and out": (_outside, ["outside.bin"]),
    "external absolute path": (_with_external("/etc/hostname", content=None), ["hostname"]),
    "external link that leaves": (_link_outside, ["link.bin"]),
    "quantization with scale 0": (_quantized(0.0, 3), []),
    "quantization with scale NaN": (_quantized(np.nan, 3), []),
    "quantization with a negative scale": (_quantized(-0.5, 3), []),
    "quantization with infinite scale": (_quantized(np.inf, 3), []),
    "quantization of unfit zero point shape": (_quantized([0.1, 0.2, 0.3], [1, 2], np.uint8), []),
}


def broken_files(folder: Path, good: bytes) -> dict[str, Path]:
    """Files that are no models at all."""
    result = {}

    def put(name, content: bytes):
        path = folder / f"{len(result)}.onnx"
        path.write_bytes(content)
        result[name] = path

    for part in (0.0, 0.01, 0.1, 0.3, 0.5, 0.9, 0.99):
        put(f"model cut at {part:.0%}", good[: int(len(good) * part)])
    put("model without its last byte", good[:-1])
    put("noise", np.random.default_rng(1).bytes(4000))
    put("text", b"This is no model.\n" * 20)
    put("protobuf of a tensor", numpy_helper.from_array(np.ones(5, np.float32), "t").SerializeToString())
    put(
        "protobuf of a graph",
        onnx.ModelProto.FromString(small().SerializeToString()).graph.SerializeToString(),
    )
    put("a length that goes beyond the end", b"\x3a\xff\xff\xff\xff\x0f" + b"\0" * 40)
    put("fields nested without end", b"\x3a\x7f" * 3000)
    result["folder instead of a file"] = folder
    result["file that is not there"] = folder / "missing.onnx"
    return result
