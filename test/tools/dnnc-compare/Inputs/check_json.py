"""The JSON of dnnc compare has a run of each dataflow, with its statistics; auto is no slower than any on the first layer. With a dataflow
behind the file: node 1 is pinned, and runs as that in all of them; the others say why they do not. With "short": the searches were cut
off, and it is said what that leaves open."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    runs = {run["dataflow"]: run for run in json.load(file)["runs"]}
mode = sys.argv[2] if sys.argv[2:] else ""
assert list(runs) == ["rs", "ws", "os", "is", "nlr", "mixed", "auto"], list(runs)
for flow, run in runs.items():
    statistics = run["statistics"]
    assert statistics["cycles"] > 0 and len(statistics["nodes"]) == 2, flow
    # Of every product whose search stopped before the proof the gap is there, and the largest beside the figures.
    assert run["gap"] == max([product["gap"] for product in run["unproven"]], default=0), run
    assert all(set(other) >= {"node", "reason"} for other in run["not_served"]), run["not_served"]
    if mode == "short":
        assert run["gap"] > 0, flow
        continue
    if mode:
        given = [other["node"] for other in run["not_served"] if other["reason"].startswith("its mapping is given, and ")]
        assert given == ([] if flow in ("auto", mode) else [1]), (flow, run["not_served"])
        assert statistics["nodes"][1]["dataflow"] == mode, flow
        continue
    served = 2 - len(run["not_served"])
    assert flow == "auto" or sum(node["dataflow"] == flow for node in statistics["nodes"]) == served, flow
# A mapping is chosen for its layer alone: node 0 has nothing before it. What of node 1 hides behind node 0 is no part of that.
first = {flow: run["statistics"]["nodes"][0]["cycles"] for flow, run in runs.items()}
assert mode or first["auto"] <= min(first.values()), first
