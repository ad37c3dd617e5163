"""One PE of Eyeriss v2 that skips the zeros of both operands, on real masks, beside its exact cycles.

Five pointwise layers of sparse MobileNet-0.5, compiled as one-layer int8 models whose inputs and weights have the
zeros of the published masks, for a machine of one PE with zero fill and unlimited delivery (peers/sparse-pe.yaml).
Compared are the cycles in which the array is busy.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from common import eyeriss_v2, layers
from common.rows import difference, published, row
from dnnc_test.run import Tools

TARGET = Path(__file__).resolve().parent / "peers" / "sparse-pe.yaml"


def run() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="dnnc-sparse-pe.") as folder:
        runner = layers.Runner(Tools(), Path(folder))
        for line in published("eyeriss_v2_pe_cycles"):
            masks = eyeriss_v2.masks(line["layer"], line["channels"], line["filters"], line["ofmap_e"])
            layer = masks.layer
            stats = runner.run(layer, layers.masked(layer, masks.ifmap, masks.weights), "--target", TARGET).stats
            cycles = stats["queues"]["array"]["busy_cycles"]
            note = f"{difference(cycles, line['cycles'])}, {stats['macs_executed']} of {layer.macs} MACs done"
            rows.append(row(line["layer"], "cycles", cycles, line["cycles"], "cycles", note))
    return rows
