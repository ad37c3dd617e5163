"""The steps a random graph is made of. Each returns whether it added a node."""

from __future__ import annotations

import numpy as np

from dnnc_test.random_graph.build import FloatGraph


def _recent(graph: FloatGraph, rng, tensors: list[str]) -> str:
    """Mostly one of the newest tensors, so that graphs grow deep, but branches appear."""
    weights = 0.6 ** np.arange(len(tensors))[::-1]
    return tensors[int(rng.choice(len(tensors), p=weights / weights.sum()))]


def _weights(graph, name, rng, shape, fan_in):
    values = (
        rng.standard_normal(shape)
        * np.exp(0.4 * rng.standard_normal((shape[0],) + (1,) * (len(shape) - 1)))
        / np.sqrt(fan_in)
    )
    return graph.constant(name, graph.pruned(name, values))


def _divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def conv(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    n, c, h, w = graph.values[x].shape
    kernel = [int(rng.choice([1, 1, 2, 3, 3, 4, 5])) for _ in range(2)]
    strides = [int(rng.choice([1, 1, 1, 2, 3])) for _ in range(2)]
    dilations = [int(rng.choice([1, 1, 1, 2])) for _ in range(2)]
    kind = rng.random()
    group = 1 if kind < 0.55 else c if kind < 0.8 else int(rng.choice(_divisors(c)))
    m = group * int(rng.integers(1, max(2, 16 // group)))
    attributes = dict(kernel_shape=kernel, strides=strides, dilations=dilations, group=group)
    if rng.random() < 0.15 and dilations == [1, 1]:
        attributes["auto_pad"] = str(rng.choice(["SAME_UPPER", "SAME_LOWER"]))
    else:
        pads = [int(rng.integers(0, k)) for k in kernel * 2]
        for i, size in enumerate((h, w)):
            reach = (kernel[i] - 1) * dilations[i] + 1
            if size + pads[i] + pads[i + 2] < reach:
                return False
        attributes["pads"] = pads
    inputs = [
        x,
        _weights(graph, f"w{step}", rng, (m, c // group, *kernel), c // group * kernel[0] * kernel[1]),
    ]
    if rng.random() < 0.7:
        inputs.append(graph.constant(f"b{step}", 0.3 * rng.standard_normal(m)))
    return graph.add("Conv", inputs, step, **attributes)


def conv_transpose(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    c = graph.values[x].shape[1]
    kernel = [int(rng.integers(1, 5)) for _ in range(2)]
    strides = [int(rng.integers(1, 4)) for _ in range(2)]
    dilations = [int(rng.choice([1, 1, 1, 2])) for _ in range(2)]
    group = 1 if rng.random() < 0.7 else int(rng.choice(_divisors(c)))
    mg = int(rng.integers(1, 6))
    pads = [int(rng.integers(0, k)) for k in kernel * 2]
    extra = [int(rng.integers(0, s)) if rng.random() < 0.3 else 0 for s in strides]
    for i, size in enumerate(graph.values[x].shape[2:]):
        if (size - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 + extra[i] - pads[i] - pads[
            i + 2
        ] < 1:
            return False
    inputs = [
        x,
        _weights(graph, f"w{step}", rng, (c, mg, *kernel), c * kernel[0] * kernel[1] / strides[0] / strides[1]),
    ]
    if rng.random() < 0.7:
        inputs.append(graph.constant(f"b{step}", 0.3 * rng.standard_normal(mg * group)))
    return graph.add(
        "ConvTranspose",
        inputs,
        step,
        kernel_shape=kernel,
        strides=strides,
        dilations=dilations,
        group=group,
        pads=pads,
        output_padding=extra,
    )


def unary(graph, rng, step):
    x = _recent(graph, rng, graph.images() + graph.matrices())
    op = str(
        rng.choice(
            [
                "Relu",
                "Relu",
                "Relu",
                "Clip",
                "Clip",
                "LeakyRelu",
                "Sigmoid",
                "HardSigmoid",
                "HardSwish",
                "Tanh",
                "Abs",
                "Neg",
                "Elu",
                "Exp",
                "Softplus",
            ]
        )
    )
    if op == "HardSwish" and graph.opset < 14:
        op = "HardSigmoid"
    if op == "Clip":
        low, high = sorted(rng.uniform(-2, 3, 2))
        return graph.add(
            "Clip",
            [
                x,
                graph.constant(f"low{step}", low) if rng.random() < 0.8 else "",
                graph.constant(f"high{step}", high),
            ],
            step,
        )
    attributes = {
        "LeakyRelu": dict(alpha=float(rng.uniform(0.01, 0.3))),
        "HardSigmoid": dict(alpha=float(rng.choice([0.2, 1 / 6])), beta=0.5),
    }
    return graph.add(op, [x], step, **attributes.get(op, {}))


def binary(graph, rng, step):
    x = _recent(graph, rng, graph.images() + graph.matrices())
    shape = graph.values[x].shape
    op = str(rng.choice(["Add", "Add", "Add", "Mul", "Mul", "Sub", "Max", "Min", "Div"]))
    same = [t for t, v in graph.values.items() if t != x and v.shape == shape and v.dtype == np.float32]
    gates = [
        t
        for t, v in graph.values.items()
        if t != x
        and v.ndim == 4
        and len(shape) == 4
        and v.dtype == np.float32
        and v.shape != shape
        and all(a in (1, b) for a, b in zip(v.shape, shape))
    ]
    choices = same + gates
    if op == "Div" or not choices or rng.random() < 0.3:
        form = (
            [(), (shape[1], 1, 1), (1, shape[1], 1, 1), (shape[-1],)][int(rng.integers(4))]
            if len(shape) == 4
            else (shape[1],)
        )
        value = rng.standard_normal(form)
        value = np.sign(value + 0.01) * (0.5 + np.abs(value)) if op == "Div" else value
        other = graph.constant(f"c{step}", value)
    else:
        other = choices[int(rng.integers(len(choices)))]
    pair = [x, other] if op == "Div" or rng.random() < 0.5 else [other, x]
    return graph.add(op, pair, step)


def _window(rng, sizes, ceil):
    kernel = [int(rng.integers(1, 5)) for _ in range(2)]
    strides = [int(rng.integers(1, 4)) for _ in range(2)]
    pads = [int(rng.integers(0, k)) for k in kernel * 2]
    for i, size in enumerate(sizes):
        span = size + pads[i] + pads[i + 2] - kernel[i]
        # Whether a last window that starts behind the input counts depends on the opset's reading; kept
        # out of here.
        if span < 0 or (ceil and -(-span // strides[i]) * strides[i] >= size + pads[i]):
            return None
    return dict(kernel_shape=kernel, strides=strides, pads=pads, ceil_mode=ceil)


def max_pool(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    sizes = graph.values[x].shape[2:]
    attributes = _window(rng, sizes, int(rng.random() < 0.25))
    if attributes is None:
        return False
    if (
        not attributes["ceil_mode"]
        and rng.random() < 0.2
        and all(
            n + attributes["pads"][i] + attributes["pads"][i + 2] >= 2 * attributes["kernel_shape"][i]
            for i, n in enumerate(sizes)
        )
    ):
        attributes["dilations"] = [2, 2]
    return graph.add("MaxPool", [x], step, **attributes)


def average_pool(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    if rng.random() < 0.3:
        return graph.add("GlobalAveragePool", [x], step)
    ceil = int(rng.random() < 0.25)
    attributes = _window(rng, graph.values[x].shape[2:], ceil)
    if attributes is None:
        return False
    # ONNX Runtime divides by the overhang of ceil_mode as well; the standard does not. Not both at once.
    return graph.add(
        "AveragePool", [x], step, count_include_pad=int(not ceil and rng.random() < 0.4), **attributes
    )


def reduce(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    op = str(rng.choice(["ReduceMean", "ReduceMean", "ReduceSum", "ReduceMax"]))
    axes = [[2, 3], [2, 3], [1], [3], [1, 2, 3], [-1, -2]][int(rng.integers(6))]
    keep = int(rng.random() < 0.75 or len(axes) != 2)
    values = graph.values[x].astype(np.float64)
    if np.abs(values.sum(axis=tuple(axes))).max() < 0.1 * np.abs(values).sum(axis=tuple(axes)).max():
        return False  # little is left but rounding
    as_input = graph.opset >= 18 or op == "ReduceSum"
    if as_input:
        return graph.add(op, [x, graph.constant(f"axes{step}", axes, np.int64)], step, keepdims=keep)
    return graph.add(op, [x], step, axes=axes, keepdims=keep)


def concat(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    axis = int(rng.choice([1, 1, 1, 2, 3]))
    shape = list(graph.values[x].shape)
    fitting = [
        t
        for t in graph.images()
        if all(a == b for i, (a, b) in enumerate(zip(graph.values[t].shape, shape)) if i != axis)
    ]
    others = [fitting[int(i)] for i in rng.integers(0, len(fitting), int(rng.integers(1, 3)))]
    return graph.add("Concat", [x, *others], step, axis=axis)


def slice_(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    starts, ends, axes, steps = [], [], [], []
    for axis, size in enumerate(graph.values[x].shape):
        if axis > 0 and size > 1 and rng.random() < 0.5:
            low = int(rng.integers(0, size - 1))
            high = int(rng.integers(low + 1, size + 1))
            backwards = rng.random() < 0.15
            axes.append(axis)
            steps.append(-1 if backwards else int(rng.choice([1, 1, 2, 3])))
            starts.append(high - 1 if backwards else low)
            ends.append(
                (low - 1 if low > 0 else -size - 1) if backwards else (high if rng.random() < 0.8 else 2**31)
            )
    if not axes:
        return False
    names = [
        graph.constant(f"{k}{step}", v, np.int64)
        for k, v in (("starts", starts), ("ends", ends), ("slice_axes", axes), ("steps", steps))
    ]
    return graph.add("Slice", [x, *names], step)


def split(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    channels = graph.values[x].shape[1]
    if channels < 2:
        return False
    first = int(rng.integers(1, channels))
    return graph.add(
        "Split",
        [x, graph.constant(f"parts{step}", [first, channels - first], np.int64)],
        step,
        outputs=2,
        axis=1,
    )


def pad(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    shape = graph.values[x].shape
    mode = str(rng.choice(["constant", "constant", "reflect", "edge"]))
    limit = [0, 0 if mode != "constant" else 2, 3, 3]
    if mode == "reflect":
        limit = [min(b, s - 1) for b, s in zip(limit, shape)]
    pads = [int(rng.integers(0, b + 1)) for b in limit * 2]
    inputs = [x, graph.constant(f"pads{step}", pads, np.int64)]
    if mode == "constant" and rng.random() < 0.4:
        inputs.append(graph.constant(f"fill{step}", float(rng.choice([0.0, 0.5, -1.0]))))
    return graph.add("Pad", inputs, step, mode=mode)


def resize(graph, rng, step):
    x = _recent(graph, rng, graph.images())
    n, c, h, w = graph.values[x].shape
    mode = str(rng.choice(["nearest", "nearest", "linear"]))
    coordinates = str(rng.choice(["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]))
    if mode == "nearest" and coordinates in ("align_corners", "pytorch_half_pixel"):
        coordinates = "asymmetric"
    attributes = dict(mode=mode, coordinate_transformation_mode=coordinates)
    if mode == "nearest":
        attributes["nearest_mode"] = str(
            rng.choice(["floor", "round_prefer_floor", "ceil", "round_prefer_ceil"])
        )
    scales = [1, 1, *rng.choice([1.0, 2.0, 2.0, 3.0, 0.5, 1.5], 2)]
    if min(h * scales[2], w * scales[3]) < 1:
        return False
    return graph.add("Resize", [x, "", graph.constant(f"scales{step}", scales)], step, **attributes)


def shuffle(graph, rng, step):
    """Reshape, Transpose, Reshape as ShuffleNet has them, or a plain Transpose."""
    x = _recent(graph, rng, graph.images())
    n, c, h, w = graph.values[x].shape
    groups = [d for d in _divisors(c) if 1 < d < c]
    if not groups or rng.random() < 0.4:
        perm = [[0, 1, 3, 2], [0, 2, 3, 1], [0, 3, 1, 2]][int(rng.integers(3))]
        return graph.add("Transpose", [x], step, perm=perm)
    g = int(rng.choice(groups))
    a = graph.add("Reshape", [x, graph.constant(f"apart{step}", [n, g, c // g, h, w], np.int64)], step)
    b = a and graph.add("Transpose", a, step, perm=[0, 2, 1, 3, 4])
    return b and graph.add(
        "Reshape", [*b, graph.constant(f"together{step}", [n, c, h, w], np.int64)], step + 1000
    )


def flatten(graph, rng, image, step):
    """By Flatten, or as x.view(x.size(0), -1) is exported: Shape, Gather, Unsqueeze, Concat, Reshape."""
    if rng.random() < 0.6:
        return graph.add("Flatten", [image], step)
    shape = graph.add("Shape", [image], step)
    batch = graph.add("Gather", [*shape, graph.constant(f"first{step}", 0, np.int64)], step, axis=0)
    batch = graph.add("Unsqueeze", [*batch, graph.constant(f"front{step}", [0], np.int64)], step)
    shape = graph.add("Concat", [*batch, graph.constant(f"rest{step}", [-1], np.int64)], step, axis=0)
    return graph.add("Reshape", [image, *shape], step)


def dense(graph, rng, step):
    """Gemm or MatMul; an image is flattened first, by Flatten or by a Shape–Gather chain."""
    matrices = graph.matrices()
    if matrices and rng.random() < 0.7:
        x = _recent(graph, rng, matrices)
    else:
        image = _recent(graph, rng, graph.images())
        if rng.random() < 0.3:  # a matrix product over the image's last dimension
            width = graph.values[image].shape[-1]
            k = int(rng.integers(1, 10))
            return graph.add(
                "MatMul",
                [image, graph.constant(f"w{step}", rng.standard_normal((width, k)) / np.sqrt(width))],
                step,
            )
        flat = flatten(graph, rng, image, step)
        if flat is None:
            return False
        x = flat[0]
    inner, out = graph.values[x].shape[1], int(rng.integers(1, 20))
    if rng.random() < 0.3:
        return graph.add(
            "MatMul",
            [x, graph.constant(f"w{step}", rng.standard_normal((inner, out)) / np.sqrt(inner))],
            step,
        )
    transposed = int(rng.random() < 0.6)
    weight = rng.standard_normal((out, inner) if transposed else (inner, out)) / np.sqrt(inner)
    inputs = [x, graph.constant(f"w{step}", weight)]
    if rng.random() < 0.7:
        inputs.append(graph.constant(f"b{step}", 0.3 * rng.standard_normal(out)))
    return graph.add("Gemm", inputs, step, transB=transposed)


def normalize(graph, rng, step):
    """Float work by nature: softmax, batch norm, LRN."""
    images = graph.images()
    kind = rng.random()
    if kind < 0.4:
        x = _recent(graph, rng, images + graph.matrices())
        return graph.add("Softmax", [x], step, axis=int(rng.choice([1, -1])))
    x = _recent(graph, rng, images)
    c = graph.values[x].shape[1]
    if kind < 0.8:
        parameters = [
            graph.constant(f"{k}{step}", v)
            for k, v in (
                ("scale", rng.uniform(0.5, 1.5, c)),
                ("shift", 0.3 * rng.standard_normal(c)),
                ("mean", 0.3 * rng.standard_normal(c)),
                ("variance", rng.uniform(0.5, 2, c)),
            )
        ]
        return graph.add("BatchNormalization", [x, *parameters], step)
    return graph.add(
        "LRN",
        [x],
        step,
        size=int(rng.choice([3, 5])),
        alpha=float(rng.uniform(1e-4, 0.1)),
        beta=0.75,
        bias=1.0,
    )


_WEIGHTED = [
    (conv, 28),
    (conv_transpose, 6),
    (unary, 18),
    (binary, 14),
    (max_pool, 6),
    (average_pool, 6),
    (reduce, 4),
    (concat, 7),
    (slice_, 4),
    (split, 3),
    (pad, 4),
    (resize, 4),
    (shuffle, 4),
    (dense, 5),
    (normalize, 4),
]
STEPS = [s for s, _ in _WEIGHTED]
WEIGHTS = [w for _, w in _WEIGHTED]
