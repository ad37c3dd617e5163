"""Changes one byte of a convolution's weights in a program's text: flip_weight.py IN.mlir OUT.mlir TENSOR."""
import re
import sys

source, destination, name = sys.argv[1:]
text = open(source, encoding="utf-8").read()
row = re.search(rf'isa\.tensor kind = constant.*address = (\d+), bytes = (\d+).*name = "{name}"', text)
begin = int(row.group(1)) + 3  # the sign and exponent of the first float
blob = re.search(r'constants: "0x([0-9A-Fa-f]+)"', text)
# A resource begins with its alignment, four bytes.
position = blob.start(1) + 2 * (4 + begin)
byte = int(text[position : position + 2], 16) ^ 0x40
open(destination, "w", encoding="utf-8").write(text[:position] + f"{byte:02X}" + text[position + 2 :])
