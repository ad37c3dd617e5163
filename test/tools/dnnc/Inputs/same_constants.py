"""Whether a run loads as many bytes of constants as the report says: same_constants.py REPORT.json STATS.json"""
import json
import sys

report, stats = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
expected = sum(entry["bytes"] for entry in report["storage"] if entry["constant"])
loaded = stats["dram"]["constant_bytes"]
print("same" if loaded == expected else f"the run loads {loaded} bytes, the report says {expected}")
