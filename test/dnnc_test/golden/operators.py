"""QOperator forms written out as DequantizeLinear – operator – QuantizeLinear, which is what they mean."""

from __future__ import annotations

import numpy as np

from dnnc_test.graph import Graph, Node


class _Rewriter:
    def __init__(self, graph: Graph):
        self.graph = graph
        self.nodes: list[Node] = []
        self.count = 0

    def fresh(self, base):
        self.count += 1
        return f"{base}.golden{self.count}"

    def dequantize(self, tensor, scale, zero, axis=0):
        output = self.fresh(tensor)
        self.nodes.append(
            Node("DequantizeLinear", [tensor, scale] + ([zero] if zero else []), [output], {"axis": axis})
        )
        return output

    def bias(self, tensor, x_scale, w_scale):
        """An int32 bias of a QOperator form has the scale s_x·s_w."""
        scale = self.fresh(tensor + "_scale")
        constants = self.graph.constants
        constants[scale] = np.float32(constants[x_scale].reshape(())) * constants[w_scale].astype(np.float32)
        return self.dequantize(tensor, scale, "", 0)

    def quantized(self, node, op, inputs, scale, zero, attributes=None):
        result = self.fresh(node.outputs[0])
        self.nodes.append(
            Node(op, inputs, [result], node.attributes if attributes is None else attributes, node.name)
        )
        self.nodes.append(Node("QuantizeLinear", [result, scale, zero], node.outputs, {}, node.name))

    def rank_last(self, tensor):
        return max(0, self.graph.constants[tensor].ndim - 1) if tensor in self.graph.constants else 0


def _conv(r: _Rewriter, node):
    x, xs, xz, w, ws, wz, ys, yz = node.inputs[:8]
    inputs = [r.dequantize(x, xs, xz), r.dequantize(w, ws, wz, 0)]
    if len(node.inputs) > 8 and node.inputs[8]:
        inputs.append(r.bias(node.inputs[8], xs, ws))
    r.quantized(node, "Conv", inputs, ys, yz)


def _matmul(r, node):
    a, a_scale, az, b, bs, bz, ys, yz = node.inputs
    r.quantized(
        node, "MatMul", [r.dequantize(a, a_scale, az), r.dequantize(b, bs, bz, r.rank_last(b))], ys, yz
    )


def _gemm(r, node):
    a, a_scale, az, b, bs, bz = node.inputs[:6]
    c, ys, yz = (node.inputs[6:] + [""] * 3)[:3]
    axis = 0 if node.get("transB", 0) else 1
    inputs = [r.dequantize(a, a_scale, az), r.dequantize(b, bs, bz, axis)]
    if c:
        inputs.append(r.bias(c, a_scale, bs))
    if ys:
        r.quantized(node, "Gemm", inputs, ys, yz)
    else:
        r.nodes.append(Node("Gemm", inputs, node.outputs, node.attributes, node.name))


def _binary(op):
    def rewrite(r, node):
        a, a_scale, az, b, bs, bz, cs, cz = node.inputs
        r.quantized(node, op, [r.dequantize(a, a_scale, az), r.dequantize(b, bs, bz)], cs, cz)

    return rewrite


def _unary(op):
    def rewrite(r, node):
        x, xs, xz, ys, yz = node.inputs[:5]
        attributes = {k: v for k, v in node.attributes.items() if k not in ("channels_last", "opset")}
        r.quantized(node, op, [r.dequantize(x, xs, xz)], ys, yz, attributes)

    return rewrite


def _concat(r, node):
    ys, yz = node.inputs[:2]
    parts = [r.dequantize(*node.inputs[i : i + 3]) for i in range(2, len(node.inputs), 3)]
    r.quantized(node, "Concat", parts, ys, yz)


_FORMS = {
    "QLinearConv": _conv,
    "QLinearMatMul": _matmul,
    "QGemm": _gemm,
    "QLinearAdd": _binary("Add"),
    "QLinearMul": _binary("Mul"),
    "QLinearConcat": _concat,
    "QLinearAveragePool": _unary("AveragePool"),
    "QLinearGlobalAveragePool": _unary("GlobalAveragePool"),
    "QLinearReduceMean": _unary("ReduceMean"),
    "QLinearSigmoid": _unary("Sigmoid"),
    "QLinearLeakyRelu": _unary("LeakyRelu"),
    "QLinearSoftmax": _unary("Softmax"),
}


def write_out(graph: Graph) -> None:
    """Replaces every QOperator form in the graph."""
    rewriter = _Rewriter(graph)
    for node in graph.nodes:
        if node.op in _FORMS:
            _FORMS[node.op](rewriter, node)
        else:
            rewriter.nodes.append(node)
    graph.nodes = rewriter.nodes
    graph.index()
