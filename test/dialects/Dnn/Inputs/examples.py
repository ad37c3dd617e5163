"""The examples of the ops' descriptions, as mlir-tblgen writes them, as one function each."""

import os
import re
import subprocess
import sys

folder = sys.argv[1]
root = os.path.dirname(os.path.dirname(folder))
page = subprocess.run(
    ["mlir-tblgen", "-gen-dialect-doc", "-dialect=dnn", os.path.join(folder, "DnnOps.td"), "-I", root]
    + ["-I", sys.argv[2]],
    check=True,
    capture_output=True,
    text=True,
).stdout
sections = re.split(r"^### `dnn\.", page, flags=re.MULTILINE)[1:]
ops = [section for section in sections if "Syntax:\n\n```\noperation" in section]
missing = [section.split("`")[0] for section in ops if "```mlir" not in section]
assert not missing, f"no example: {missing}"
assert len(ops) > 50, len(ops)
for number, section in enumerate(ops):
    example = re.search(r"```mlir\n(.*?)```", section, re.DOTALL).group(1)
    name = section.split("`")[0]
    assert f"dnn.{name} " in example, (name, example)
    operands, types = re.search(rf"dnn\.{name} ([^{{:]*)(?:\{{.*?\}})?\s*: \((.*)\) ->", example, re.DOTALL).groups()
    operands = re.findall(r"%\w+", operands)
    types = re.findall(r"tensor<(?:[^<>]|<[^<>]*>)*>", types)
    assert len(operands) == len(types), (name, operands, types)
    arguments = ", ".join(f"{operand}: {kind}" for operand, kind in dict(zip(operands, types)).items())
    print(f"func.func @{name}({arguments}) {{\n{example}  return\n}}")
