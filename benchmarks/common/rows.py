"""Rows of a benchmark (contracts.md, Benchmarks) and the published figures in benchmarks/reference."""

from __future__ import annotations

import csv
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


def row(case: str, figure: str, ours, reference, unit: str, note: str = "", bar: bool = True) -> dict:
    """A row; with `bar` false it is only shown."""
    result = {"case": case, "figure": figure, "ours": ours, "reference": reference, "unit": unit}
    if not bar:
        result["bar"] = False
    if note:
        result["note"] = note
    return result


def published(name: str) -> list[dict]:
    """The lines of a file of benchmarks/reference: numbers as int or float, empty fields as None."""
    with (REFERENCE / f"{name}.csv").open() as stream:
        lines = [line for line in stream if not line.startswith("#")]
    return [{key: _value(text) for key, text in line.items()} for line in csv.DictReader(lines)]


def _value(text: str):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text or None


def difference(ours: float, reference: float) -> str:
    """As in '+1.2 %'."""
    return f"{100 * (ours / reference - 1):+.1f} %"
