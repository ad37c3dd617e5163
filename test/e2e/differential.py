"""Random graphs on random small targets: quantized ones equal to the golden, float ones within 2e-5 of
ONNX Runtime.

python3 test/e2e/differential.py [--seeds 200] [--first 0] [-j N]      a run; failing seeds are shrunk
python3 test/e2e/differential.py --seed 17 [--size 4] [--target edge]  one seed again, --keep FOLDER leaves
its files
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402
import onnx  # noqa: E402

from dnnc_test import compare, judge, random_graph  # noqa: E402
from dnnc_test.golden import Golden  # noqa: E402
from dnnc_test.run import ToolError, Tools, default_build, save_npz  # noqa: E402
from dnnc_test.target import random_target  # noqa: E402

DATAFLOWS = ("auto", "rs", "ws", "os", "is", "nlr", "mixed")
SHRUNK = 5  # failing seeds that are shrunk in a run


def once(
    seed: int,
    size: int,
    build: Path,
    target: str | None,
    dataflow: str | None,
    keep: Path | None = None,
) -> tuple[list[str], str]:
    """The problems of one seed, and its figures."""
    case = random_graph.generate(seed, size)
    tools = Tools(build)
    with tempfile.TemporaryDirectory(prefix="dnnc-differential.") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        model, program = folder / "model.onnx", folder / "prog.bin"
        onnx.save(case.model, model)
        save_npz(folder / "inputs.npz", case.inputs)
        if target is None:
            target = str(folder / "target.yaml")
            Path(target).write_text(random_target(seed))
        try:
            dataflow = dataflow or DATAFLOWS[seed % len(DATAFLOWS)]
            tools.compile(model, program, "--target", target, "--dataflow", dataflow, observe=True)
            run = tools.simulate(program, case.inputs, tensors=True)
        except ToolError as error:
            return [str(error)], case.description
        if keep:
            save_npz(folder / "tensors.npz", run.tensors)
    outputs = [o.name for o in case.model.graph.output]
    if case.quantized:
        result = compare.with_golden(
            Golden(case.model).evaluate(case.inputs, run.tensors), run.tensors, outputs
        )
    else:
        names = [t for n in case.model.graph.node for t in n.output if t in run.tensors]
        result = compare.with_floats(
            judge.run(case.model, case.inputs, names, optimized=False, threads=1), run.tensors, outputs
        )
    return result.problems, f"{case.description}: {result.figures()}"


def attempt(seed, size, build, target, dataflow, keep=None):
    try:
        return once(seed, size, build, target, dataflow, keep)
    except Exception as error:  # the test itself broke: a failure as well, with its name
        return [f"{type(error).__name__}: {error}"], ""


def shrink(seed, size, build, target, dataflow) -> int:
    """The smallest size at which the seed still fails: a graph's steps do not depend on its size."""
    return next((s for s in range(1, size) if attempt(seed, s, build, target, dataflow)[0]), size)


def cause(problem: str) -> str:
    """A problem without the names and numbers of its case, for counting alike ones."""
    text = re.sub(r"\(/.*\)$|/\S+:", "", problem)
    return re.sub(r"\bt?\d[\w.e+-]*", "#", text).strip()[:150]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--size", type=int, default=random_graph.DEFAULT_SIZE, help="steps of a graph")
    parser.add_argument("--target", help="instead of a random one")
    parser.add_argument("--dataflow", choices=DATAFLOWS, help="of every seed; otherwise each has another")
    parser.add_argument("--keep", type=Path, help="leave model, target, inputs, program and tensors here")
    parser.add_argument("--build", type=Path, default=default_build())
    parser.add_argument("-j", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    if arguments.seed is not None:
        problems, figures = attempt(
            arguments.seed, arguments.size, build, arguments.target, arguments.dataflow, arguments.keep
        )
        print(figures, *problems, sep="\n  ")
        print(f"{int(not problems)} passed, {int(bool(problems))} failed")
        return 1 if problems else 0

    seeds = range(arguments.first, arguments.first + arguments.seeds)
    failed, causes = [], Counter()
    with ProcessPoolExecutor(max_workers=max(1, arguments.j)) as pool:
        results = pool.map(
            attempt,
            seeds,
            *([v] * len(seeds) for v in (arguments.size, build, arguments.target, arguments.dataflow)),
        )
        for seed, (problems, figures) in zip(seeds, results):
            if problems:
                failed.append(seed)
                causes[cause(problems[0])] += 1
                print(f"FAIL seed {seed}: {figures}\n  " + "\n  ".join(problems[:3]), flush=True)
                size = (
                    shrink(seed, arguments.size, build, arguments.target, arguments.dataflow)
                    if len(failed) <= SHRUNK
                    else arguments.size
                )
                target = f" --target {arguments.target}" if arguments.target else ""
                target += f" --dataflow {arguments.dataflow}" if arguments.dataflow else ""
                print(
                    f"  again: python3 test/e2e/differential.py --seed {seed} --size {size}{target}",
                    flush=True,
                )
    for text, count in causes.most_common():
        print(f"{count} × {text}")
    print(f"{len(seeds) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    np.seterr(all="ignore")
    sys.exit(main())
