"""Runs ZigZag's search in its own environment: zigzag_search.py NETWORK OBJECTIVE FILE.json.

Writes ZigZag's version, the seconds of the search and, for each layer, its sizes, the loops of the mapping
found (innermost first, each with the operands whose spad it is inside of), and ZigZag's own estimate.
"""

import json
import re
import sys
import tempfile
import time
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import onnx
from zigzag.api import get_hardware_performance_zigzag

INPUTS = files("zigzag") / "inputs"


def shapes_of(network):
    """Attributes and shapes of each product, by ZigZag's name of the layer."""
    path = INPUTS / "workload" / f"{network}.onnx"
    model = onnx.shape_inference.infer_shapes(onnx.load(path, load_external_data=False))
    graph = model.graph
    shapes = {
        v.name: [d.dim_value for d in v.type.tensor_type.shape.dim]
        for v in [*graph.value_info, *graph.input, *graph.output]
    }
    shapes |= {t.name: list(t.dims) for t in graph.initializer}
    result = {}
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm"):
            continue
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        result[node.name] = {
            "op": node.op_type,
            "ifmap": shapes[node.input[0]],
            "weights": shapes[node.input[1]],
            "ofmap": shapes[node.output[0]],
            "strides": attributes.get("strides", [1, 1]),
            "pads": attributes.get("pads", [0, 0, 0, 0]),
            "group": attributes.get("group", 1),
        }
    return result


def loops_of(levels):
    """[["(OY, 7)"], ...] as [[["OY", 7]], ...]."""
    return [
        [[dim, int(count)] for dim, count in re.findall(r"\((\w+), (\d+)\)", " ".join(each))]
        for each in levels
    ]


def main():
    network, objective, destination = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="zigzag.") as folder:
        start = time.perf_counter()
        get_hardware_performance_zigzag(
            str(INPUTS / "workload" / f"{network}.onnx"),
            str(INPUTS / "hardware" / "eyeriss_like.yaml"),
            str(INPUTS / "mapping" / "default.yaml"),
            opt=objective,
            dump_folder=folder,
            loma_show_progress_bar=False,
        )
        seconds = time.perf_counter() - start
        shapes = shapes_of(network)
        layers = {}
        for file in Path(folder).glob("*_complete.json"):
            found = json.loads(file.read_text())
            layer, outputs = found["inputs"]["layer"], found["outputs"]
            spread = layer["user_spatial_mapping"].values()
            layers[layer["name"]] = {
                **shapes[layer["name"]],
                "sizes": layer["loop_dimensions"],
                "loops": {o: loops_of(l) for o, l in found["inputs"]["temporal_mapping"].items()},
                "spatial": [[d, n] for dims in spread for d, n in dims.items()],
                "energy_pj": outputs["energy"]["energy_total"],
                "latency_cycles": sum(outputs["latency"].values()),
            }
    ordered = {name: layers[name] for name in shapes if name in layers}
    result = {"version": version("zigzag-dse"), "seconds": seconds, "layers": ordered}
    Path(destination).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
