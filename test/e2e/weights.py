"""Changing one weight byte in prog.bin changes the tensors as the golden with that weight says.

Where a weight stands in the file is found by compiling the model with that weight changed: the two
programs may differ in that byte of the constants (and in checksums) only. The byte is then changed in the
first program by hand.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import numpy_helper  # noqa: E402

from dnnc_test import compare, networks, program, quantized  # noqa: E402
from dnnc_test.golden import Golden  # noqa: E402
from dnnc_test.run import ToolError, Tools, default_build  # noqa: E402


def changed(model: onnx.ModelProto, name: str, index: int, by: int) -> onnx.ModelProto:
    """The model with one element of an integer initializer changed."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    tensor = next(t for t in copy.graph.initializer if t.name == name)
    values = numpy_helper.to_array(tensor).copy()
    value = int(values.flat[index])
    values.flat[index] = value - by if value > 0 else value + by
    tensor.CopyFrom(numpy_helper.from_array(values, name))
    return copy


def weight_names(golden: Golden) -> list[str]:
    """Integer weights of the model's products."""
    names = []
    for node in golden.graph.nodes:
        if node.op in ("Conv", "ConvTranspose", "Gemm", "MatMul"):
            producer = golden.graph.producer.get(node.inputs[1])
            source = producer.inputs[0] if producer is not None else ""
            if source in golden.graph.constants and golden.graph.constants[source].dtype in (
                np.int8,
                np.uint8,
            ):
                names.append(source)
    return names


def check(
    tools: Tools,
    folder: Path,
    model: onnx.ModelProto,
    options,
    inputs,
    name: str,
    index: int,
    original: bytes,
) -> list[str]:
    other_model, path, other = changed(model, name, index, 40), folder / "other.onnx", folder / "other.bin"
    onnx.save(other_model, path)
    tools.compile(path, other, *options, observe=True)
    data = other.read_bytes()
    if len(data) != len(original):
        return [f"{name}[{index}]: the program's size changed from {len(original)} to {len(data)} bytes"]
    constants = program.section(original, program.CONSTANTS)
    differing = [
        i
        for i in np.flatnonzero(np.frombuffer(data, np.uint8) != np.frombuffer(original, np.uint8))
        if i >= 64 + 32 * len(program.sections(original))
    ]
    inside = [i for i in differing if constants.offset <= i < constants.offset + constants.size]
    if len(differing) != 1 or len(inside) != 1:
        return [
            f"{name}[{index}]: {len(differing)} bytes of the program changed, {len(inside)} of the constants; need 1"
        ]
    patched = bytearray(original)
    patched[inside[0]] = data[inside[0]]
    file = folder / "patched.bin"
    file.write_bytes(program.seal(patched))
    run = tools.simulate(file, inputs, tensors=True)
    tensors = Golden(other_model).evaluate(inputs, run.tensors)
    comparison = compare.with_golden(tensors, run.tensors, [o.name for o in model.graph.output])
    before = Golden(model).evaluate(inputs)
    if all(np.array_equal(t.array, run.tensors[n]) for n, t in before.items() if n in run.tensors):
        return [f"{name}[{index}]: nothing changed in the run"]
    return [f"{name}[{index}]: {p}" for p in comparison.problems]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=default_build())
    parser.add_argument("--bytes", type=int, default=8, help="weight bytes to change")
    arguments = parser.parse_args()
    tools, rng = Tools(arguments.build.resolve()), np.random.default_rng(7)
    options: list[str] = []
    source = quantized.path("mobilenet_v2_small", "qdq-s8s8")
    model = onnx.load(source)
    inputs = networks.inputs(model)
    names = weight_names(Golden(model))
    failed = 0
    with tempfile.TemporaryDirectory(prefix="dnnc-weights.") as scratch:
        folder = Path(scratch)
        try:
            tools.compile(source, folder / "original.bin", *options, observe=True)
            original = (folder / "original.bin").read_bytes()
        except ToolError as error:
            print(f"FAIL {error}\n0 passed, 1 failed")
            return 1
        for name in rng.choice(names, min(arguments.bytes, len(names)), replace=False):
            index = int(rng.integers(Golden(model).graph.constants[name].size))
            try:
                problems = check(tools, folder, model, options, inputs, str(name), index, original)
            except ToolError as error:
                problems = [str(error)]
            failed += bool(problems)
            print(f"{'FAIL' if problems else 'pass'} {name}[{index}]", *problems[:3], sep="\n  ", flush=True)
    total = min(arguments.bytes, len(names))
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
