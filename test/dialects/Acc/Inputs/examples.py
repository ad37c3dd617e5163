"""The examples of the dialect's descriptions, as mlir-tblgen writes them, each a module of its own."""

import os
import re
import subprocess
import sys

folder = sys.argv[1]
root = os.path.dirname(os.path.dirname(folder))
page = subprocess.run(
    ["mlir-tblgen", "-gen-dialect-doc", "-dialect=acc", os.path.join(folder, "AccOps.td"), "-I", root]
    + ["-I", sys.argv[2]],
    check=True,
    capture_output=True,
    text=True,
).stdout
modules = []
for number, example in enumerate(re.findall(r"```mlir\n(.*?)```", page, re.DOTALL)):
    if example[0] in "#!":
        example = f"module attributes {{acc.example = {example.strip()}}} {{}}\n"
    modules.append(example)
text = "\n// -----\n\n".join(modules)
ops = re.findall(r"^### `acc\.(\w+)`", page, flags=re.MULTILINE)
missing = [op for op in ops if not re.search(rf"\bacc\.{op}\b", text)]
assert not missing, f"no example: {missing}"
assert len(ops) > 20, len(ops)
# The value of an enumeration stands in the ops.
sections = re.split(r"^### ", page, flags=re.MULTILINE)
attributes = [
    name
    for section in sections
    if "| value |" not in section
    for name in re.findall(r"^Syntax:\n\n```\n[#!]acc\.(\w+)<", section, flags=re.MULTILINE)
]
assert len(attributes) == 5, attributes
missing = [name for name in attributes if f"acc.{name}<" not in text]
assert not missing, f"no example: {missing}"
print(text)
