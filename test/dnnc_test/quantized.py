"""Quantized copies of the networks, as users make them: onnxruntime.quantization with seeded calibration
data.

    quantized.path("resnet18", "qdq-s8s8")    # a file, made once and kept in the cache

Forms: qdq-s8s8 and qdq-u8s8 (per channel, MinMax, asymmetric activations), qdq-u8u8 (per tensor),
qoperator (QLinear and com.microsoft operators, uint8 activations), qdq-s16s16 (int16 throughout, per channel).
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import onnx

from dnnc_test import cache, networks
from dnnc_test.networks import weights

FORMS = ("qdq-s8s8", "qdq-u8s8", "qdq-u8u8", "qoperator", "qdq-s16s16")
_LARGE = 100 << 20  # bytes of float weights beyond which they go into a file of their own


def path(name: str, form: str, seed: int = 0, **options) -> Path:
    """The quantized model of a network of `networks`."""
    key = cache.key("network", name, seed, sorted(options.items()))

    def make(folder: Path):
        quantize(networks.path(name, seed, **options), folder / "model.onnx", form)

    version = cache.key(cache.sources("networks", "operators", "graph.py", "quantized.py"))
    return cache.folder(f"{name}-{form}-{key}", version, make) / "model.onnx"


def quantize(source: Path, destination: Path, form: str, images: int = 2) -> None:
    """Quantizes an ONNX file. Old models are brought to opset 17 first: per-channel scales need 13."""
    # Imported here: it takes a second, and most users find their model in the cache.
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

    logging.getLogger().setLevel(logging.ERROR)  # its advice to run the preprocessing, which is done here
    activation = {"qdq-s8s8": QuantType.QInt8, "qdq-s16s16": QuantType.QInt16}.get(form, QuantType.QUInt8)
    weight = {"qdq-u8u8": QuantType.QUInt8, "qdq-s16s16": QuantType.QInt16}.get(form, QuantType.QInt8)
    with tempfile.TemporaryDirectory(prefix="dnnc-quantize.") as scratch:
        prepared = Path(scratch) / "prepared.onnx"
        _prepare(source, prepared, Path(scratch))
        large = (
            prepared.stat().st_size + sum(f.stat().st_size for f in Path(scratch).glob("*.data"))
        ) > _LARGE
        quantize_static(
            prepared,
            destination,
            _Images(prepared, images),
            quant_format=QuantFormat.QOperator if form == "qoperator" else QuantFormat.QDQ,
            per_channel=form != "qdq-u8u8",
            activation_type=activation,
            weight_type=weight,
            calibrate_method=CalibrationMethod.MinMax,
            use_external_data_format=large,
        )


class _Images:
    """Calibration data: seeded images."""

    def __init__(self, model: Path, count: int):
        self.model = onnx.load(model, load_external_data=False)
        self.seeds = iter(range(200, 200 + count))

    def get_next(self):
        seed = next(self.seeds, None)
        if seed is None:
            return None
        shapes = networks.input_shapes(self.model)
        return {n: weights.image(shape, seed) for n, (shape, _) in shapes.items()}


def _prepare(source: Path, destination: Path, scratch: Path) -> None:
    """Constants folded and batch norm merged by ONNX Runtime's basic optimizations, as its preprocessing
    does.
    """
    import onnxruntime

    model = onnx.load(source)
    opset = next(o for o in model.opset_import if o.domain in ("", "ai.onnx"))
    if opset.version < 17:
        modern = scratch / "modern.onnx"
        model = _without_weight_inputs(model)
        model = onnx.version_converter.convert_version(model, 17)
        onnx.save(model, modern, save_as_external_data=model.ByteSize() > _LARGE, location="modern.data")
        source = modern
    del model
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(destination)
    options.add_session_config_entry(
        "session.optimized_model_external_initializers_file_name", "prepared.data"
    )
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    inferred = onnx.shape_inference.infer_shapes(onnx.load(destination, load_external_data=False))
    onnx.save(inferred, destination)


def _without_weight_inputs(model: onnx.ModelProto) -> onnx.ModelProto:
    """IR version 3 lists initializers among the inputs, where they could be overridden and would not be
    folded.
    """
    initializers = {t.name for t in model.graph.initializer}
    for item in [i for i in model.graph.input if i.name in initializers]:
        model.graph.input.remove(item)
    model.ir_version = 8
    return model
