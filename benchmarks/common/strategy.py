"""Strategy files (docs/strategy.md), written from Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

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
