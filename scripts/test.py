"""Builds, and runs the tests (scripts/test does the set-up and starts this).

scripts/test                 build, unit and lit tests, Python tests, all networks in int8, six small ones in
                             float and two pruned, three small ones under each dataflow and pinned to a mixture of them,
                             random pinned mappings, 200 random graphs, random targets, changed weights, damaged
                             input
scripts/test --full          the rest: every network in float and in the other quantized forms, and in int8 under
                             each dataflow and pinned, more mappings, 20 targets, and the sanitizer build with unit tests,
                             lit tests and damaged input
scripts/test STEP...         some steps only; --list names them

Its last line counts what passed and failed over all steps; every step's own output stays as it is.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python3"
LIT = Path("/usr/lib/llvm-22/bin/lit")


@dataclass
class Count:
    passed: int = 0
    failed: int = 0

    def add(self, passed: int, failed: int):
        self.passed += passed
        self.failed += failed


class Stop(Exception):
    """Nothing that comes after this step can run."""


def call(*command, **environment) -> tuple[int, str]:
    """Runs a command, shows what it prints as it comes, and returns that as well."""
    merged = os.environ | environment
    with subprocess.Popen(
        [str(c) for c in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=merged,
        cwd=ROOT,
    ) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            print(line, end="", flush=True)
    return process.returncode, "".join(lines)


def build(preset: str | None = None):
    def run(count: Count, arguments) -> None:
        name = preset or arguments.preset
        build = ["cmake", "--build", "--preset", name, "--target", "all", "unit-tests", "-j", arguments.j]
        if call("cmake", "--preset", name)[0] or call(*build)[0]:
            raise Stop(f"the {name} build failed")

    return run


def unit(preset: str | None = None):
    """Every GoogleTest executable."""

    def run(count: Count, arguments) -> None:
        tests = sorted((ROOT / "build" / (preset or arguments.preset) / "unit").glob("*Test"))
        for test in tests:
            code, text = call(test, "--gtest_brief=1")
            passed = sum(int(n) for n in re.findall(r"^\[  PASSED  \] (\d+) tests?\.", text, re.M))
            failed = sum(int(n) for n in re.findall(r"^ ?(\d+) FAILED TESTS?", text, re.M))
            count.add(passed, max(failed, int(code != 0)))
        if not tests:
            count.add(0, 1)
            print(f"no unit test in build/{preset or arguments.preset}/unit")

    return run


def lit(preset: str | None = None):
    def run(count: Count, arguments) -> None:
        code, text = call(LIT, "-sv", f"-j{arguments.j}", ROOT / "build" / (preset or arguments.preset) / "test")
        passed = sum(int(n) for n in re.findall(r"^ *Passed *: *(\d+)", text, re.M))
        failed = sum(
            int(n)
            for n in re.findall(
                r"^ *(?:Failed|Unresolved|Timed Out|Unexpectedly Passed) *: *(\d+)", text, re.M
            )
        )
        count.add(passed, max(failed, int(code != 0)))

    return run


def unittests(count: Count, arguments) -> None:
    code, text = call(PYTHON, "-m", "unittest", "discover", "-s", "test/python", PYTHONPATH="test:python")
    ran = re.search(r"^Ran (\d+) tests?", text, re.M)
    failed = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", text))
    failed = max(failed, int(code != 0))
    count.add(int(ran[1]) - failed if ran else 0, failed)


def script(name: str, *options: str, preset: str | None = None, full: tuple[str, ...] | None = None):
    """One of test/e2e, whose last line counts."""

    def run(count: Count, arguments) -> None:
        more = full if full is not None and arguments.full else options
        parallel = ["-j", arguments.j] if name != "weights" else []
        build = ROOT / "build" / (preset or arguments.preset)
        code, text = call(PYTHON, ROOT / "test" / "e2e" / f"{name}.py", "--build", build, *more, *parallel)
        last = re.findall(r"^(\d+) passed, (\d+) failed$", text, re.M)
        passed, failed = map(int, last[-1]) if last else (0, 1)
        count.add(passed, max(failed, int(code != 0)))

    return run


PINNED = ("--pinned", "--qdq-s8s8")
EACH = ("--dataflow", "each", "--qdq-s8s8")
SMALL = ("--network", "mobilenet_v2_small", "--network", "resnet18_small", "--network", "squeezenet_small")

STEPS = {
    "build": build(),
    "unit": unit(),
    "lit": lit(),
    "python": unittests,
    "reference": script("reference", full=("--seeds", "1000")),
    "networks": script("run", full=("--full",)),
    "dataflows": script("run", *EACH, *SMALL, full=EACH),
    "pinned": script("run", *PINNED, *SMALL, full=PINNED),
    "mappings": script("mappings", "--rounds", "3", full=("--rounds", "20")),
    "differential": script("differential", full=("--seeds", "1000")),
    "targets": script("targets", "--targets", "2", full=("--targets", "20")),
    "weights": script("weights", full=("--bytes", "40")),
    "damaged": script("damaged", full=("--flips", "3000", "--model-flips", "500")),
}
FULL_STEPS = {
    "asan-build": build("asan"),
    "asan-unit": unit("asan"),
    "asan-lit": lit("asan"),
    "asan-damaged": script("damaged", preset="asan"),
    "asan-differential": script("differential", "--seeds", "60", preset="asan"),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("steps", nargs="*", metavar="STEP")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--preset", default="release", help="the build that is tested")
    parser.add_argument("--list", action="store_true", help="name the steps")
    parser.add_argument("-j", type=int, default=os.cpu_count(), help="jobs at a time")
    arguments = parser.parse_args()
    known = STEPS | FULL_STEPS
    if arguments.list:
        print("\n".join(known))
        return 0
    unknown = [s for s in arguments.steps if s not in known]
    if unknown:
        parser.error(f"unknown step {', '.join(unknown)}; have {', '.join(known)}")
    chosen = arguments.steps or [*STEPS, *(FULL_STEPS if arguments.full else [])]
    total, lines, stopped = Count(), [], False
    for name in chosen:
        print(f"== {name}", flush=True)
        start, count = time.monotonic(), Count()
        try:
            known[name](count, arguments)
        except Stop as stop:
            print(f"scripts/test: {stop}; the steps after it were not run")
            count.add(0, 1)
            stopped = True
        total.add(count.passed, count.failed)
        counted = f", {count.passed} passed, {count.failed} failed" if count.passed or count.failed else ""
        lines.append(f"{name}: {time.monotonic() - start:.0f} s{counted}")
        if stopped:
            break
    print("== summary", *lines, f"{total.passed} passed, {total.failed} failed", sep="\n")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
