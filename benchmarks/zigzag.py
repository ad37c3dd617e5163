"""ZigZag's mappings of AlexNet and ResNet-18 on its eyeriss_like hardware, executed beside ours.

For each layer and objective (latency, energy): ZigZag searches; its mapping is converted, imported by a
strategy file and executed, ours is found by `dnnc --objective` on the same machine
(benchmarks/peers/zigzag-eyeriss-like.yaml) and executed, all checked against exact arithmetic. `reference`
is the executed figure of ZigZag's mapping; its own estimate stands beside, without a bar.

A conversion is faithful where its mapping runs here with all the reuse that ZigZag means, and degraded where
our machine cannot keep what its spads keep, or runs loops in another order or with another memory: its row
says how. Two rows at the end divide the layers so.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common import layers
from common.rows import row
from common.strategy import Mapping
from dnnc_test.cache import ROOT
from dnnc_test.run import ToolError, Tools

FOLDER = Path(__file__).resolve().parent / "peers"
TARGET = FOLDER / "zigzag-eyeriss-like.yaml"
NETWORKS = ("alexnet", "resnet18")
OBJECTIVES = {"latency": "latency_cycles", "energy": "energy_pj"}
VERSION = "3.9.1"
PACKAGES = (f"zigzag-dse=={VERSION}", "six")  # six: imported by zigzag, not required by its package
DIMS = {"B": "N", "G": "G", "K": "M", "C": "C", "OY": "P", "OX": "Q", "FY": "R", "FX": "S"}
# Of the steps that a search may take, so that results do not depend on the machine; the proof is not waited for.
SEARCH_EFFORT = 0.05
#: What tells layers and their mappings apart.
SIGNATURE = ("op", "ifmap", "weights", "strides", "pads", "group", "sizes", "loops", "spatial")
#: Loops that change what a PE holds of an operand.
RELEVANT = {"I": "NGCPQRS", "W": "GMCRS", "O": "NGMPQ"}
SPAD_WORDS = {"I": 64, "W": 64, "O": 8}
WEIGHT_BYTES = 65536  # of sram_64KB


class Missing(RuntimeError):
    """ZigZag cannot be had here."""


def environment() -> Path:
    """The Python of ZigZag's own environment, made at first use."""
    folder = ROOT / ".cache" / "zigzag" / "env"
    python = folder / "bin" / "python"
    # After the import, so that what is missing is installed too.
    version = "import zigzag.api, importlib.metadata; print(importlib.metadata.version('zigzag-dse'))"
    probe = [python, "-c", version]
    if not python.exists() or subprocess.run(probe, capture_output=True, text=True).stdout.split()[-1:] != [VERSION]:
        venv.create(folder, with_pip=True)
        install = [python, "-m", "pip", "install", "-q", *PACKAGES]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"pip install {' '.join(PACKAGES)}: {done.stderr.strip().splitlines()[-1]}")
    return python


def peer(python: Path, network: str, objective: str, folder: Path) -> dict:
    """What ZigZag found, measured in this run."""
    destination = folder / f"{network}-{objective}.json"
    done = subprocess.run(
        [python, FOLDER / "zigzag_search.py", network, objective, destination],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    if done.returncode:
        raise Missing(f"zigzag ended with {done.returncode}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(destination.read_text())


def layer_of(name: str, found: dict) -> layers.Layer:
    """The ONNX node as ZigZag read it."""
    if found["op"] == "Gemm":
        filters, channels = found["weights"]
        return layers.Layer(name, found["ifmap"][0], 1, filters, channels, matrix=True)
    images, channels, height, width = found["ifmap"]
    return layers.Layer(
        name,
        images,
        found["group"],
        found["weights"][0],
        channels,
        height,
        width,
        tuple(found["weights"][2:]),
        tuple(found["strides"]),
        tuple(found["pads"]),
    )


@dataclass
class Nest:
    """ZigZag's mapping of a layer: temporal loops innermost first, and how many of them each operand's spad
    is outside of.
    """

    loops: list[tuple[str, int]]
    in_spad: dict[str, int]
    rows: tuple[str, int]  # dimension and factor spread over PE rows, over PE columns
    columns: tuple[str, int]
    sizes: dict[str, int]
    matrix: bool

    @staticmethod
    def read(found: dict) -> Nest:
        matrix = found["op"] == "Gemm"
        names = {"B": "G", "D": "Q", "K": "M", "C": "C"} if matrix else DIMS
        sizes = dict.fromkeys("NGMCPQRS", 1)
        sizes |= {names[d]: n for d, n in found["sizes"].items()}
        levels = found["loops"]["O"]
        loops = [(names[d], n) for level in levels for d, n in level]
        in_spad = {operand: len(found["loops"][operand][0]) for operand in RELEVANT}
        spread = []
        for dim, count in found["spatial"]:
            # It takes the loops first; what they leave is spread, in equal parts.
            inner = int(np.prod([n for d, n in loops if d == names[dim]]))
            spread.append((names[dim], min(count, -(-sizes[names[dim]] // inner))))
        columns, rows = spread  # D1 has 14, D2 12
        return Nest(loops, in_spad, rows, columns, sizes, matrix)

    def spread(self, dim: str) -> int:
        return int(np.prod([n for d, n in (self.rows, self.columns) if d == dim]))

    def extents(self, count: int) -> dict[str, int]:
        """Sizes of the block of the innermost `count` loops and the PEs, within the layer."""
        block = {d: self.spread(d) for d in self.sizes}
        for dim, n in self.loops[:count]:
            block[dim] *= n
        return {d: min(n, self.sizes[d]) for d, n in block.items()}

    def fits(self, count: int, layer: layers.Layer) -> bool:
        """Whether the spads hold the innermost `count` loops of one PE."""
        f = dict.fromkeys(self.sizes, 1)
        for dim, n in self.loops[:count]:
            f[dim] *= n
        height = (f["P"] - 1) * layer.strides[0] + f["R"]
        width = (f["Q"] - 1) * layer.strides[1] + f["S"]
        if f["R"] == 1:  # rows between those that are needed are not kept
            height = min(height, f["P"])
        if f["S"] == 1:
            width = min(width, f["Q"])
        words = {
            "I": f["N"] * f["G"] * f["C"] * height * width,
            "W": f["G"] * f["M"] * f["C"] * f["R"] * f["S"],
            "O": f["N"] * f["G"] * f["M"] * f["P"] * f["Q"],
        }
        return all(words[o] <= SPAD_WORDS[o] for o in words)

    def kept(self, count: int) -> str:
        """What its spads keep over more loops than the first `count`, which those of our machine cannot."""
        texts = []
        for operand, name in (("I", "ifmap"), ("W", "weights"), ("O", "psums")):
            over = [d for d, _ in self.loops[count : self.in_spad[operand]]]
            # A block that only unchanging loops follow stays in the PE here too.
            held = [i for i, d in enumerate(over) if d in RELEVANT[operand]]
            if held:
                texts.append(f"{name} over {'·'.join(over[: held[-1] + 1])}")
        return ", ".join(texts)

    def mappings(self, layer: layers.Layer):
        """Mappings of ours with these loops in this order, and what is lost: the innermost loops run in the
        PEs, the next ones are passes, the outermost ones stand over tiles where weights come from DRAM
        again.
        """
        count = len(self.loops)
        whole = [k for k in range(count, -1, -1) if self.fits(k, layer)]
        for tiles in range(count, -1, -1):
            outer = [d for d, _ in self.loops[tiles:]]
            if any(d in "RS" for d in outer):
                break  # taps are never cut over tiles
            tile = self.extents(tiles)
            whole_groups = all(tile[d] == self.sizes[d] for d in "CM")
            if tile["G"] > 1 and not whole_groups:
                continue  # a tile has whole groups or a part of one
            for spad in [k for k in whole if k <= tiles][:3]:
                yield self.mapping(spad, tiles), self.lost(spad, outer)

    def lost(self, spad: int, outer: list[str]) -> str:
        kept = self.kept(spad)
        texts = [f"its spads keep {kept}, which they cannot here"] if kept else []
        if "C" in outer and any(d != "C" for d in outer[: outer.index("C")]):
            others = "·".join(d for d in outer if d != "C")
            texts.append(f"its loop over channels stands inside {others} here")
        return "; ".join(texts)

    def mapping(self, spad: int, tiles: int) -> Mapping:
        tile = self.extents(tiles)
        order: list[str] = []
        for dim, _ in reversed(self.loops[tiles:]):
            dim = "M" if dim == "G" and not self.matrix else dim
            if dim != "C" and dim not in order:
                order.append(dim)
        dims = "GQM" if self.matrix else "NPQM"
        order += [d for d in dims if d not in order]
        keys = "GMCQ" if self.matrix else "NGMCPQ"
        return Mapping(
            tile={d: tile[d] for d in keys},
            order="".join(order),
            passes=list(reversed(self.loops[spad:tiles])),
            pe_rows=[self.rows],
            pe_columns=[self.columns],
            spad=list(reversed(self.loops[:spad])),
        )


class Bench:
    def __init__(self, tools: Tools, folder: Path):
        self.tools, self.folder = tools, folder
        self.known: dict = {}

    def model(self, layer: layers.Layer) -> tuple[Path, layers.Data]:
        key = ("model", *vars(layer).values())
        if key not in self.known:
            data = layers.draw(layer, np.int8, seed=1)
            path = self.folder / f"{len(self.known)}.onnx"
            self.known[key] = layers.model(layer, data, path, relu=False), data
        return self.known[key]

    def execute(self, layer: layers.Layer, *options, target: Path = TARGET) -> tuple[dict, float]:
        """Statistics of a run that is checked against exact arithmetic, and the seconds of compiling."""
        path, data = self.model(layer)
        program = self.folder / "program.bin"
        seconds = self.tools.compile(path, program, "--target", target, *options).seconds
        result = self.tools.simulate(program, {"ifmap": data.ifmap})
        if not np.array_equal(result.outputs["ofmap"], layers.expected(layer, data, relu=False)):
            raise ToolError(f"{layer.name}: the simulated ofmap differs from exact arithmetic")
        return result.stats, seconds

    def theirs(self, layer: layers.Layer, nest: Nest, objective: str):
        """The best of the ways to run ZigZag's loops here: statistics and what is lost, or None and why."""
        best, note = self.best(layer, nest, objective, TARGET)
        if best or layer.weights <= WEIGHT_BYTES:
            return best, note
        # Its mapping brings weights into sram_64KB in slices of a tap, each once, and reads a slice again
        # and again; a tile of ours has all taps. With room for all of them the bytes that move are the
        # same.
        wide = self.folder / TARGET.name
        wide.write_text(TARGET.read_text().replace(f"bytes: {WEIGHT_BYTES}\n", f"bytes: {layer.weights}\n"))
        best, note = self.best(layer, nest, objective, wide)
        widened = f"runs with {layer.weights / 1024:.0f} KiB of sram_64KB, for slices of taps"
        return best, "; ".join(filter(None, (widened, note))) if best else note

    def best(self, layer: layers.Layer, nest: Nest, objective: str, target: Path):
        best, lost, reason = None, "", "no way to divide its loops"
        for mapping, changed in nest.mappings(layer):
            strategy = mapping.save(self.folder / "strategy.yaml", layer.name, TARGET.stem)
            try:
                stats, _ = self.execute(layer, "--strategy", strategy, target=target)
            except ToolError as error:
                if "differs from" in str(error):
                    raise
                reason = str(error)
                continue
            if best is None or value(stats, objective) < value(best, objective):
                best, lost = stats, changed
        return best, lost if best else reason


def value(stats: dict, objective: str) -> float:
    return stats["cycles"] if objective == "latency" else stats["energy_pj"]["total"]


@dataclass
class Compared:
    """How ZigZag's mapping of a layer ran."""

    name: str
    objective: str
    kind: str  # of the conversion: faithful, degraded, or none
    ratio: float | None  # ours over theirs


def case(bench: Bench, network: str, objective: str, found: dict) -> tuple[list[dict], list[Compared]]:
    figure = OBJECTIVES[objective]
    unit = "cycles" if objective == "latency" else "pJ"
    rows, compared, seconds, known = [], [], 0.0, {}
    for name, each in found["layers"].items():
        short = f"{network} {name.strip('/').removesuffix('/Conv').removesuffix('/Gemm').replace('/', '.')}"
        layer = layer_of(name.strip("/").replace("/", "_"), each)
        signature = json.dumps([each[key] for key in SIGNATURE])
        if signature not in known:
            ours, compile_seconds = bench.execute(
                layer, "--objective", objective, "--search-effort", SEARCH_EFFORT
            )
            seconds += compile_seconds
            known[signature] = ours, *bench.theirs(layer, Nest.read(each), objective)
        ours, theirs, note = known[signature]
        reference = value(theirs, objective) if theirs else None
        kind = "none" if not theirs else "degraded" if note else "faithful"
        ratio = value(ours, objective) / reference if theirs else None
        compared.append(Compared(short, objective, kind, ratio))
        note = f"{kind}: {note}" if note else kind
        rows.append(row(short, figure, value(ours, objective), reference, unit, note, bar=theirs is not None))
        rows.append(
            row(f"{short}, its estimate", figure, value(ours, objective), each[figure], unit, bar=False)
        )
    note = (
        f"{objective}; ours: dnnc from start to end, {SEARCH_EFFORT} of the steps, those that are alike once;"
        f" ZigZag {found['version']}"
    )
    return [row(network, "search_s", seconds, found["seconds"], "s", note), *rows], compared


def summary(compared: list[Compared]) -> list[dict]:
    """Faithful and degraded conversions apart: how many, and where ours does worst."""
    rows = []
    for kind in ("faithful", "degraded"):
        of_kind = [each for each in compared if each.kind == kind]
        above = [each for each in of_kind if each.ratio > 1]
        notes = [f"{len(of_kind)} of {len(compared)}, ours above theirs in {len(above)}; ours over theirs at worst"]
        for objective in OBJECTIVES:
            if at := [each for each in of_kind if each.objective == objective]:
                worst = max(at, key=lambda each: each.ratio)
                notes.append(f"{objective} {worst.ratio:.6f} of {len(at)} ({worst.name})")
        ratio = max((each.ratio for each in of_kind), default=None)
        rows.append(row(f"{kind} conversions", "worst_ratio", ratio, 1, "", " ".join(notes), False))
    return rows


def run() -> list[dict]:
    rows, compared = [], []
    with tempfile.TemporaryDirectory(prefix="dnnc-zigzag.") as name:
        folder = Path(name)
        try:
            python = environment()
            bench = Bench(Tools(), folder)
            for network in NETWORKS:
                for objective in OBJECTIVES:
                    found = peer(python, network, objective, folder)
                    of_layers, those = case(bench, network, objective, found)
                    rows += of_layers
                    compared += those
            rows += summary(compared)
        except Missing as missing:
            rows.append(row("zigzag", "search_s", None, None, "s", str(missing), bar=False))
    return rows
