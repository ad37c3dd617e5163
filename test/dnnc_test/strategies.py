"""Strategy files (docs/strategy.md) as `dnnc --save-strategy` writes them, cut at their nodes."""

from __future__ import annotations

from pathlib import Path

from dnnc_test.run import Tools

NODE = "  - node: "


def save(tools: Tools, model: Path, file: Path, *options: str) -> str:
    """The decisions for the network with every tensor observed, as `check` compiles it."""
    tools.compile(model, file.with_suffix(".bin"), *options, "--save-strategy", file, observe=True)
    return file.read_text()


def count(strategy: str) -> int:
    return strategy.count(NODE)


def interleave(saved: list[str]) -> str:
    """Node i of the i-th strategy, counted around: all were saved for one network, so their nodes are the
    same."""
    head, *_ = saved[0].split(NODE)
    nodes = [text.split(NODE)[1:] for text in saved]
    ids = [[block.split()[0] for block in blocks] for blocks in nodes]
    if any(other != ids[0] for other in ids):
        raise ValueError("the strategies are not of the same nodes")
    return NODE.join([head, *(nodes[i % len(nodes)][i] for i in range(len(ids[0])))])
