"""AlexNet and MobileNet-0.5 as Eyeriss v2 ran them, layer by layer, with their zeros."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from common.layers import Layer
from common.rows import REFERENCE, published


@dataclass(frozen=True)
class Masks:
    """Where a layer's ifmap and weights are not zero, in the shapes of the tensors."""

    layer: Layer
    ifmap: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Case:
    """A layer with the mean densities of its operands."""

    layer: Layer
    ifmap_density: float
    weight_density: float = 1.0
    mask: str = ""  # the name of its published masks


def masks(name: str, channels: int, filters: int, size: int) -> Masks:
    """The published masks of a pointwise layer."""

    def read(operand: str) -> np.ndarray:
        text = (REFERENCE / "eyeriss_v2_pe" / f"{name}_{operand}.txt").read_text()
        return np.frombuffer("".join(text.split()).encode(), np.uint8) == ord("1")

    ifmap = read("iacts").reshape(1, size, size, channels).transpose(0, 3, 1, 2)
    weights = read("weights").reshape(filters, channels, 1, 1)
    return Masks(Layer(name, 1, 1, filters, channels, size, size), ifmap, weights)


def _dispersion(densities: np.ndarray) -> float:
    """Their variance as a share of the largest that their mean allows."""
    mean = densities.mean()
    return densities.var() / (mean * (1 - mean))


def measured_dispersions() -> tuple[float, float]:
    """How much the densities of input channels, and of filters, differ in the published masks, on average."""
    lines = published("eyeriss_v2_pe_cycles")
    found = [masks(line["layer"], line["channels"], line["filters"], line["ofmap_e"]) for line in lines]
    return (
        float(np.mean([_dispersion(m.ifmap.mean(axis=(0, 2, 3))) for m in found])),
        float(np.mean([_dispersion(m.weights.mean(axis=(1, 2, 3))) for m in found])),
    )


class Drawing:
    """Zeros for layers of which only mean densities are known.

    The densities of channels follow a beta distribution with the mean that is known and the dispersion of the
    published masks, so that some channels are empty and some full as in those; within a channel zeros are drawn
    independently.
    """

    def __init__(self):
        self.of_channels, self.of_filters = measured_dispersions()

    def masks(self, case: Case, seed: int) -> Masks:
        layer = case.layer
        generator = np.random.default_rng(seed)
        ifmap_shape, weight_shape = layer.ifmap_shape(), layer.weight_shape()
        ifmap = _draw(generator, ifmap_shape, 1, case.ifmap_density, self.of_channels)
        weights = _draw(generator, weight_shape, int(layer.matrix), case.weight_density, self.of_filters)
        if case.mask:
            known = masks(case.mask, layer.channels, layer.filters, layer.height)
            ifmap, weights = known.ifmap, known.weights if case.weight_density < 1 else weights
        return Masks(layer, ifmap, weights)


def _draw(generator, shape: list[int], axis: int, density: float, dispersion: float) -> np.ndarray:
    if density >= 1:
        return np.ones(shape, bool)
    concentration = 1 / dispersion - 1
    sample = generator.beta(density * concentration, (1 - density) * concentration, 1 << 16)
    channels = shape[axis]
    # Quantiles, so that the mean holds for few channels too.
    densities = generator.permutation(np.quantile(sample, (np.arange(channels) + 0.5) / channels))
    along = [1] * len(shape)
    along[axis] = channels
    return generator.random(shape) < densities.reshape(along)


def alexnet() -> list[Case]:
    """With dense weights. The published zeros count the padding, which is left out here."""
    zeros = {line["layer"]: line["ifmap_zeros"] for line in published("eyeriss_v1_alexnet")}
    cases = []
    for line in published("eyeriss_v1_mapping"):
        padded, taps, groups = line["ifmap_h"], line["filter_r"], line["groups"]
        pad = taps // 2 if line["stride_u"] == 1 else 0
        size = padded - 2 * pad
        layer = Layer(
            line["layer"],
            1,
            groups,
            line["filters_m"],
            line["channels_c"] * groups,  # the file counts those of a group
            size,
            size,
            (taps, taps),
            (line["stride_u"],) * 2,
            (pad,) * 4,
        )
        cases.append(Case(layer, min(1.0, (1 - zeros[line["layer"]]) * padded**2 / size**2)))
    cases[0] = Case(cases[0].layer, 1.0)  # an image
    for name, channels, filters in [("fc6", 9216, 4096), ("fc7", 4096, 4096), ("fc8", 4096, 1000)]:
        # A quarter of their inputs is not zero (reference/README.md of the design).
        cases.append(Case(Layer(name, 1, 1, filters, channels, matrix=True), 0.25))
    return cases


def sparse_alexnet() -> list[Case]:
    """With the weights of Han et al. (NIPS 2015); the paper's were pruned otherwise and have fewer."""
    weights = {line["layer"]: line["weights"] for line in published("densities") if line["network"] == "alexnet"}
    weights |= {"fc6": 0.09, "fc7": 0.09, "fc8": 0.25}
    return [Case(case.layer, case.ifmap_density, weights[case.layer.name]) for case in alexnet()]


def mobilenet(sparse: bool) -> list[Case]:
    """MobileNet-0.5 at 128x128; without `sparse` its weights are dense and its activations the same."""
    cases = []
    for line in published("eyeriss_v2_mobilenet"):
        size, taps, stride = line["ofmap_e"] * line["stride"], line["filter_r"], line["stride"]
        over = taps - stride if taps > 1 else 0  # padding, more of it behind, as TensorFlow pads
        before, after = over // 2, over - over // 2
        channels, filters = line["channels"], line["filters"]
        layer = Layer(
            line["layer"],
            1,
            channels if line["kind"] == "depthwise" else 1,
            filters,
            channels,
            size,
            size,
            (taps, taps),
            (stride, stride),
            (before, before, after, after),
        )
        if line["kind"] == "fc":
            layer = Layer(line["layer"], 1, 1, filters, channels, matrix=True)
        mask = line["layer"] if line["known"] == "mask" else ""
        cases.append(Case(layer, line["iact_density"], line["weight_density"] if sparse else 1.0, mask))
    return cases
