"""Damaged input ends in a clear error and exit code 1, or, for a program, in a run that stays inside the
machine's memories; never in a crash, a raw exception or a hang.

python3 test/e2e/damaged.py [--flips 300] [--model-flips 60] [--strategies 100] [--build build/asan]
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402
import onnx  # noqa: E402

from dnnc_test import networks  # noqa: E402
from dnnc_test.damage import models, programs, strategies, targets  # noqa: E402
from dnnc_test.run import Outcome, Tools, default_build, save_npz  # noqa: E402
from dnnc_test.target import random_target  # noqa: E402

LIMIT = 60  # seconds for a model or a target
# Seconds for a damaged program: a loop count may be any number, so a long run is no fault of the simulator
RUN_LIMIT = 5


class Tests:
    def __init__(self, tools: Tools, jobs: int):
        self.tools, self.counts, self.failures = tools, Counter(), []
        self.pool = ThreadPoolExecutor(jobs)

    def judge(self, name: str, outcome: Outcome, words=(), codes=(1,)):
        """`words`: what the message must hold."""
        text = outcome.stderr + outcome.stdout
        missing = [w for w in words if w and w not in text]
        if outcome.crashed:
            problem = "hangs" if outcome.code is None else f"crashes ({outcome.code})"
        elif outcome.code not in codes:
            problem = f"ends with {outcome.code}, need {' or '.join(map(str, codes))}"
        elif outcome.code and not outcome.stderr.strip():
            problem = "says nothing"
        elif missing and outcome.code:
            problem = f"does not mention {', '.join(missing)}"
        else:
            self.counts["passed"] += 1
            return
        self.counts["failed"] += 1
        print(f"FAIL {name}: {Path(outcome.command[0]).name} {problem}: {outcome.message()}", flush=True)

    def models(self, folder: Path, flips: int):
        inner = folder / "models"
        inner.mkdir()
        for name, (make, words) in models.MODELS.items():
            path = inner / f"{name.replace(' ', '_').replace(',', '')}.onnx"
            path.write_bytes(make(inner).SerializeToString())
            outcome = self.tools.call("dnnc", path, "-o", inner / "out.bin", timeout=LIMIT)
            self.judge(name, outcome, words or (), (0, 1) if words is None else (1,))
        good = networks.build("unet_small").SerializeToString()
        broken = folder / "broken"
        broken.mkdir()
        for name, path in models.broken_files(broken, good).items():
            self.judge(name, self.tools.call("dnnc", path, "-o", folder / "out.bin", timeout=LIMIT))
        # Flipped bits may leave a good model: any result but a crash will do.
        head = models.small().SerializeToString()
        for seed in range(flips):
            rng = np.random.default_rng(seed)
            data = bytearray(good if seed % 2 else head)
            structure = min(len(data), 6000)
            for _ in range(int(rng.integers(1, 4))):
                data[int(rng.integers(structure)) - (structure if seed % 4 == 1 else 0)] ^= 1 << int(
                    rng.integers(8)
                )
            path = broken / f"flip{seed}.onnx"
            path.write_bytes(data)
            self.judge(
                f"model with flipped bits, seed {seed}",
                self.tools.call("dnnc", path, "-o", folder / "out.bin", timeout=LIMIT),
                codes=(0, 1),
            )
        self.judge(
            "output that cannot be written",
            self.tools.call("dnnc", self.model(folder), "-o", folder / "no" / "p.bin"),
        )

    def model(self, folder: Path) -> Path:
        path = folder / "good.onnx"
        if not path.exists():
            onnx.save(networks.build("unet_small", width=0.25, size=(16, 16), depth=1), path)
        return path

    def targets(self, folder: Path):
        good, model = random_target(3), self.model(folder)
        path = folder / "target.yaml"
        path.write_text(good)
        self.judge(
            "good target",
            self.tools.call("dnnc", model, "--target", path, "-o", folder / "p.bin", timeout=LIMIT),
            codes=(0,),
        )
        for name, (edit, word) in targets.TARGETS.items():
            path.write_text(edit(good))
            outcome = self.tools.call("dnnc", model, "--target", path, "-o", folder / "p.bin", timeout=LIMIT)
            self.judge(f"target: {name}", outcome, [word])
            if outcome.code == 1 and word and not re.search(r"target\.yaml:\d+", outcome.stderr):
                self.counts["failed"] += 1
                print(f"FAIL target: {name}: the message has no line number: {outcome.message()}")
        path.write_text(good)
        for name in ("no-such-target", folder / "gone.yaml", folder):
            self.judge(
                f"target {name}",
                self.tools.call("dnnc", model, "--target", name, "-o", folder / "p.bin", timeout=LIMIT),
            )
        tiny = re.sub(r"(\bbytes:) *\d+", r"\1 16", good[good.index("memories:") :])
        path.write_text(good[: good.index("memories:")] + tiny)
        self.judge(
            "target with 16-byte memories",
            self.tools.call("dnnc", model, "--target", path, "-o", folder / "p.bin", timeout=LIMIT),
        )

    def strategies(self, folder: Path, count: int):
        """Compiles with damaged strategy files: an error with a place in the file, or a program."""
        model, good = self.model(folder), folder / "good.yaml"
        saved = self.tools.call("dnnc", model, "-o", folder / "p.bin", "--save-strategy", good, timeout=LIMIT)
        self.judge("strategy saved", saved, codes=(0,))
        if saved.code != 0:
            return
        text = good.read_text()

        def one(seed: int):
            path = folder / f"strategy{seed}.yaml"
            path.write_text(strategies.damaged(text, seed))
            program = folder / f"strategy{seed}.bin"
            return self.tools.call("dnnc", model, "-o", program, "--strategy", path, timeout=LIMIT)

        ended = Counter()
        for seed, run in enumerate(self.pool.map(one, range(count))):
            ended["error" if run.code else "compiled"] += 1
            self.judge(f"damaged strategy, seed {seed}", run, [f"strategy{seed}.yaml"], codes=(0, 1))
        print(f"damaged strategies: {', '.join(f'{n} {what}' for what, n in ended.most_common())}")

    def programs(self, folder: Path, flips: int):
        model, program = self.model(folder), folder / "good.bin"
        inputs = networks.inputs(onnx.load(model))
        (folder / "random.yaml").write_text(random_target(5))
        compiled = self.tools.call(
            "dnnc", model, "-o", program, "--target", folder / "random.yaml", timeout=LIMIT
        )
        self.judge("good model", compiled, codes=(0,))
        if compiled.code != 0:
            return
        data = program.read_bytes()
        given = folder / "inputs.npz"
        save_npz(given, inputs)
        self.judge("good program", self.tools.call("dnnc-sim", program, "--inputs", given), codes=(0,))
        damaged = {
            f"program cut at {p:.0%}": programs.cut(data, p)
            for p in (0, 0.002, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.999)
        }
        damaged |= {
            "program cut, header as it was": data[: len(data) // 2],
            "checksum wrong": data[:-70] + bytes([data[-70] ^ 1]) + data[-69:],
            "no program": b"no program at all" * 30,
        }
        must_fail = set(damaged)
        damaged |= {f"program with flipped bits, seed {s}": programs.flipped(data, s) for s in range(flips)}

        def one(item):
            number, (name, content) = item
            path = folder / f"damaged{number}.bin"
            path.write_bytes(content)
            run = self.tools.call("dnnc-sim", path, "--inputs", given, timeout=RUN_LIMIT)
            shown = self.tools.call("dnnc-objdump", path, timeout=LIMIT) if number % 5 == 0 else None
            path.unlink()
            return name, run, shown

        ended = Counter()
        for name, run, shown in self.pool.map(one, enumerate(damaged.items())):
            if run.code is None and name not in must_fail:
                ended["still running"] += 1
                continue
            ended["error" if run.code else "ran"] += 1
            self.judge(name, run, codes=(1,) if name in must_fail else (0, 1))
            if shown is not None:
                self.judge(f"{name}, shown", shown, codes=(0, 1))
        print(f"damaged programs: {', '.join(f'{n} {what}' for what, n in ended.most_common())}")
        if ended["still running"] > len(damaged) / 10:
            self.counts["failed"] += 1
            print(f"FAIL {ended['still running']} damaged programs do not end within {RUN_LIMIT} s")
        for name, wrong in programs.tensors(inputs).items():
            save_npz(given, wrong)
            self.judge(name, self.tools.call("dnnc-sim", program, "--inputs", given))
        given.write_bytes(given.read_bytes()[:100])
        self.judge("inputs cut", self.tools.call("dnnc-sim", program, "--inputs", given))
        self.judge(
            "inputs that are not there", self.tools.call("dnnc-sim", program, "--inputs", folder / "gone.npz")
        )
        for setting in (
            "dram.bandwidth=0",
            "dram.bandwidth=fast",
            "no.such.field=1",
            "array.pe_rows=-1",
            "dram.bandwidth",
        ):
            self.judge(
                f"--set {setting}", self.tools.call("dnnc-sim", program, "--set", setting), codes=(1, 2)
            )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--flips", type=int, default=300, help="programs with flipped bits")
    parser.add_argument("--model-flips", type=int, default=60, help="models with flipped bits")
    parser.add_argument("--strategies", type=int, default=100, help="damaged strategy files")
    parser.add_argument("--only", choices=["models", "targets", "strategies", "programs"])
    parser.add_argument("--build", type=Path, default=default_build())
    parser.add_argument("-j", type=int, default=2)
    arguments = parser.parse_args()
    tests = Tests(Tools(arguments.build.resolve()), arguments.j)
    with tempfile.TemporaryDirectory(prefix="dnnc-damaged.") as scratch:
        folder = Path(scratch)
        if arguments.only in (None, "models"):
            tests.models(folder, arguments.model_flips)
        if arguments.only in (None, "targets"):
            tests.targets(folder)
        if arguments.only in (None, "strategies"):
            tests.strategies(folder, arguments.strategies)
        if arguments.only in (None, "programs"):
            tests.programs(folder, arguments.flips)
    print(f"{tests.counts['passed']} passed, {tests.counts['failed']} failed")
    return 1 if tests.counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
