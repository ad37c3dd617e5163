"""What run-length code saves of Eyeriss v1's DRAM traffic on AlexNet CONV1-5, beside the published gains.

The programs of `eyeriss-v1`, executed twice: feature maps raw, and encoded (CONV1's ifmap, an image, raw in both).
The gain is the quotient of their DRAM bytes, filters, padded rows and rows read again for another strip among them.
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from common import eyeriss
from common.rows import difference, row
from dnnc_test.run import Tools


def megabytes(stats: dict) -> float:
    return (stats["dram"]["read_bytes"] + stats["dram"]["write_bytes"]) / 1e6


def run() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="dnnc-rlc.") as folder:
        runner = eyeriss.Runner(Tools(), Path(folder))
        for case in eyeriss.cases():
            mapping = eyeriss.published_mapping(case, (3, 2, 2) if case.name == "conv3" else None)
            raw = dataclasses.replace(mapping, storage=dict.fromkeys(mapping.storage, "raw"))
            before, after = (megabytes(runner.pinned(case, one).stats) for one in (raw, mapping))
            gain, reference = before / after, case.figures["rlc_gain"]
            note = f"{difference(gain, reference)}, {before:.2f} to {after:.2f} MB"
            rows.append(row(case.name, "rlc_gain", gain, reference, "", note))
    return rows
