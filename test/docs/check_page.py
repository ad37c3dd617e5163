"""Runs the commands of a page and compares what they print with what the page says.

python3 test/docs/check_page.py PAGE.md... [--update] [--build FOLDER]

In a page, a fenced block that begins

    ```console
    $ command
    > continued
    what it prints

holds commands and their output. They are run by bash in the order of the page, in a scratch folder that has docs/ and
build/release/ as the repository does (the latter is the build folder given), with the tools in PATH; every one has to
succeed. A block that begins "```text file=NAME" is written to that file there first. The text has to be equal, blanks
at the ends of lines apart. --update writes what the commands print into the page.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\S.*)?$")


@dataclass
class Command:
    lines: list[str]  # as in the page, with "$ " and "> "
    output: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line[2:] for line in self.lines)


def blocks(lines: list[str]):
    """(info, first line, line after the last) of each fenced block."""
    begin, info = None, ""
    for number, line in enumerate(lines):
        if not (match := FENCE.match(line)):
            continue
        if begin is None:
            begin, info = number + 1, match[1] or ""
        else:
            yield info, begin, number
            begin = None


def commands(lines: list[str], where: str) -> list[Command]:
    found: list[Command] = []
    for line in lines:
        if line.startswith("$ "):
            found.append(Command([line]))
        elif not found:
            raise SystemExit(f"{where}: a console block begins with '$ command'")
        elif line.startswith("> ") and not found[-1].output:
            found[-1].lines.append(line)
        else:
            found[-1].output.append(line)
    return found


def run(command: Command, folder: Path, environment: dict[str, str], where: str) -> list[str]:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command.text],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"{where}: '{command.text}' ended with {done.returncode}:\n{done.stdout}")
    return [line.rstrip() for line in done.stdout.rstrip("\n").splitlines()]


def check(page: Path, build: Path, update: bool) -> bool:
    lines = [line.rstrip() for line in page.read_text(encoding="utf-8").splitlines()]
    result, position, count = [], 0, 0
    environment = os.environ | {
        "PATH": os.pathsep.join([str(build / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }
    with tempfile.TemporaryDirectory(prefix="dnnc-page.") as name:
        folder = Path(name)
        (folder / "docs").symlink_to(ROOT / "docs")
        (folder / "build").mkdir()
        (folder / "build" / "release").symlink_to(build)
        for info, begin, end in blocks(lines):
            result += lines[position:begin]
            body = lines[begin:end]
            if match := re.search(r"\bfile=(\S+)", info):
                (folder / match[1]).write_text("\n".join(body) + "\n")
            elif info == "console":
                where, body = f"{page}:{begin + 1}", []
                for command in commands(lines[begin:end], where):
                    body += command.lines + run(command, folder, environment, where)
                    count += 1
            result += body
            position = end
        result += lines[position:]
    if update:
        page.write_text("\n".join(result) + "\n", encoding="utf-8")
        print(f"{page}: {count} commands run, the page is up to date")
        return True
    difference = list(difflib.unified_diff(lines, result, "the page says", "the commands print", lineterm="", n=1))
    if difference:
        print(*difference, sep="\n")
        print(
            f"{page}: is out of date; read the difference, and if it is meant:\n"
            f".venv/bin/python3 test/docs/check_page.py --update {page}"
        )
    elif count == 0:
        print(f"{page}: has no command to run")
    else:
        print(f"{page}: {count} commands print what the page says")
    return not difference and count > 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE.md")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release")
    arguments = parser.parse_args()
    good = [check(page, arguments.build.resolve(), arguments.update) for page in arguments.pages]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
