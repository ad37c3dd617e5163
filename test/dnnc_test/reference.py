"""The compiler's own reference (lib/Reference) as a second evaluator: import, the folding of quantization
and the interpreter of dnn, without anything of the accelerator.

The inputs are put into the model as constants; `dnnc --emit dnn` imports it, `dnnc-opt` folds and
evaluates it.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from dnnc_test.run import ToolError, Tools

_RESOURCE = re.compile(r'dense_resource<("[^"]*"|[^>]*)>')


def evaluate(
    tools: Tools, model: onnx.ModelProto, inputs: dict[str, np.ndarray], shapes: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The tensors named in `shapes`, which gives their shapes and types."""
    constant = onnx.ModelProto()
    constant.CopyFrom(model)
    del constant.graph.input[:], constant.graph.output[:]
    constant.graph.initializer.extend(numpy_helper.from_array(v, k) for k, v in inputs.items())
    constant.graph.output.extend(
        helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
        for n, a in shapes.items()
    )
    with tempfile.TemporaryDirectory(prefix="dnnc-reference.") as folder:
        source, text = Path(folder) / "model.onnx", Path(folder) / "model.mlir"
        onnx.save(constant, source)
        tools.expect("dnnc", source, "--emit", "dnn", "-o", text)
        _put_resources(text, constant)
        printed = tools.expect(
            "dnnc-opt", text, "--quantize-fold-qdq", "--test-reference-evaluate", "-o", "/dev/null"
        ).stdout
    lines = [line for line in printed.splitlines() if line.startswith("dense<")]
    if len(lines) != len(shapes):
        raise ToolError(f"the reference printed {len(lines)} tensors, need {len(shapes)}")
    return {name: _parse(line, array) for (name, array), line in zip(shapes.items(), lines)}


def _put_resources(path: Path, model: onnx.ModelProto) -> None:
    """Gives the text the bytes of the large constants, which it only names."""
    text = path.read_text()
    if "dialect_resources" in text:
        return
    values = {re.sub(r"\W", "_", t.name, flags=re.A): t for t in model.graph.initializer}
    blobs = []
    for name in sorted(set(_RESOURCE.findall(text))):
        tensor = values.get(name.strip('"'))
        if tensor is None:
            raise ToolError(f"'{name}' is a large constant that the model does not have")
        blobs.append(
            f'{name}: "0x40000000{numpy_helper.to_array(tensor).tobytes().hex()}"'
        )  # 64: the alignment
    path.write_text(f"{text}\n{{-# dialect_resources: {{ builtin: {{ {', '.join(blobs)} }} }} #-}}\n")


def _parse(line: str, like: np.ndarray) -> np.ndarray:
    """The array of a `dense<…> : tensor<…>`; bytes, numbers, or one number for all."""
    body = line[len("dense<") : line.rindex("> : tensor")]
    if body.startswith('"0x'):
        return np.frombuffer(bytes.fromhex(body[3:-1]), like.dtype).reshape(like.shape)
    words = re.findall(r"[^\[\],\s]+", body)
    if like.dtype.kind == "f":
        values = [
            np.uint32(int(w, 16)).view(np.float32) if w.startswith("0x") else np.float32(w) for w in words
        ]
    else:
        values = [{"true": 1, "false": 0}.get(w) if w in ("true", "false") else int(w) for w in words]
    array = np.array(values).astype(like.dtype)
    return np.broadcast_to(array, like.shape) if array.size == 1 else array.reshape(like.shape)
