"""The densities of activations and weights of each node, to one digit: densities_of.py STATS.json"""
import json
import sys

for node in json.load(open(sys.argv[1]))["nodes"]:
    print(f"{node['density']['activations']:.1f} {node['density']['weights']:.1f}")
