"""The same integer results on every target, and more DRAM bandwidth never costs a cycle.

python3 test/e2e/targets.py [--targets 20] [--first 0] [--network NAME]... [-j N]

Each network runs on random targets (on-chip memory 32 KiB to 2 MiB, arrays 1×1 to 16×16); every observed
tensor is compared with the golden fed with the run's own tensors, and the tensors that no float work
precedes are bit-equal to those on `edge`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import onnx  # noqa: E402

from dnnc_test import compare, networks, quantized  # noqa: E402
from dnnc_test.golden import Golden  # noqa: E402
from dnnc_test.run import ToolError, Tools, default_build  # noqa: E402
from dnnc_test.target import random_target  # noqa: E402

NETWORKS = ["squeezenet", "shufflenet", "mobilenet_v2", "efficientnet_b0", "resnet18", "unet"]


def digests(tensors, names) -> dict[str, str]:
    return {n: hashlib.sha256(tensors[n].tobytes()).hexdigest() for n in names if n in tensors}


def bandwidth_of(yaml: str) -> float:
    return float(
        next(line.split(":")[1] for line in yaml.splitlines() if line.strip().startswith("bandwidth:"))
    )


def one(name: str, seed: int | None, build: Path) -> tuple[str, dict[str, str], list[str], float]:
    """A network on a random target, or on edge where there is no seed: figures, digests, problems,
    seconds.
    """
    start, tools = time.monotonic(), Tools(build)
    path = quantized.path(name, "qdq-s8s8")
    model = onnx.load(path)
    inputs, golden = networks.inputs(model), Golden(model)
    exact = [n for n, t in golden.evaluate(inputs).items() if t.exact]
    with tempfile.TemporaryDirectory(prefix="dnnc-targets.") as scratch:
        folder = Path(scratch)
        options = []
        if seed is not None:
            (folder / "target.yaml").write_text(random_target(seed))
            options = ["--target", folder / "target.yaml"]
        try:
            tools.compile(path, folder / "observed.bin", *options, observe=True)
            run = tools.simulate(folder / "observed.bin", inputs, tensors=True)
            result = compare.with_golden(
                golden.evaluate(inputs, run.tensors), run.tensors, [o.name for o in model.graph.output]
            )
            problems = result.problems
            figures = f"{result.figures()}, {run.stats['cycles']} cycles"
            if seed is not None:
                double = 2 * bandwidth_of(random_target(seed))
                faster = tools.simulate(folder / "observed.bin", inputs, "--set", f"dram.bandwidth={double}")
                figures += f", {faster.stats['cycles']} with twice the bandwidth"
                if faster.stats["cycles"] > run.stats["cycles"]:
                    problems.append(
                        f"twice the DRAM bandwidth: {faster.stats['cycles']} cycles, not {run.stats['cycles']}"
                    )
        except ToolError as error:
            return "", {}, [str(error)], time.monotonic() - start
    return figures, digests(run.tensors, exact), problems, time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--network", action="append", choices=NETWORKS)
    parser.add_argument("--build", type=Path, default=default_build())
    parser.add_argument("-j", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    chosen, build = arguments.network or NETWORKS, arguments.build.resolve()
    cases = [
        (n, s) for n in chosen for s in (None, *range(arguments.first, arguments.first + arguments.targets))
    ]
    reference: dict[str, dict[str, str]] = {}
    failed = 0
    with ProcessPoolExecutor(max_workers=max(1, arguments.j)) as pool:
        results = pool.map(one, *zip(*cases), [build] * len(cases))
        for (name, seed), (figures, digest, problems, seconds) in zip(cases, results):
            if seed is None:
                reference[name] = digest
            other = [n for n, d in digest.items() if n in reference[name] and reference[name][n] != d]
            problems = problems + [f"{n} differs from its values on edge" for n in other]
            failed += bool(problems)
            where = "edge" if seed is None else f"random target {seed}"
            print(
                f"{'FAIL' if problems else 'pass'} {name} on {where} ({seconds:.1f} s): {figures}",
                *problems[:3],
                sep="\n  ",
                flush=True,
            )
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
