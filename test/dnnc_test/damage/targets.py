"""Target files that are wrong: an edit of a good one, and a word that the message must hold beside the
line number.
"""

from __future__ import annotations

import re


def _edit(pattern: str, replacement: str):
    def edit(text: str) -> str:
        changed = re.sub(pattern, replacement, text, count=1, flags=re.M)
        if changed == text:
            raise ValueError(f"'{pattern}' is not in the target file")
        return changed

    return edit


# Name: the edit, and a word of the message.
TARGETS = {
    "not YAML": (lambda text: text + "\n]: {{\n", ""),
    "empty": (lambda text: "", ""),
    "a list": (lambda text: "- 1\n- 2\n", ""),
    "bytes that are no text": (lambda text: text + "\n\x01\x02: 3\n", ""),
    "clock missing": (_edit(r"^clock_mhz:.*\n", ""), "clock_mhz"),
    "clock of 0": (_edit(r"^clock_mhz:.*", "clock_mhz: 0"), "clock_mhz"),
    "clock that is no number": (_edit(r"^clock_mhz:.*", "clock_mhz: fast"), "clock_mhz"),
    "clock that is not finite": (_edit(r"^clock_mhz:.*", "clock_mhz: .nan"), "clock_mhz"),
    "unknown field": (_edit(r"^clock_mhz:", "clock_gigahertz: 3\nclock_mhz:"), "clock_gigahertz"),
    "field twice": (_edit(r"^(clock_mhz:.*)$", r"\1\n\1"), "clock_mhz"),
    "no PE rows": (_edit(r"(\bpe_rows:) *\d+", r"\1 0"), "pe_rows"),
    "negative PE columns": (_edit(r"(\bpe_columns:) *\d+", r"\1 -4"), "pe_columns"),
    "too many clusters": (_edit(r"(\bcluster_rows:) *\d+", r"\1 99999999999"), "cluster_rows"),
    "bandwidth negative": (_edit(r"(\bbandwidth:) *[\d.]+", r"\1 -1"), "bandwidth"),
    "lanes fractional": (_edit(r"(\blanes:) *\d+", r"\1 2.5"), "lanes"),
    "memory without bytes": (_edit(r"(memories:(?:.|\n)*?\bbytes:) *\d+", r"\1 0"), "bytes"),
    "memory of unknown operands": (_edit(r"(\bholds:) *\[[^\]]*\]", r"\1 [ifmap, gravel]"), "gravel"),
    "memory of unknown kind": (_edit(r"(\bkind:) *\w+", r"\1 drum"), "drum"),
    "no memories": (_edit(r"^memories:\n(?:[ -].*\n)+", "memories: []\n"), "memories"),
}
