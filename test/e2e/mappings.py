"""Random mappings, pinned: results are the reference's, and the estimate equals the execution.

python3 test/e2e/mappings.py [--rounds 20] [--seed 0] [--target NAME]... [-j N]

One layer of each kind (test/tools/dnnc-verify/Inputs/make_layers.py, int16) gets random tiles, loop orders,
unrollings, spad factors and pass loops by a strategy file. A mapping that the target cannot run has to be
refused with its place, and is drawn again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dnnc_test.run import default_build  # noqa: E402

LAYERS = Path(__file__).resolve().parents[1] / "tools/dnnc-verify/Inputs/make_layers.py"
AXES = {
    "edge": {"cluster_rows": 8, "cluster_columns": 4, "pe_rows": 2, "pe_columns": 4, "macs": 2},
    "eyeriss-v1": {"pe_rows": 12, "pe_columns": 14},
    "eyeriss-normalized": {"pe_rows": 16, "pe_columns": 16},
}
DIMS = "NGMCPQRS"


def nodes_of(strategy: str) -> list[dict]:
    """Id, kind and loop sizes of the convolutions and matrix products in a saved strategy."""
    nodes = []
    for block in strategy.split("  - node: ")[1:]:
        if layer := re.search(r"layer: \{(.*)\}", block):
            sizes = {d: int(n) for d, n in re.findall(r"(\w): (\d+)", layer[1])}
            nodes.append({"id": int(block.split()[0]), "op": re.search(r"op: (\w+)", block)[1], "sizes": sizes})
    return nodes


def random_tile(node: dict, draw: random.Random) -> dict[str, int]:
    sizes = node["sizes"]
    tile = {d: draw.choice([1, n, max(1, n // 2), draw.randint(1, n)]) for d, n in sizes.items() if d in "NMCPQ"}
    tile["G"] = 1
    if node["op"] == "conv" and sizes["G"] > 1:
        if draw.random() < 0.5:
            tile |= {"G": draw.randint(1, sizes["G"]), "M": sizes["M"], "C": sizes["C"]}
        else:
            tile["M"] = draw.choice([d for d in range(1, sizes["M"] + 1) if sizes["M"] % d == 0])
    return tile


def random_decision(node: dict, axes: dict[str, int], draw: random.Random) -> dict:
    tile = random_tile(node, draw)
    left = tile | {d: node["sizes"][d] for d in "RS"}
    mapping: dict[str, list] = {level: [] for level in (*axes, "spad", "passes")}

    def take(level: str, dim: str, factor: int) -> None:
        if factor > 1:
            mapping[level].append({dim: factor})
            left[dim] = -(-left[dim] // factor)

    for axis, room in axes.items():
        for _ in range(draw.randint(0, 2)):
            dim = draw.choice(DIMS)
            factor = draw.randint(1, max(1, min(room, left[dim])))
            take(axis, dim, factor)
            room //= factor
    for dim in draw.sample(DIMS, len(DIMS)):
        whole = left[dim] if dim in "RS" else 1
        take("spad", dim, draw.choice([1, 1, min(left[dim], draw.randint(1, 6)), whole]))
    for dim in draw.sample(DIMS, len(DIMS)):
        if draw.random() < 0.2:
            take("passes", dim, draw.randint(1, left[dim]))
        take("passes", dim, left[dim])
    draw.shuffle(mapping["passes"])
    order = draw.sample("NMPQ" if node["op"] == "conv" else "GQM", 4 if node["op"] == "conv" else 3)
    return {"node": node["id"], "tile": tile, "order": order, "mapping": mapping}


class Rounds:
    def __init__(self, target: str, build: Path, folder: Path, seed: int):
        self.target, self.folder, self.draw = target, folder, random.Random(f"{target} {seed}")
        self.dnnc = str(build / "bin/dnnc")
        self.model, self.file = folder / "layers.onnx", folder / "strategy.yaml"
        self.mappings = self.refused = 0
        subprocess.run([sys.executable, LAYERS, self.model, "int16"], check=True)
        self.run(self.model, "-o", folder / "a.bin", "--save-strategy", self.file)
        self.nodes = nodes_of(self.file.read_text())

    def run(self, *arguments) -> subprocess.CompletedProcess:
        command = [self.dnnc, *arguments, "--target", self.target]
        return subprocess.run([str(a) for a in command], capture_output=True, text=True)

    def one(self) -> str:
        """What is wrong; empty when nothing is."""
        decisions = {n["id"]: random_decision(n, AXES[self.target], self.draw) for n in self.nodes}
        for attempt in range(60):
            # JSON is YAML.
            self.file.write_text(json.dumps({"strategy": 1, "nodes": list(decisions.values())}, indent=1))
            run = self.run("verify", "--cost", self.model, "--strategy", self.file)
            refused = {int(n) for n in re.findall(r"strategy\.yaml:\d+:\d+: node (\d+)", run.stderr)}
            if not refused:
                break
            self.refused += len(refused)
            for node in self.nodes:
                if node["id"] in refused:
                    decisions[node["id"]] = random_decision(node, AXES[self.target], self.draw)
        self.mappings += len(decisions)
        if run.returncode != 0:
            return run.stdout + run.stderr
        results = self.run("verify", self.model, "--strategy", self.file)
        return "" if results.returncode == 0 else results.stdout + results.stderr


def rounds_on(target: str, arguments) -> tuple[int, str]:
    """How many rounds failed, and what is to be said."""
    failed, text = 0, ""
    with tempfile.TemporaryDirectory(prefix="dnnc-mappings.") as folder:
        rounds = Rounds(target, arguments.build.resolve(), Path(folder), arguments.seed)
        for number in range(arguments.rounds):
            if problem := rounds.one():
                failed += 1
                kept = Path(f"mappings-{target}-{number}.yaml")
                kept.write_text(rounds.file.read_text())
                text += f"FAIL {target}, round {number}, kept in {kept}\n{problem}\n"
        text += f"{target}: {rounds.mappings} mappings in {arguments.rounds} rounds, {rounds.refused} refused before them"
    return failed, text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", action="append", choices=list(AXES))
    parser.add_argument("--build", type=Path, default=default_build())
    parser.add_argument("-j", type=int, default=os.cpu_count(), help="targets at a time")
    arguments = parser.parse_args()
    targets = arguments.target or list(AXES)
    failed = 0
    with ThreadPoolExecutor(max(1, arguments.j)) as pool:
        for count, text in pool.map(lambda target: rounds_on(target, arguments), targets):
            failed += count
            print(text, flush=True)
    print(f"{arguments.rounds * len(targets) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
