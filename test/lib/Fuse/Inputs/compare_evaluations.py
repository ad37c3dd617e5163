"""compare_evaluations.py A B STEP: two outputs of test-reference-evaluate, equal but for STEP of a tensor's largest
magnitude where they are float, and for one where they are integers."""

import re
import sys

first, second = (open(path, encoding="utf-8").read().split("\n") for path in sys.argv[1:3])
step = float(sys.argv[3])
number = re.compile(r"-?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?")
worst = 0.0
assert len(first) == len(second) and len(first) > 10, (len(first), len(second))
for left, right in zip(first, second):
    (a, type_a), (b, type_b) = (line.split(" : ") if " : " in line else (line, "") for line in (left, right))
    assert type_a == type_b and number.sub("", a) == number.sub("", b), (left, right)
    if not type_a:
        continue
    a, b = (list(map(float, number.findall(text))) for text in (a, b))
    difference = max(abs(x - y) for x, y in zip(a, b, strict=True))
    if type_a.endswith("f32>"):
        worst = max(worst, difference / max(max(map(abs, a)), 1e-30))
    else:
        assert difference <= 1, (left, right)
print(f"largest relative difference {worst:.3g}")
sys.exit(worst > step)
