"""Strategy files (docs/strategy.md), written from Python, and what `dnnc` says of a search that it stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from dnnc_test.run import ToolError

Factors = list[tuple[str, int]]  # (loop dimension, factor), outermost first


@dataclass
class Mapping:
    """Tiles, the order of the loops over them, and the array's mapping, of one product."""

    tile: dict[str, int]
    order: str = "NPM"
    passes: Factors = field(default_factory=list)
    pe_rows: Factors = field(default_factory=list)
    pe_columns: Factors = field(default_factory=list)
    spad: Factors = field(default_factory=list)
    dataflow: str = "mixed"
    storage: dict[str, str] = field(default_factory=dict)  # of ifmap and ofmap: raw or rlc

    def text(self, node: str, target: str) -> str:
        lines = [
            "strategy: 1",
            f"target: {target}",
            "nodes:",
            f'  - onnx: "{node}"',
            "    tile: {" + ", ".join(f"{d}: {n}" for d, n in self.tile.items()) + "}",
            f"    order: [{', '.join(self.order)}]",
            "    mapping:",
            f"      dataflow: {self.dataflow}",
        ]
        for level in ("passes", "pe_rows", "pe_columns", "spad"):
            factors = ", ".join(f"{d}: {n}" for d, n in getattr(self, level) if n > 1)
            lines.append(f"      {level}: [{factors}]")
        if self.storage:
            lines.append("    storage:")
            lines += [f"      {operand}: {{format: {form}}}" for operand, form in self.storage.items()]
        return "\n".join(lines) + "\n"

    def save(self, path: Path, node: str, target: str) -> Path:
        path.write_text(self.text(node, target))
        return path


def unproven(stderr: str) -> dict[int, float]:
    """By node, percent that its value is above the lower bound by at most, where the search was stopped before
    its proof. The value is the best that was found, maybe not the best there is.
    """
    remark = re.search(r"stopped before the proof for (\d+) of .*? at most: (.*)", stderr)
    if not remark:
        return {}
    gaps = {int(node): float(gap) for node, gap in re.findall(r"node (\d+) ([\d.]+)%", remark[2])}
    if len(gaps) != int(remark[1]):
        raise ToolError(f"dnnc names {remark[1]} products without a proof, of which {len(gaps)} can be read")
    return gaps


def unproven_note(gaps: dict[str, float]) -> str:
    """As in 'unproven, above the bound by at most: ws 43 %, is 2.1 %'; empty where all is proven."""
    if not gaps:
        return ""
    return "unproven, above the bound by at most: " + ", ".join(
        f"{name} {gap:.0f} %" if gap >= 10 else f"{name} {gap:.2g} %" for name, gap in gaps.items()
    )
