"""The networks of the tests, by name, with seeded weights.

model = networks.build("resnet18")                                 # as tested end to end
model = networks.build("mobilenet_v2", width=0.25, size=(65, 97))  # a reduced copy
path = networks.path("vgg19")                                      # the same, kept in the cache
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import onnx

from dnnc_test import cache
from dnnc_test.graph import input_shapes
from dnnc_test.networks import convolutional, light, weights

BUILT = {
    "mobilenet_v2": convolutional.mobilenet_v2,
    "mobilenet_v3": convolutional.mobilenet_v3,
    "efficientnet_b0": convolutional.efficientnet_b0,
    "resnet18": convolutional.resnet18,
    "unet": convolutional.unet,
}
_VARIANTS = {
    "unet_nearest": partial(convolutional.unet, up="nearest"),
    "unet_linear": partial(convolutional.unet, up="linear"),
}
ALL = [*light.NAMES, *BUILT]

# Reduced copies with odd image sizes and batches other than 1, by name.
SMALL = {
    "mobilenet_v2_small": ("mobilenet_v2", dict(width=0.25, size=(65, 97), depth=5, classes=40)),
    "mobilenet_v3_small": ("mobilenet_v3", dict(width=0.5, size=(75, 61), depth=9, classes=40)),
    "efficientnet_b0_small": ("efficientnet_b0", dict(width=0.25, size=(63, 79), depth=5, classes=40)),
    "resnet18_small": ("resnet18", dict(width=0.25, size=(57, 71), batch=3, classes=40)),
    "unet_small": ("unet", dict(width=0.25, size=(45, 52), depth=3)),
    "unet_nearest_small": ("unet_nearest", dict(width=0.25, size=(48, 64), depth=3, batch=3)),
    "unet_linear_small": ("unet_linear", dict(width=0.25, size=(45, 52), depth=2)),
    "squeezenet_small": ("squeezenet", dict(size=(97, 131), batch=3)),
}


def structure(name: str, **options) -> onnx.ModelProto:
    """A network whose weights are all zero."""
    if name in SMALL:
        base, defaults = SMALL[name]
        return structure(base, **(defaults | options))
    if name in light.NAMES:
        return light.build(name, **options)
    return (BUILT | _VARIANTS)[name](**options)


def build(name: str, seed: int = 0, **options) -> onnx.ModelProto:
    return weights.assign(structure(name, **options), seed)


def path(name: str, seed: int = 0, **options) -> Path:
    """A file of the model, built once. Beyond 100 MB its weights are in an external file beside it."""

    def make(folder: Path):
        model = build(name, seed, **options)
        onnx.save(
            model,
            folder / "model.onnx",
            save_as_external_data=model.ByteSize() > 100 << 20,
            location="weights.bin",
        )

    key = cache.key("network", name, seed, sorted(options.items()))
    return (
        cache.folder(f"{name}-{key}", cache.sources("networks", "operators", "graph.py"), make) / "model.onnx"
    )


def inputs(model: onnx.ModelProto, seed: int = 100) -> dict[str, np.ndarray]:
    """Seeded inputs of a model; its external data need not be there."""
    return {
        n: weights.image(shape, seed + i).astype(dtype)
        for i, (n, (shape, dtype)) in enumerate(input_shapes(model).items())
    }
