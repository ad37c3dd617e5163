"""Builds, compiles ResNet-50, runs it on the simulator and compares (scripts/demo does the set-up and starts this).

scripts/demo [--preset NAME]      build/NAME is used, release if not given
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test"))

import numpy as np  # noqa: E402
import onnx  # noqa: E402

from dnnc_test import compare, judge, networks, quantized  # noqa: E402
from dnnc_test.check import quantized_tensors  # noqa: E402
from dnnc_test.golden import Golden  # noqa: E402
from dnnc_test.run import ToolError, Tools, load_npz, save_npz  # noqa: E402

DEMO = ROOT / "build" / "demo"


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def say(text: str = "") -> None:
    print(text, flush=True)


def build(preset: str) -> Tools:
    folder = ROOT / "build" / preset
    commands = [["cmake", "--build", "--preset", preset, "-j", str(os.cpu_count())]]
    if not (folder / "build.ninja").exists():
        commands.insert(0, ["cmake", "--preset", preset])
    start = time.monotonic()
    say(f"== build into {shown(folder)}")
    for command in commands:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            say(done.stdout)
            raise ToolError(f"'{' '.join(command)}' failed")
    say(f"{time.monotonic() - start:.0f} s")
    return Tools(folder)


def run(tools: Tools, *command) -> str:
    """Runs a tool and shows the command and how long it took."""
    name, *arguments = command
    outcome = tools.expect(name, *arguments)
    words = [shown(tools.binary(name)), *(shown(a) if isinstance(a, Path) else str(a) for a in arguments)]
    say(f"$ {' '.join(words)}        # {outcome.seconds:.1f} s")
    return outcome.stdout


def put(model: Path, name: str) -> Path:
    """A copy of a model of the cache, with its external data."""
    folder = DEMO / name
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for file in model.parent.iterdir():
        os.symlink(file, folder / file.name)
    return folder / model.name


def float_run(tools: Tools) -> bool:
    say("\n== ResNet-50 in float32: the onnx wheel's light_resnet50 with seeded random weights")
    model = put(networks.path("resnet50"), "resnet50")
    program, inputs, outputs = (DEMO / f"resnet50{end}" for end in (".bin", ".inputs.npz", ".outputs.npz"))
    image = networks.inputs(onnx.load(model, load_external_data=False))
    save_npz(inputs, image)
    run(tools, "dnnc", model, "-o", program)
    say(run(tools, "dnnc-sim", program, "--inputs", inputs, "--output", outputs).rstrip())
    have, need = load_npz(outputs), judge.run(model.resolve(), image)
    good = True
    for name, reference in need.items():
        difference = compare.relative(have[name], reference)
        same = bool((have[name].argmax(-1) == reference.argmax(-1)).all())
        good &= difference <= compare.FLOAT_BAR and same
        say(
            f"'{name}' against ONNX Runtime: largest difference over largest value {difference:.1e} "
            f"(allowed {compare.FLOAT_BAR:.0e}), {'the same' if same else 'ANOTHER'} class"
        )
    return good


def integer_run(tools: Tools) -> bool:
    say("\n== ResNet-50 in int8: the same, quantized by onnxruntime.quantization (QDQ, S8S8, per channel)")
    model = put(quantized.path("resnet50", "qdq-s8s8"), "resnet50-int8")
    program, observed = DEMO / "resnet50-int8.bin", DEMO / "resnet50-int8.observed.bin"
    inputs, outputs, stats = (DEMO / f"resnet50-int8.{end}" for end in ("inputs.npz", "outputs.npz", "stats.json"))
    tensors = DEMO / "resnet50-int8.tensors.npz"
    image = networks.inputs(onnx.load(model, load_external_data=False))
    save_npz(inputs, image)
    run(tools, "dnnc", model, "-o", program)
    say(run(tools, "dnnc-sim", program, "--inputs", inputs, "--output", outputs, "--stats", stats).rstrip())
    say("\nThe same with every tensor kept, to compare each with the golden of the tests:")
    run(tools, "dnnc", model, "-o", observed, "--observe", "all")
    run(tools, "dnnc-sim", observed, "--inputs", inputs, "--tensors", tensors)
    proto = onnx.load(model.resolve())
    golden = Golden(proto)
    kept = load_npz(tensors)
    comparison = quantized_tensors(proto, image, kept, golden)
    say(f"against the golden: {comparison.figures()}")
    for problem in comparison.problems[:5]:
        say(f"  {problem}")
    judged = judge.run(model.resolve(), image)
    plain = load_npz(outputs)
    for name, reference in judged.items():
        same = bool((plain[name].argmax(-1) == reference.argmax(-1)).all())
        say(
            f"'{name}' against ONNX Runtime: largest difference over largest value "
            f"{compare.relative(plain[name], reference):.1e}, {'the same' if same else 'ANOTHER'} class"
        )
    return comparison.passed and all(np.array_equal(plain[n], kept[n]) for n in judged)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="release")
    arguments = parser.parse_args()
    DEMO.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    try:
        tools = build(arguments.preset)
        good = [float_run(tools), integer_run(tools)]
    except ToolError as error:
        say(f"scripts/demo: {error}")
        return 1
    say(f"\nThe demonstration {'succeeded' if all(good) else 'FAILED: the results differ'} "
        f"({time.monotonic() - start:.0f} s); models and programs are in {shown(DEMO)}")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
