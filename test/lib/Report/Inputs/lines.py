"""A report of decisions with an entry a line: lines.py REPORT.json"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as stream:
    report = json.load(stream)
print("target", report["target"])
for node in report["nodes"]:
    print("node", json.dumps(node))
for entry in report["storage"]:
    print(json.dumps(entry))
