"""Operators that work on each element alone, with NumPy's broadcasting."""

from __future__ import annotations

import math
from functools import reduce

import numpy as np
import onnx

_erf = np.vectorize(math.erf, otypes=[np.float64])


def sigmoid(x):
    # Both branches avoid overflow of exp.
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def hard_sigmoid(x, alpha=0.2, beta=0.5):
    # Attributes are float32 in the file; their value there is what counts.
    return np.clip(float(np.float32(alpha)) * x + float(np.float32(beta)), 0, 1)


def _clip(node, inputs, opset):
    if opset < 11:
        low, high = node.get("min"), node.get("max")
    else:
        low, high = (list(inputs[1:]) + [None, None])[:2]
    x = inputs[0]
    if low is not None:
        x = np.maximum(x, np.asarray(low, x.dtype))
    if high is not None:
        x = np.minimum(x, np.asarray(high, x.dtype))
    return x


def _leaky(node, x):
    return np.where(x >= 0, x, float(np.float32(node.get("alpha", 0.01))) * x)


def _elu(node, x):
    return np.where(x >= 0, x, float(np.float32(node.get("alpha", 1.0))) * np.expm1(np.minimum(x, 0)))


def _gelu(node, x):
    if node.get("approximate", "none") == "tanh":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + _erf(x / math.sqrt(2)))


def _div(a, b):
    if a.dtype.kind in "iu":
        return np.sign(a) * np.sign(b) * (np.abs(a) // np.abs(b))  # truncates toward zero, as C does
    return a / b


def _cast(node, inputs, opset):
    return inputs[0].astype(onnx.helper.tensor_dtype_to_np_dtype(node.get("to")))


def _unary(function):
    return lambda node, inputs, opset: function(inputs[0])


def _with_attributes(function):
    return lambda node, inputs, opset: function(node, inputs[0])


def _binary(function):
    return lambda node, inputs, opset: function(inputs[0], inputs[1])


def _sum(node, inputs, opset):
    # More than two terms are added one after the other, each sum rounded to the tensor's type.
    return (
        reduce(lambda a, b: (a + b).astype(np.float32).astype(a.dtype), inputs)
        if len(inputs) > 1
        else inputs[0]
    )


OPERATORS = {
    "Relu": _unary(lambda x: np.maximum(x, 0)),
    "Sigmoid": _unary(sigmoid),
    "Tanh": _unary(np.tanh),
    "Exp": _unary(np.exp),
    "Log": _unary(np.log),
    "Sqrt": _unary(np.sqrt),
    "Abs": _unary(np.abs),
    "Neg": _unary(np.negative),
    "Erf": _unary(_erf),
    "Floor": _unary(np.floor),
    "Ceil": _unary(np.ceil),
    "Round": _unary(np.rint),
    "Reciprocal": _unary(lambda x: 1 / x),
    "Softplus": _unary(lambda x: np.logaddexp(x, 0)),
    "Identity": _unary(lambda x: x),
    "Dropout": _unary(lambda x: x),
    "Not": _unary(np.logical_not),
    "HardSigmoid": _with_attributes(lambda n, x: hard_sigmoid(x, n.get("alpha", 0.2), n.get("beta", 0.5))),
    "HardSwish": _unary(lambda x: x * np.clip(x / 6 + 0.5, 0, 1)),
    "LeakyRelu": _with_attributes(_leaky),
    "Elu": _with_attributes(_elu),
    "Gelu": _with_attributes(_gelu),
    "Swish": _with_attributes(lambda n, x: x * sigmoid(float(np.float32(n.get("alpha", 1.0))) * x)),
    "Clip": _clip,
    "Cast": _cast,
    "Add": _binary(np.add),
    "Sub": _binary(np.subtract),
    "Mul": _binary(np.multiply),
    "Div": _binary(_div),
    "Pow": _binary(lambda a, b: np.power(a, b.astype(a.dtype))),
    "PRelu": _binary(lambda x, slope: np.where(x >= 0, x, slope * x)),
    "Equal": _binary(np.equal),
    "Less": _binary(np.less),
    "Greater": _binary(np.greater),
    "And": _binary(np.logical_and),
    "Or": _binary(np.logical_or),
    "Max": lambda node, inputs, opset: reduce(np.maximum, inputs),
    "Min": lambda node, inputs, opset: reduce(np.minimum, inputs),
    "Sum": _sum,
    "Where": lambda node, inputs, opset: np.where(inputs[0], inputs[1], inputs[2]),
}
