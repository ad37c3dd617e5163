"""ONNX models in files: read whole, with external data and sparse initializers made dense; written with
external data where they had some, or where they are too large for one file.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import onnx
from onnx import external_data_helper, numpy_helper

from dnnc import sparse_tensor
from dnnc.problems import Problems

_MOST_INSIDE = (1 << 31) - (1 << 26)  # bytes of tensors in one protobuf file, whose limit is 2 GiB with all else
_MOST_DENSE = 4 << 30  # bytes of all sparse tensors when they are dense, as dnnc has it
_SMALL = 1024  # bytes; tensors below stay in the model
_ALIGNMENT = 4096  # bytes; of a tensor in the external file, so that it can be mapped


class ModelFile:
    """A model with what has to be remembered of the file it came from."""

    def __init__(self, path: Path):
        self.path = path
        self.model = _parse(path)
        self.external_files: set[Path] = set()
        self._load_external()
        self._densify()

    @property
    def graph(self) -> onnx.GraphProto:
        return self.model.graph

    def _load_external(self) -> None:
        problems = Problems()
        folder = self.path.parent
        for what, tensor in _tensors(self.model):
            if not external_data_helper.uses_external_data(tensor):
                continue
            try:
                location = external_data_helper.ExternalDataInfo(tensor).location
                self.external_files.add((folder / location).resolve())
                external_data_helper.load_external_data_for_tensor(tensor, str(folder))
            except Exception as error:  # of the onnx library: ValidationError, OSError, ValueError …
                problems.add(self.path, f"{what} has external data that cannot be read: {_line(error)}")
        problems.raise_if_any()

    def _densify(self) -> None:
        problems, total = Problems(), 0
        for sparse in self.graph.sparse_initializer:
            try:
                total += sparse_tensor.dense_bytes(sparse)
                if total > _MOST_DENSE:
                    raise ValueError(
                        f"and those before it have {total} bytes when they are dense; need at most {_MOST_DENSE}"
                    )
                dense = sparse_tensor.to_dense(sparse)
            except Exception as error:
                problems.add(self.path, f"sparse initializer '{sparse.values.name}' {_line(error)}")
                continue
            self.graph.initializer.append(numpy_helper.from_array(dense, sparse.values.name))
        problems.raise_if_any()
        del self.graph.sparse_initializer[:]

    def save(self, path: Path) -> None:
        """Writes the model, and PATH.data beside it when it is to have external data. A file that stands there
        is replaced when the new one is complete."""
        data = path.with_name(path.name + ".data")
        external = bool(self.external_files) or _bytes(self.model) > _MOST_INSIDE
        written = {path.resolve()} | ({data.resolve()} if external else set())
        for file in written & ({self.path.resolve()} | self.external_files):
            raise Problems(path, f"would overwrite '{file}', which belongs to the input; write to another file")
        try:
            with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
                working = Path(folder) / "model"
                if external:
                    _move_out(self.model, Path(folder) / "data", data.name)
                if _bytes(self.model) > _MOST_INSIDE:
                    raise Problems(
                        path,
                        f"would have {_bytes(self.model)} bytes of tensors in one protobuf file, which holds at most "
                        f"{_MOST_INSIDE}: write without sparse initializers",
                    )
                working.write_bytes(self.model.SerializeToString(deterministic=True))
                if external:
                    os.replace(Path(folder) / "data", data)
                os.replace(working, path)
        except OSError as error:
            raise Problems(path, f"cannot be written: {error.strerror}") from None


def _parse(path: Path) -> onnx.ModelProto:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problems(path, f"cannot be read: {error.strerror}") from None
    try:
        if path.suffix == ".onnxtxt":
            model = onnx.parser.parse_model(content.decode())
        else:
            model = onnx.ModelProto.FromString(content)
    except Exception as error:  # DecodeError of protobuf, ParseError of onnx
        raise Problems(path, f"is not an ONNX model, or is truncated: {_line(error)}") from None
    if not model.HasField("graph"):
        raise Problems(path, f"is not an ONNX model: its {len(content)} bytes have no graph")
    problems = Problems()
    for what, name in _names(model.graph):
        if isinstance(name, bytes):  # protobuf's way to give text that is not UTF-8
            problems.add(path, f"has {what} whose name is not UTF-8: {name!r}")
    problems.raise_if_any()
    return model


def _names(graph: onnx.GraphProto):
    for what, group in (("an input", graph.input), ("an output", graph.output), ("an initializer", graph.initializer)):
        yield from ((what, item.name) for item in group)
    yield from (("an initializer", sparse.values.name) for sparse in graph.sparse_initializer)
    for node in graph.node:
        yield "a node", node.name
        yield from (("an operator", text) for text in (node.op_type, node.domain))
        yield from (("a tensor", text) for text in (*node.input, *node.output))
        for attribute in node.attribute:
            yield "an attribute", attribute.name
            for inner in [attribute.g, *attribute.graphs]:
                yield from _names(inner)


def _tensors(model: onnx.ModelProto):
    """Every tensor that may have external data, with what it is in messages."""
    for tensor in model.graph.initializer:
        yield f"initializer '{tensor.name}'", tensor
    for sparse in model.graph.sparse_initializer:
        yield f"sparse initializer '{sparse.values.name}'", sparse.values
        yield f"sparse initializer '{sparse.values.name}'", sparse.indices
    yield from _attribute_tensors(model.graph)


def _bytes(model: onnx.ModelProto) -> int:
    """Of the tensors' raw data; protobuf cannot tell the size of what is too large for it."""
    return sum(len(tensor.raw_data) for _, tensor in _tensors(model))


def _attribute_tensors(graph: onnx.GraphProto):
    for node in graph.node:
        for attribute in node.attribute:
            what = f"attribute '{attribute.name}' of node '{node.name}'"
            for tensor in [attribute.t, *attribute.tensors]:
                yield what, tensor
            for sparse in [attribute.sparse_tensor, *attribute.sparse_tensors]:
                yield what, sparse.values
                yield what, sparse.indices
            for inner in [attribute.g, *attribute.graphs]:
                for tensor in inner.initializer:
                    yield f"initializer '{tensor.name}' in node '{node.name}'", tensor
                yield from _attribute_tensors(inner)


def _move_out(model: onnx.ModelProto, file: Path, location: str) -> None:
    """Moves the initializers' bytes into a file that the model then refers to as `location`."""
    with open(file, "wb") as stream:
        for tensor in model.graph.initializer:
            if len(tensor.raw_data) < _SMALL:
                continue
            stream.write(b"\0" * (-stream.tell() % _ALIGNMENT))
            offset = stream.tell()
            stream.write(tensor.raw_data)
            external_data_helper.set_external_data(tensor, location, offset, len(tensor.raw_data))
            tensor.ClearField("raw_data")


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
