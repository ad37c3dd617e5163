"""Strategy files with numbers, words and lines changed: still YAML, mostly, and seldom a strategy."""

from __future__ import annotations

import random
import re

NUMBERS = ["0", "1", "-1", "2", "3", "7", "16777216", "16777217", "1099511627776", "9223372036854775807", "nan", "1.5"]
DATAFLOWS = ["rs", "ws", "os", "is", "nlr", "none", "xs"]
LEVELS = ["passes", "cluster_rows", "cluster_columns", "pe_rows", "pe_columns", "macs", "spad"]


def _number(text: str, draw: random.Random) -> str:
    places = list(re.finditer(r"\b\d+\b", text))
    place = draw.choice(places)
    return text[: place.start()] + draw.choice(NUMBERS) + text[place.end() :]


def _factors(text: str, draw: random.Random) -> str:
    level = draw.choice(LEVELS)
    dims = [f"{draw.choice('NGMCPQRS')}: {draw.choice(NUMBERS[:9])}" for _ in range(draw.randint(0, 4))]
    lines = text.split("\n")
    places = [i for i, line in enumerate(lines) if re.match(rf" *(- )?{level}: ", line)]
    if places:
        i = draw.choice(places)
        lines[i] = lines[i][: lines[i].index(":")] + ": [" + ", ".join(dims) + "]"
    return "\n".join(lines)


def _line(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    change = draw.randrange(3)
    if change == 0:
        del lines[at]
    elif change == 1:
        lines.insert(draw.randrange(len(lines)), lines[at])
    else:
        lines[at] = re.sub(r": .*", draw.choice([": []", ": {}", ":", ": [[M, 2]]", ": word"]), lines[at])
    return "\n".join(lines)


def _word(text: str, draw: random.Random) -> str:
    return re.sub(
        r"dataflow: \w+",
        lambda match: f"dataflow: {draw.choice(DATAFLOWS)}" if draw.random() < 0.5 else match[0],
        text,
    )


def _dim(text: str, draw: random.Random) -> str:
    places = list(re.finditer(r"\b[NGMCPQRS]\b", text))
    place = draw.choice(places)
    return text[: place.start()] + draw.choice("NGMCPQRSX") + text[place.end() :]


def damaged(text: str, seed: int) -> str:
    draw = random.Random(seed)
    for _ in range(draw.randint(1, 3)):
        text = draw.choice([_number, _number, _factors, _factors, _line, _word, _dim])(text, draw)
    return text
