"""Two oracles that share no code against each other: the golden evaluator in NumPy over the ONNX graph,
and the compiler's reference over the dnn it imported and folded. Every tensor of quantized networks and
random graphs; no accelerator.

python3 test/e2e/reference.py [--seeds 100] [--network NAME]... [-j N]
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import onnx  # noqa: E402

from dnnc_test import compare, networks, quantized, random_graph, reference  # noqa: E402
from dnnc_test.golden import Golden  # noqa: E402
from dnnc_test.run import ToolError, Tools, default_build  # noqa: E402

NETWORKS = [
    *networks.SMALL,
    "mobilenet_v2",
    "mobilenet_v3",
    "efficientnet_b0",
    "resnet18",
    "shufflenet",
    "squeezenet",
]


def one(name: str | int, build: Path) -> compare.Comparison:
    """A network by name, or a random graph by seed."""
    if isinstance(name, int):
        case = random_graph.generate(name)
        model, inputs = case.model, case.inputs
    else:
        model = onnx.load(quantized.path(name, "qdq-s8s8"))
        inputs = networks.inputs(model)
    golden = Golden(model)
    expected = golden.evaluate(inputs)
    try:
        have = reference.evaluate(Tools(build), model, inputs, {n: t.array for n, t in expected.items()})
    except ToolError as error:
        return compare.Comparison(problems=[str(error)])
    return compare.with_golden(golden.evaluate(inputs, have), have, list(expected))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--network", action="append", choices=[*networks.ALL, *networks.SMALL])
    parser.add_argument("--build", type=Path, default=default_build())
    parser.add_argument("-j", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    cases = arguments.network or [*NETWORKS, *range(arguments.first, arguments.first + arguments.seeds)]
    failed, elements = 0, 0
    with ProcessPoolExecutor(max_workers=max(1, arguments.j)) as pool:
        for name, result in zip(cases, pool.map(one, cases, [arguments.build.resolve()] * len(cases))):
            failed += not result.passed
            elements += result.elements
            if not result.passed or isinstance(name, str):
                label = name if isinstance(name, str) else f"random graph {name}"
                print(
                    f"{'pass' if result.passed else 'FAIL'} {label}: {result.figures()}",
                    *result.problems[:3],
                    sep="\n  ",
                    flush=True,
                )
    print(f"{elements} integers compared")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
