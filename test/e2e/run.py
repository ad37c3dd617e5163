"""End to end: each network compiled, run on the simulator, every observed tensor compared.

python3 test/e2e/run.py [--network NAME]... [--float] [--qdq-s8s8] [--qdq-u8s8] [--qoperator]
                        [--qdq-s16s16] [--pruned] [--full]
                        [--target NAME] [--dataflow NAME|each] [--pinned] [-j N] [--build FOLDER]

Without options: all networks in int8 (QDQ, S8S8 per channel; zero differing elements is the bar), six
small ones in float, and two small ones of which 70% of the weights are zero, in int8. --full adds float and U8S8 of all, QOperator of ResNet-18, and the reduced copies with
odd sizes and batches, also in int16. --pinned compiles each network under several dataflows, saves the
strategies, and pins its nodes to decisions of one after the other.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import onnx  # noqa: E402

from dnnc_test import networks, pruned, quantized, strategies  # noqa: E402
from dnnc_test.check import Report, check  # noqa: E402
from dnnc_test.run import Tools, default_build  # noqa: E402

SMALL_FLOATS = [
    "mobilenet_v2_small",
    "mobilenet_v3_small",
    "efficientnet_b0_small",
    "resnet18_small",
    "unet_small",
    "squeezenet_small",
]
SMALL_PRUNED = ["resnet18_small", "mobilenet_v2_small"]
FORMS = ("float", "qdq-s8s8", "qdq-u8s8", "qoperator", "qdq-s16s16", "pruned")
DATAFLOWS = ("rs", "ws", "os", "is", "nlr", "mixed")
OVERLAP_BAR = {"resnet50": 0.8}  # cycles over the sum of the queues' busy cycles, at most


def cases(arguments) -> list[tuple[str, str]]:
    forms = [
        f for f in FORMS if getattr(arguments, f.replace("-", "_"))
    ]
    if arguments.network or forms:
        chosen = arguments.network or networks.ALL
        return [(n, f) for f in forms or ["qdq-s8s8"] for n in chosen]
    result = [(n, "qdq-s8s8") for n in networks.ALL] + [(n, "float") for n in SMALL_FLOATS]
    result += [(n, "pruned") for n in SMALL_PRUNED]
    if arguments.full:
        small = [*networks.SMALL]
        result += (
            [(n, "float") for n in networks.ALL]
            + [(n, "qdq-u8s8") for n in networks.ALL]
            + [("resnet18", "qoperator")]
        )
        forms = ("float", "qdq-s8s8", "qdq-u8s8", "qdq-s16s16")
        result += [(n, f) for n in small for f in forms if (n, f) not in result]
        result += [("unet_nearest", "qdq-s8s8"), ("unet_linear", "qdq-s8s8")]
    return result


def one(name: str, form: str, build: Path, options: list[str], pinned: bool) -> tuple[Report, float]:
    start = time.monotonic()
    if form == "pruned":
        form, path = "qdq-s8s8", pruned.path(name, "70%")
    else:
        path = networks.path(name) if form == "float" else quantized.path(name, form)
    inputs = networks.inputs(onnx.load(path, load_external_data=False))
    tools = Tools(build)
    # ONNX Runtime has no int16 kernels: it multiplies the dequantized values.
    beside = form != "qdq-s16s16"
    if pinned:
        report = check_pinned(tools, path, inputs, form, options)
    else:
        report = check(tools, path, inputs, form, options, beside)
    bar = OVERLAP_BAR.get(name)
    if bar is not None:
        share = [f for f in report.figures if f.endswith("busy cycles")]
        if share and float(share[0].split()[0]) > bar and not options:
            report.problems.append(f"takes {share[0]}, at most {bar} is allowed")
    return report, time.monotonic() - start


def check_pinned(tools: Tools, path: Path, inputs, form: str, options: list[str]) -> Report:
    """The network with its nodes pinned, in turn, to what they were decided to be under each dataflow; the
    strategy that is saved then has to hold the same decisions."""
    with tempfile.TemporaryDirectory(prefix="dnnc-pinned.") as folder:
        saved = [
            strategies.save(tools, path, Path(folder) / f"{flow}.yaml", *options, f"--dataflow={flow}")
            for flow in DATAFLOWS
        ]
        mixed = strategies.interleave(saved)
        strategy = Path(folder) / "mixed.yaml"
        strategy.write_text(mixed)
        report = check(tools, path, inputs, form, [*options, f"--strategy={strategy}"], beside=False, whole=False)
        report.figures.append(f"{strategies.count(mixed)} nodes pinned")
        again = strategies.save(tools, path, Path(folder) / "again.yaml", *options, f"--strategy={strategy}")
        if again != mixed:
            report.problems.append("the strategy saved from the pinned network differs from its pins")
    return report


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--network",
        action="append",
        choices=[*networks.ALL, *networks.SMALL, "unet_nearest", "unet_linear"],
        metavar="NAME",
        help="one of: " + ", ".join([*networks.ALL, *networks.SMALL]),
    )
    for form in FORMS:
        parser.add_argument(f"--{form}", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--target", help="another target than the default")
    parser.add_argument(
        "--dataflow",
        choices=[*DATAFLOWS, "each"],
        help="of every layer that it can serve, instead of the best of each; each: one after the other",
    )
    parser.add_argument("--pinned", action="store_true", help="nodes pinned to decisions under each dataflow")
    parser.add_argument("--build", type=Path, default=default_build())
    parser.add_argument("-j", type=int, default=os.cpu_count(), help="cases at a time")
    arguments = parser.parse_args()
    flows = DATAFLOWS if arguments.dataflow == "each" else [arguments.dataflow]
    failed, todo = 0, [(*case, flow) for flow in flows for case in cases(arguments)]

    def options(flow: str | None) -> list[str]:
        return [f"--{n}={v}" for n, v in (("target", arguments.target), ("dataflow", flow)) if v]

    with ProcessPoolExecutor(max_workers=max(1, arguments.j)) as pool:
        build = arguments.build.resolve()
        pinned = arguments.pinned
        running = {pool.submit(one, n, f, build, options(flow), pinned): (n, f, flow) for n, f, flow in todo}
        for future in as_completed(running):
            name, form, flow = running[future]
            try:
                report, seconds = future.result()
            except Exception as error:  # a case that breaks must not hide the others
                report, seconds = Report([f"{type(error).__name__}: {error}"]), 0.0
            failed += not report.passed
            under = (f" under {flow}" if flow else "") + (" pinned" if pinned else "")
            print(report.line(f"{name} {form}{under} ({seconds:.1f} s)"), flush=True)
    print(f"{len(todo) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
