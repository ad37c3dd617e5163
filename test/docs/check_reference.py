"""Checks generated reference pages: every op, attribute and type has a summary, a description and an example.

python3 test/docs/check_reference.py PAGE.md...
"""

import re
import sys
from pathlib import Path


def sections(text: str):
    """(title, text) of every op, attribute and type of a page of mlir-tblgen."""
    for chapter in re.split(r"^## ", text, flags=re.M)[1:]:
        if chapter.split("\n", 1)[0] not in ("Operations", "Attributes", "Types"):
            continue
        for part in re.split(r"^### ", chapter, flags=re.M)[1:]:
            title, _, body = part.partition("\n")
            yield title, body


def problems(title: str, body: str) -> list[str]:
    found = []
    if not re.search(r"^_[^\n]+_$", body, re.M):
        found.append(f"{title}: no summary")
    is_enumeration = "an enum of type" in body  # its cases stand under Enums
    if "Example" not in body and "```mlir" not in body and not is_enumeration:
        found.append(f"{title}: no example")
    return found


def main() -> int:
    count, all_problems = 0, []
    for page in map(Path, sys.argv[1:]):
        for title, body in sections(page.read_text(encoding="utf-8")):
            count += 1
            all_problems += [f"{page.name}: {p}" for p in problems(title, body)]
    print(*all_problems, sep="\n", end="\n" if all_problems else "")
    print(f"{count} entries, {len(all_problems)} problems")
    return 1 if all_problems or not count else 0


sys.exit(main())
