"""A small int8 network with zeros on a target that skips them: a convolution, a relu, a depthwise and a pointwise
convolution, a relu, and a matrix product, weights pruned.

sparse_network.py FOLDER TARGET

Every observed tensor is what the golden says. The program as users run it gives the same outputs, stepped PE by PE too,
and so does the one for the machine without zeros (`--sparsity off`), bit by bit: it takes no less time, and skips nothing.
Of a layer without zeros, whose operands go as they are, the summary says so.
"""

import sys
from pathlib import Path

import numpy as np
import onnx

from dnnc_test.check import check
from dnnc_test.random_graph.build import FloatGraph
from dnnc_test.random_graph.quantize import Policy, quantize
from dnnc_test.run import Tools


POLICY = Policy("int8", "int8", per_channel=True, operators=False, left_float=0, power_of_two=0)


def pruned(rng, shape, kept, of):
    """Weights of which the largest `kept` of each `of` neighbors along the second dimension are left."""
    weights = rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))
    groups = np.moveaxis(weights, 1, -1).reshape(-1, of)
    places = np.abs(groups).argsort(axis=1).argsort(axis=1)
    mask = (places >= of - kept).reshape(np.moveaxis(weights, 1, -1).shape)
    return weights * np.moveaxis(mask, -1, 1)


def network():
    rng = np.random.default_rng(11)
    graph = FloatGraph(seed=11, opset=17)
    graph.input("x", np.maximum(rng.standard_normal((1, 8, 14, 14)), 0))
    steps = [
        ("Conv", pruned(rng, (16, 8, 3, 3), 2, 4), dict(pads=[1] * 4)),
        ("Relu", None, {}),
        ("Conv", rng.standard_normal((16, 1, 3, 3)) / 3, dict(pads=[1] * 4, strides=[2, 2], group=16)),
        ("Relu", None, {}),
        ("Conv", pruned(rng, (32, 16, 1, 1), 1, 4), {}),
        ("Relu", None, {}),
        ("GlobalAveragePool", None, {}),
        ("Flatten", None, {}),
        ("Gemm", pruned(rng, (10, 32), 1, 2), dict(transB=1)),
    ]
    tensor = "x"
    for step, (op, weights, attributes) in enumerate(steps):
        constants = [] if weights is None else [graph.constant(f"w{step}", weights)]
        if op == "Conv":
            attributes |= dict(kernel_shape=list(weights.shape[2:]))
        [tensor] = graph.add(op, [tensor, *constants], step, **attributes)
    return quantize(graph, POLICY, seed=11), graph.inputs()


def dense_layer():
    """One pointwise convolution with hardly a zero in its weights."""
    rng = np.random.default_rng(12)
    graph = FloatGraph(seed=12, opset=17)
    graph.input("x", rng.standard_normal((1, 16, 6, 6)))
    graph.add("Conv", ["x", graph.constant("w0", rng.standard_normal((16, 16, 1, 1)))], 0, kernel_shape=[1, 1])
    return quantize(graph, POLICY, seed=12)


def main():
    folder, target = Path(sys.argv[1]), ["--target", sys.argv[2]]
    tools = Tools()
    model, inputs = network()
    path = folder / "model.onnx"
    onnx.save(model, path)
    report = check(tools, path, inputs, "qdq-s8s8", target, beside=False, whole=False)
    print(report.line(sys.argv[2]))
    assert report.passed

    runs = {}
    for name, options in {"sparse": [], "dense": ["--sparsity", "off"]}.items():
        program = folder / f"{name}.bin"
        tools.compile(path, program, *target, *options)
        runs[name] = tools.simulate(program, inputs, "--detail", "pe")
    skipped = {name: run.stats["counts"]["mac_int8"].get("mac_skipped", 0) for name, run in runs.items()}
    for name, array in runs["dense"].outputs.items():
        assert array.tobytes() == runs["sparse"].outputs[name].tobytes(), name
    macs = runs["dense"].stats["macs_executed"]
    assert skipped["dense"] == 0 and skipped["sparse"] + runs["sparse"].stats["macs_executed"] == macs, skipped
    cycles = {name: run.stats["cycles"] for name, run in runs.items()}
    print(f"{skipped['sparse']} of {macs} MACs skipped, {cycles['sparse']} cycles instead of {cycles['dense']}")
    assert skipped["sparse"] > macs / 3 and cycles["sparse"] < cycles["dense"]

    dense, program = folder / "dense.onnx", folder / "raw.bin"
    onnx.save(dense_layer(), dense)
    tools.compile(dense, program, *target)
    summary = tools.expect("dnnc-sim", program).stdout
    print(next(line.split("; ")[-1] for line in summary.splitlines() if "the array skips" in line))


if __name__ == "__main__":
    main()
