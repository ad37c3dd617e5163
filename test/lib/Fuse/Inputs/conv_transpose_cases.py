"""Transposed convolutions of many shapes, float (small whole numbers, so that sums are exact) and in 8 and 16 bits."""

import itertools
import random

draw = random.Random(1)


def numbers(shape, low, high, suffix):
    if not shape:
        return f"{draw.randint(low, high)}{suffix}"
    return "[" + ", ".join(numbers(shape[1:], low, high, suffix) for _ in range(shape[0])) + "]"


def tensor(shape, element):
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def constant(name, shape, storage, element, low, high):
    value = numbers(shape, low, high, ".0" if storage == "f32" else "")
    print(f"  %{name} = dnn.constant {{value = dense<{value}> : {tensor(shape, storage)}}} : () -> {tensor(shape, element)}")
    return tensor(shape, element)


def case(number, kernel, stride, dilation, pads, extra, group, quantized):
    channels, outputs, size = 2 * group, 3 * group, (3, 2)
    span = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
    output = [(i - 1) * s + n - a - b + e for i, s, n, a, b, e in zip(size, stride, span, pads[:2], pads[2:], extra)]
    if min(output) < 1:
        return
    x_type, w_type, y_type = "f32", "f32", "f32"
    x_bits = w_bits = ("f32", -9, 9)
    if quantized == 8:
        x_type = "!quant.uniform<u8:f32, 5.0e-01:131>"
        w_type = "!quant.uniform<i8:f32:1, {2.5e-01:3, 1.25e-01, 3.0e-01:-7}>"
        y_type = "!quant.uniform<i8:f32, 7.0e-01:-5>"
        x_bits, w_bits = ("ui8", 0, 255), ("i8", -128, 127)
    elif quantized == 16:
        x_type = "!quant.uniform<i16:f32, 5.0e-01:-700>"
        w_type = "!quant.uniform<i16:f32:1, {2.5e-01:3000, 1.25e-01, 3.0e-01:-257}>"
        y_type = "!quant.uniform<i16:f32, 3.0e+04:-500>"
        x_bits = w_bits = ("i16", -(2**15), 2**15 - 1)
    print(f"func.func @case{number}() -> {tensor([1, outputs, *output], y_type)} {{")
    x = constant("x", [1, channels, *size], x_bits[0], x_type, *x_bits[1:])
    w = constant("w", [channels, outputs // group, *kernel], w_bits[0], w_type, *w_bits[1:])
    bias = "i32" if quantized else "f32"
    b = constant("b", [outputs], bias, bias, -100, 100)
    attributes = ", ".join(
        f"{name} = array<i64: {', '.join(map(str, value))}>"
        for name, value in (("strides", stride), ("dilations", dilation), ("pads", pads), ("output_padding", extra))
    )
    y = tensor([1, outputs, *output], y_type)
    print(f"  %y = dnn.conv_transpose %x, %w, %b {{{attributes}, group = {group} : i64}} : ({x}, {w}, {b}) -> {y}")
    print(f"  return %y : {y}\n}}")


shapes = itertools.product(
    [(1, 1), (2, 2), (3, 4), (5, 1)],
    [(1, 1), (2, 2), (2, 3), (3, 1)],
    [(1, 1), (2, 1), (3, 2)],
    [(0, 0, 0, 0), (1, 0, 1, 1), (2, 1, 0, 0)],
    [(0, 0), (1, 0)],
)
for number, (kernel, stride, dilation, pads, extra) in enumerate(shapes):
    if extra[0] >= stride[0] and extra[0]:
        continue
    case(number, kernel, stride, dilation, pads, extra, 1 + number % 2, (0, 8, 16)[number % 3])
