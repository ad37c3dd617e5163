"""The nine networks that the onnx wheel ships without weights, with seeded weights put in. Names are kept,
and so is the old form: opset 9, IR version 3 with the weights among the graph's inputs."""

from __future__ import annotations

from pathlib import Path

import onnx
import onnx.backend.test

from dnnc_test.networks.builder import with_output_shapes

NAMES = {
    "alexnet": "bvlc_alexnet",
    "densenet121": "densenet121",
    "inception_v1": "inception_v1",
    "inception_v2": "inception_v2",
    "resnet50": "resnet50",
    "shufflenet": "shufflenet",
    "squeezenet": "squeezenet",
    "vgg19": "vgg19",
    "zfnet512": "zfnet512",
}


def build(name: str, batch: int = 1, size: tuple[int, int] | None = None) -> onnx.ModelProto:
    """The structure of a light network. Another image size is possible where no layer depends on it
    (squeezenet, densenet121).
    """
    path = Path(onnx.backend.test.__file__).parent / "data" / "light" / f"light_{NAMES[name]}.onnx"
    model = onnx.load(path)
    if batch != 1 or size is not None:
        constants = {t.name for t in model.graph.initializer}
        data = next(i for i in model.graph.input if i.name not in constants)
        dims = data.type.tensor_type.shape.dim
        dims[0].dim_value = batch
        for dim, value in zip(dims[2:], size or ()):
            dim.dim_value = value
        for info in [*model.graph.value_info, *model.graph.output]:
            info.type.tensor_type.ClearField("shape")
        model = with_output_shapes(model)
    return model
