"""Runs the tools of a build folder, as users do (contracts.md, Command line)."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dnnc_test.cache import ROOT

TIMEOUT = 600  # seconds; a tool that takes longer hangs


class ToolError(RuntimeError):
    """A tool that should have succeeded and did not."""


@dataclass
class Outcome:
    command: list[str]
    code: int | None  # None: it had to be stopped
    stdout: str
    stderr: str
    seconds: float

    @property
    def crashed(self) -> bool:
        """Ended by a signal, or by a raw exception or a sanitizer."""
        words = (
            "terminate called",
            "AddressSanitizer",
            "runtime error:",
            "Assertion",
            "PLEASE submit a bug report",
        )
        return self.code is None or self.code < 0 or self.code >= 126 or any(w in self.stderr for w in words)

    def message(self) -> str:
        lines = (self.stderr.strip() or self.stdout.strip()).splitlines()
        errors = [line for line in lines if "error" in line]
        return " | ".join((errors or lines)[:3])[:400]


@dataclass
class Tools:
    """The tools of a build folder."""

    build: Path = field(default_factory=lambda: default_build())

    def binary(self, name: str) -> Path:
        path = self.build / "bin" / name
        if not path.exists():
            raise ToolError(f"{path} is missing: build {name} first")
        return path

    def call(self, name: str, *arguments, timeout: float = TIMEOUT) -> Outcome:
        command = [str(self.binary(name)), *map(str, arguments)]
        start = time.monotonic()
        try:
            done = subprocess.run(command, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL)
            code, out, err = done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired as expired:
            code, out, err = None, expired.stdout or b"", expired.stderr or b""
        return Outcome(
            command,
            code,
            out.decode(errors="replace"),
            err.decode(errors="replace"),
            time.monotonic() - start,
        )

    def expect(self, name: str, *arguments, timeout: float = TIMEOUT) -> Outcome:
        outcome = self.call(name, *arguments, timeout=timeout)
        if outcome.code != 0:
            state = "was stopped" if outcome.code is None else f"ended with {outcome.code}"
            raise ToolError(f"{name} {state}: {outcome.message()} ({' '.join(outcome.command)})")
        return outcome

    def compile(self, model: Path, program: Path, *options, observe: bool = False) -> Outcome:
        return self.expect("dnnc", model, "-o", program, *(["--observe", "all"] if observe else []), *options)

    def prune(self, model: Path, pruned: Path, *options) -> Outcome:
        return self.expect("dnnc-prune", model, "-o", pruned, *options)

    def simulate(
        self, program: Path, inputs: dict[str, np.ndarray], *options, tensors: bool = False
    ) -> Result:
        """Outputs, statistics, and with `tensors` every observed tensor."""
        with tempfile.TemporaryDirectory(prefix="dnnc-run.") as folder:
            files = {n: Path(folder) / f"{n}.npz" for n in ("inputs", "outputs", "tensors")}
            stats = Path(folder) / "stats.json"
            save_npz(files["inputs"], inputs)
            arguments = [program, "--inputs", files["inputs"], "--output", files["outputs"], "--stats", stats]
            if tensors:
                arguments += ["--tensors", files["tensors"]]
            outcome = self.expect("dnnc-sim", *arguments, *options)
            outputs = load_npz(files["outputs"])
            return Result(
                outputs,
                (load_npz(files["tensors"]) if tensors else {}) | outputs,
                json.loads(stats.read_text()),
                outcome.seconds,
            )


@dataclass
class Result:
    outputs: dict[str, np.ndarray]
    tensors: dict[str, np.ndarray]  # the outputs among them
    stats: dict
    seconds: float


def default_build() -> Path:
    """DNNC_BUILD, or the newest of build/release and build/dev that has the compiler."""
    if "DNNC_BUILD" in os.environ:
        return Path(os.environ["DNNC_BUILD"]).resolve()
    builds = [ROOT / "build" / name for name in ("release", "dev")]
    built = [b for b in builds if (b / "bin" / "dnnc").exists()]
    return max(built, key=lambda b: (b / "bin" / "dnnc").stat().st_mtime) if built else builds[0]


def save_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Like np.savez, for names of any kind."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, np.asarray(array, order="C"), allow_pickle=False)


def load_npz(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
