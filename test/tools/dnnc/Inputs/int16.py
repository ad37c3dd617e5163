"""int16.py MODEL.onnx TARGET...: writes the network, and compares a run on each target with the golden; with the target
`mixed` one convolution's weights are int8 and the compiler's message is printed.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from dnnc_test import compare
from dnnc_test.golden import Golden
from dnnc_test.run import Tools
from onnx import TensorProto, helper, numpy_helper

# The build folder that lit tests: its tools are first in PATH.
os.environ["DNNC_BUILD"] = str(Path(shutil.which("dnnc")).resolve().parents[1])
tools = Tools()


class Network:
    def __init__(self, mixed=False, narrow=False):
        self.rng = np.random.default_rng(8)
        self.nodes, self.constants, self.mixed, self.narrow = [], {}, mixed, narrow

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name, value):
        self.constants[name] = np.asarray(value)
        return name

    def quantized(self, tensor, largest, zero=0, kind=np.int16):
        """The tensor through a pair of QuantizeLinear and DequantizeLinear, of a range that its values fill."""
        parameters = [
            self.constant(f"{tensor}_s", np.float32(largest / np.iinfo(kind).max)),
            self.constant(f"{tensor}_z", kind(zero)),
        ]
        self.node("QuantizeLinear", [tensor, *parameters], f"{tensor}_q")
        return self.node("DequantizeLinear", [f"{tensor}_q", *parameters], f"{tensor}_d")

    def weight(self, name, shape, axis, kind=np.int16):
        largest = np.iinfo(kind).max
        values = self.rng.integers(-largest, largest, shape, endpoint=True).astype(kind)
        scales = self.rng.uniform(0.5, 1.5, shape[axis]) / largest / np.sqrt(np.prod(shape) / shape[axis])
        scales = scales.astype(np.float32)
        inputs = [self.constant(f"{name}_q", values), self.constant(f"{name}_s", scales)]
        return self.node("DequantizeLinear", inputs, name, axis=axis), scales

    def conv(self, x, x_scale, output, shape, kind=np.int16, **attributes):
        w, scales = self.weight(f"{output}_w", shape, 0, kind)
        scale = (np.float32(x_scale) * scales).astype(np.float32)
        largest = np.iinfo(kind).max ** 2 // 64
        inputs = [
            self.constant(f"{output}_b_q", self.rng.integers(-largest, largest, shape[0]).astype(np.int32)),
            self.constant(f"{output}_b_s", scale),
        ]
        bias = self.node("DequantizeLinear", inputs, f"{output}_b", axis=0)
        return self.node("Conv", [x, w, bias], output, **attributes)

    def build(self):
        x = self.quantized("x", 4.0, zero=-1200)
        kind = np.int8 if self.mixed else np.int16
        a = self.conv(x, 4.0 / 2**15, "conv", (12, 4, 3, 3), kind, strides=[2, 1], pads=[1, 1, 1, 1])
        a = self.quantized(self.node("Relu", [a], "relu"), 3.0, zero=-(2**15))
        d = self.conv(a, 3.0 / 2**15, "depthwise", (12, 1, 3, 3), group=12, pads=[1, 1, 1, 1])
        d = self.quantized(d, 2.0)
        s = self.quantized(self.node("Add", [a, d], "add"), 4.0, zero=77)
        m = self.node("MaxPool", [s], "max_pool", kernel_shape=[2, 2], strides=[2, 2])
        m = self.quantized(m, 4.0, zero=77)
        m = self.quantized(self.node("Mul", [m, m], "mul"), 8.0)
        p = self.quantized(self.node("AveragePool", [m], "average_pool", kernel_shape=[2, 2], strides=[1, 1]), 8.0)
        g = self.quantized(self.node("Sigmoid", [p], "sigmoid"), 1.0)
        if self.narrow:  # to 8 bits, through a table, and back
            e = self.quantized(self.conv(p, 8.0 / 2**15, "narrow", (12, 12, 1, 1)), 6.0, 128, np.uint8)
            e = self.quantized(self.node("Tanh", [e], "table"), 1.0, 0, np.int8)
            e = self.quantized(self.conv(e, 1.0 / 127, "widen", (12, 12, 1, 1), np.int8), 3.0)
            g = self.quantized(self.node("Sub", [g, e], "sub"), 4.0)
        f = self.node("Flatten", [self.quantized(self.node("GlobalAveragePool", [g], "mean"), 1.0)], "flatten")
        w, _ = self.weight("matmul_w", (12, 5), 1)
        y = self.quantized(self.node("MatMul", [f, w], "matmul"), 2.0)
        graph = helper.make_graph(
            self.nodes,
            "int16",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, (2, 4, 11, 9))],
            [helper.make_tensor_value_info(y, TensorProto.FLOAT, (2, 5))],
            [numpy_helper.from_array(v, k) for k, v in self.constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
        onnx.checker.check_model(model, full_check=True)
        return model


def main():
    path, targets = Path(sys.argv[1]), sys.argv[2:]
    if targets == ["mixed"]:
        onnx.save(Network(mixed=True).build(), path)
        outcome = tools.call("dnnc", path, "--emit", "isa")
        assert outcome.code == 1, outcome
        print(outcome.stderr)
        return 0
    inputs = {"x": np.random.default_rng(9).standard_normal((2, 4, 11, 9)).astype(np.float32)}
    failed = False
    for target in targets:
        model = Network(narrow=target == "edge").build()  # which multiplies in 8 bits as well
        onnx.save(model, path)
        with tempfile.TemporaryDirectory(prefix="dnnc-int16.") as folder:
            program = Path(folder) / "prog.bin"
            tools.compile(path, program, "--target", target, observe=True)
            run = tools.simulate(program, inputs, tensors=True)
        golden = Golden(model).evaluate(inputs, run.tensors)
        result = compare.with_golden(golden, run.tensors, [o.name for o in model.graph.output])
        spread = {n: np.unique(t).size for n, t in run.tensors.items() if t.dtype == np.int16}
        assert min(spread.values()) > 5, spread  # no tensor is saturated or zero
        print(f"{Path(target).name}: {result.figures()}", *result.problems, sep="\n  ")
        failed |= not result.passed
    return 1 if failed else 0


sys.exit(main())
