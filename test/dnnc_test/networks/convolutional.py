"""MobileNetV2 and V3, EfficientNet-B0, ResNet-18 and a U-Net, in the forms that today's exporters write."""

from __future__ import annotations

import numpy as np
import onnx

from dnnc_test.networks.builder import Builder


def _round(channels: float, divisor: int = 8) -> int:
    """Channels of a scaled network: the nearest multiple, never below nine tenths (MobileNetV2, Sandler et
    al. 2018).
    """
    result = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return result + divisor if result < 0.9 * channels else result


def mobilenet_v2(batch=1, size=(224, 224), width=1.0, classes=1000, depth=7) -> onnx.ModelProto:
    """Opset 18, batch norm folded, Clip with inputs, ReduceMean and a Shape–Gather chain before the
    classifier.
    """
    b = Builder("mobilenet_v2", 18)
    x = b.input("image", [batch, 3, *size])
    x = b.relu6(b.conv(x, _round(32 * width), 3, "stem", stride=2))
    settings = [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ]
    for stage, (expand, channels, repeat, stride) in enumerate(settings[:depth]):
        for i in range(repeat):
            name, before = f"features.{stage}.{i}", x
            inner, out = b.channels[x] * expand, _round(channels * width)
            if expand != 1:
                x = b.relu6(b.conv(x, inner, 1, f"{name}.expand"))
            x = b.relu6(b.conv(x, inner, 3, f"{name}.depthwise", stride=stride if i == 0 else 1, group=inner))
            x = b.conv(x, out, 1, f"{name}.project")
            if i > 0 or (stride == 1 and b.channels[before] == out):
                x = b.node("Add", [before, x], f"{name}.add", channels=out)
    last = _round(1280 * max(1.0, width))
    x = b.relu6(b.conv(x, last, 1, "head"))
    x = b.flatten_by_shape(b.global_mean(x))
    return b.model(b.linear(x, last, classes, "classifier"))


def mobilenet_v3(batch=1, size=(224, 224), width=1.0, classes=1000, depth=15) -> onnx.ModelProto:
    """MobileNetV3-Large. Opset 17, batch norm kept, HardSwish, squeeze and excitation with HardSigmoid,
    GlobalAveragePool.
    """
    b = Builder("mobilenet_v3", 17)
    x = b.input("image", [batch, 3, *size])

    def conv_norm(x, out, kernel, name, activation=None, **options):
        x = b.batch_norm(b.conv(x, out, kernel, name, bias=False, **options), f"{name}.norm")
        return b.node(activation, [x], f"{name}.{activation.lower()}") if activation else x

    x = conv_norm(x, _round(16 * width), 3, "stem", "HardSwish", stride=2)
    settings = [  # kernel, expanded, out, squeeze, activation, stride (Howard et al. 2019, table 1)
        (3, 16, 16, False, "Relu", 1),
        (3, 64, 24, False, "Relu", 2),
        (3, 72, 24, False, "Relu", 1),
        (5, 72, 40, True, "Relu", 2),
        (5, 120, 40, True, "Relu", 1),
        (5, 120, 40, True, "Relu", 1),
        (3, 240, 80, False, "HardSwish", 2),
        (3, 200, 80, False, "HardSwish", 1),
        (3, 184, 80, False, "HardSwish", 1),
        (3, 184, 80, False, "HardSwish", 1),
        (3, 480, 112, True, "HardSwish", 1),
        (3, 672, 112, True, "HardSwish", 1),
        (5, 672, 160, True, "HardSwish", 2),
        (5, 960, 160, True, "HardSwish", 1),
        (5, 960, 160, True, "HardSwish", 1),
    ]
    for i, (kernel, expanded, out, squeeze, activation, stride) in enumerate(settings[:depth]):
        name, before = f"blocks.{i}", x
        inner, out = _round(expanded * width), _round(out * width)
        if inner != b.channels[x]:
            x = conv_norm(x, inner, 1, f"{name}.expand", activation)
        x = conv_norm(x, inner, kernel, f"{name}.depthwise", activation, stride=stride, group=inner)
        if squeeze:
            s = b.node("GlobalAveragePool", [x], f"{name}.pool")
            s = b.relu(b.conv(s, _round(inner / 4), 1, f"{name}.reduce"))
            s = b.conv(s, inner, 1, f"{name}.excite")
            s = b.node("HardSigmoid", [s], f"{name}.gate", alpha=1 / 6, beta=0.5)
            x = b.node("Mul", [s, x], f"{name}.scale", channels=inner)
        x = conv_norm(x, out, 1, f"{name}.project")
        if stride == 1 and b.channels[before] == out:
            x = b.node("Add", [x, before], f"{name}.add", channels=out)
    last, hidden = _round(6 * b.channels[x]), _round(1280 * width)
    x = conv_norm(x, last, 1, "head", "HardSwish")
    x = b.node("Flatten", [b.node("GlobalAveragePool", [x])], axis=1)
    x = b.node("HardSwish", [b.linear(x, last, hidden, "hidden")], "hidden.hardswish")
    return b.model(b.linear(x, hidden, classes, "classifier"))


def efficientnet_b0(batch=1, size=(224, 224), width=1.0, classes=1000, depth=7) -> onnx.ModelProto:
    """Opset 20, batch norm folded, SiLU as Sigmoid and Mul, squeeze and excitation, ReduceMean."""
    b = Builder("efficientnet_b0", 20)
    x = b.input("image", [batch, 3, *size])
    x = b.silu(b.conv(x, _round(32 * width), 3, "stem", stride=2))
    settings = [  # expansion, kernel, channels, repeats, stride (Tan and Le 2019, table 1)
        (1, 3, 16, 1, 1),
        (6, 3, 24, 2, 2),
        (6, 5, 40, 2, 2),
        (6, 3, 80, 3, 2),
        (6, 5, 112, 3, 1),
        (6, 5, 192, 4, 2),
        (6, 3, 320, 1, 1),
    ]
    for stage, (expand, kernel, channels, repeat, stride) in enumerate(settings[:depth]):
        for i in range(repeat):
            name, before = f"features.{stage}.{i}", x
            entering, out = b.channels[x], _round(channels * width)
            inner = entering * expand
            if expand != 1:
                x = b.silu(b.conv(x, inner, 1, f"{name}.expand"))
            x = b.silu(
                b.conv(x, inner, kernel, f"{name}.depthwise", stride=stride if i == 0 else 1, group=inner)
            )
            s = b.silu(b.conv(b.global_mean(x), max(1, entering // 4), 1, f"{name}.reduce"))
            s = b.node("Sigmoid", [b.conv(s, inner, 1, f"{name}.excite")], f"{name}.gate")
            x = b.node("Mul", [s, x], f"{name}.scale", channels=inner)
            x = b.conv(x, out, 1, f"{name}.project")
            if i > 0 or (stride == 1 and entering == out):
                x = b.node("Add", [x, before], f"{name}.add", channels=out)
    last = _round(1280 * width)
    x = b.global_mean(b.silu(b.conv(x, last, 1, "head")), keep=False)
    return b.model(b.linear(x, last, classes, "classifier"))


def resnet18(batch=1, size=(224, 224), width=1.0, classes=1000, depth=4) -> onnx.ModelProto:
    """Opset 17, batch norm kept, GlobalAveragePool and Flatten."""
    b = Builder("resnet18", 17)
    x = b.input("image", [batch, 3, *size])

    def conv_norm(x, out, kernel, name, **options):
        return b.batch_norm(b.conv(x, out, kernel, name, bias=False, **options), f"{name}.norm")

    x = b.relu(conv_norm(x, _round(64 * width), 7, "stem", stride=2))
    x = b.node("MaxPool", [x], "pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    for stage, channels in enumerate([64, 128, 256, 512][:depth]):
        for i in range(2):
            name, before, out = f"layer{stage + 1}.{i}", x, _round(channels * width)
            stride = 2 if stage > 0 and i == 0 else 1
            x = b.relu(conv_norm(x, out, 3, f"{name}.conv1", stride=stride))
            x = conv_norm(x, out, 3, f"{name}.conv2")
            if stride != 1:
                before = conv_norm(before, out, 1, f"{name}.downsample", stride=stride)
            x = b.relu(b.node("Add", [x, before], f"{name}.add", channels=out))
    last = b.channels[x]
    x = b.node("Flatten", [b.node("GlobalAveragePool", [x])], axis=1)
    return b.model(b.linear(x, last, classes, "fc"))


def unet(batch=1, size=(128, 128), width=1.0, classes=4, depth=4, up="transpose") -> onnx.ModelProto:
    """Opset 21. `up`: transpose (ConvTranspose 2×2), nearest or linear (Resize by scales, then a 1×1
    convolution). Sizes that the pools do not divide are padded to the skip's size before the
    concatenation, as torch code does."""
    b = Builder(f"unet_{up}", 21)
    x = b.input("image", [batch, 3, *size])
    channels = [_round(c * width) for c in (32, 64, 128, 256, 512)][: depth + 1]

    def double(x, out, name):
        x = b.relu(b.conv(x, out, 3, f"{name}.conv1"))
        return b.relu(b.conv(x, out, 3, f"{name}.conv2"))

    skips, sizes = [], [tuple(size)]
    x = double(x, channels[0], "enter")
    for level, out in enumerate(channels[1:]):
        skips.append(x)
        x = b.node("MaxPool", [x], f"down{level}.pool", kernel_shape=[2, 2], strides=[2, 2])
        sizes.append((sizes[-1][0] // 2, sizes[-1][1] // 2))
        x = double(x, out, f"down{level}")
    for level in reversed(range(len(skips))):
        name, out = f"up{level}", channels[level]
        if up == "transpose":
            x = b.conv_transpose(x, out, 2, 2, f"{name}.transpose")
        else:
            scales = b.constant("scales", np.array([1, 1, 2, 2], np.float32))
            mode = {
                "nearest": dict(
                    mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"
                ),
                "linear": dict(mode="linear", coordinate_transformation_mode="half_pixel"),
            }[up]
            x = b.node("Resize", [x, "", scales], f"{name}.resize", **mode)
            x = b.conv(x, out, 1, f"{name}.shrink")
        missing = [s - 2 * t for s, t in zip(sizes[level], sizes[level + 1])]
        if any(missing):
            pads = b.constant(f"{name}.pads", np.array([0, 0, 0, 0, 0, 0, *missing], np.int64))
            x = b.node("Pad", [x, pads], f"{name}.pad")
        x = b.node("Concat", [skips[level], x], f"{name}.concat", channels=2 * out, axis=1)
        x = double(x, out, name)
    return b.model(b.node("Sigmoid", [b.conv(x, classes, 1, "exit")], "mask"))
