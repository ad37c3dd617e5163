"""remove_one.py PROGRAM.bin: what happens when any single wait or signal of a program's text is taken away.

The text of dnnc-objdump without that token goes through dnnc-as and dnnc-sim. Each removal is listed with its result:

  as: MESSAGE      dnnc-as refuses the program
  sim: MESSAGE     dnnc-sim ends with an error: a deadlock, a hazard, too many signals
  redundant        no hazard, by happens-before, and the same outputs: the order follows from what is left

A removal that changes an output and is not found is a failure, and so is a crash.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["DNNC_BUILD"] = str(Path(shutil.which("dnnc-sim")).resolve().parents[1])
from dnnc_test.run import Tools, load_npz  # noqa: E402

LIST = re.compile(r"\b(wait|signal) = \[([\d, ]+)\]")


def removals(text):
    """Of every list of tokens in the text, each element: (queue, op, list, token, text without it)."""
    queue, position = "", 0
    for line in text.splitlines(keepends=True):
        start = re.match(r"\s*isa\.queue (\w+)", line)
        queue = start.group(1) if start else queue
        for found in LIST.finditer(line):
            tokens = found.group(2).split(", ")
            for i, token in enumerate(tokens):
                rest = ", ".join(tokens[:i] + tokens[i + 1 :])
                changed = line[: found.start(2)] + rest + line[found.end(2) :]
                op = re.match(r"\s*isa\.(\w+)", line).group(1)
                yield queue, op, found.group(1), int(token), text[:position] + changed + text[position + len(line) :]
        position += len(line)


def main(program):
    tools = Tools()
    text = tools.expect("dnnc-objdump", program, "--constants", "full", "--no-comments").stdout
    names = re.findall(r'isa\.token .*name = "(.*)"', text)
    with tempfile.TemporaryDirectory(prefix="remove-one-") as name:
        folder = Path(name)

        def simulate(binary):
            outcome = tools.call("dnnc-sim", binary, "--seed", 1, "--output", folder / "out.npz")
            return outcome, load_npz(folder / "out.npz") if outcome.code == 0 else {}

        whole, need = simulate(program)
        assert whole.code == 0, whole.message()
        counts = {"as": 0, "sim": 0, "redundant": 0, "silent": 0, "crash": 0}
        for queue, op, list_, token, changed in removals(text):
            (folder / "changed.mlir").write_text(changed)
            outcome = tools.call("dnnc-as", folder / "changed.mlir", "-o", folder / "changed.bin")
            kind, have = "as", {}
            if outcome.code == 0:
                outcome, have = simulate(folder / "changed.bin")
                kind = "sim"
            if outcome.crashed or outcome.code not in (0, 1):
                kind = "crash"
            elif outcome.code == 0:
                kind = "redundant" if all((have[n] == need[n]).all() for n in need) else "silent"
            counts[kind] += 1
            message = re.sub(r"^dnnc-(as: \S+|sim: error): ", "", outcome.message()) if outcome.code else ""
            print(f"{queue} {op} without {list_} of {token} ({names[token]}): {kind}{': ' * bool(message)}{message}")
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    return 1 if counts["silent"] or counts["crash"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
