"""The JSON of dnnc compare has a run of each dataflow, with its statistics; auto is no slower than any on the first layer. With a dataflow
behind the file: node 1 is pinned, and runs as that in all of them."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    runs = {run["dataflow"]: run for run in json.load(file)["runs"]}
assert list(runs) == ["rs", "ws", "os", "is", "nlr", "mixed", "auto"], list(runs)
for flow, run in runs.items():
    statistics = run["statistics"]
    assert statistics["cycles"] > 0 and len(statistics["nodes"]) == 2, flow
    if sys.argv[2:]:
        assert statistics["nodes"][1]["dataflow"] == sys.argv[2], flow
        continue
    served = 2 - len(run["not_served"])
    assert flow == "auto" or sum(node["dataflow"] == flow for node in statistics["nodes"]) == served, flow
# A mapping is chosen for its layer alone: node 0 has nothing before it. What of node 1 hides behind node 0 is no part of that.
first = {flow: run["statistics"]["nodes"][0]["cycles"] for flow, run in runs.items()}
assert sys.argv[2:] or first["auto"] <= min(first.values()), first
