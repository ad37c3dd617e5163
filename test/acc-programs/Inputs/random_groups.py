"""random_groups.py FIRST LAST [--target FILE]... [--keep FOLDER]: programs at the acc level with several ops
in a group, random tiles and loop orders, each compiled, run, and compared with NumPy.

A program that the compiler refuses counts as refused: it says what does not run, on which target. Everything
else that is not equal to NumPy in every element is a failure.
"""

import argparse
import itertools
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
from numerics import convolve, output, random_int8, records, tools

from dnnc_test.run import ToolError
from dnnc_test.target import random_target

# What a refusal says (lib/Mapping/ChooseMapping.cpp, lib/Schedule/TilesToTasks.cpp).
REFUSALS = [
    "has no tiling that fits the memories",
    "has a tiling that does not run",
    "a tile needs whole groups",
    "a tile holds one matrix",
    "can be filled around",
    "hands its tile to",
]


class Value:
    """A tensor of a program: its name there, and what it is."""

    def __init__(self, name, array):
        self.name, self.array = name, array

    @property
    def type(self):
        kind = {"int8": "i8", "int32": "i32"}[str(self.array.dtype)]
        return f"tensor<{''.join(f'{size}x' for size in self.array.shape)}{kind}>"


class Writer:
    """One program: its inputs, its groups, and what NumPy makes of them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.numpy = np.random.default_rng(seed)
        self.inputs, self.lines, self.count = [], [], itertools.count()

    def fresh(self):
        return f"%v{next(self.count)}"

    def input(self, array):
        self.inputs.append(Value(self.fresh(), array))
        return self.inputs[-1]


class Group:
    """The ops of one group, from its last backwards to its operands."""

    def __init__(self, writer: Writer, sources):
        self.writer, self.random, self.sources = writer, writer.random, sources
        self.operands, self.lines = [], []  # (argument, outer value)
        self.loops, self.batched = 0, False  # reduction loops of the last op; whether it is a product of matrices

    def operand(self, value: Value) -> Value:
        for argument, outer in self.operands:
            if outer is value:
                return argument
        argument = Value(self.writer.fresh(), value.array)
        self.operands.append((argument, value))
        return argument

    def extra(self, array) -> Value:
        return self.operand(self.writer.input(array))

    def op(self, text, operands, array, loops=0, batched=False) -> Value:
        self.loops, self.batched = loops, batched
        result = Value(self.writer.fresh(), array)
        types = ", ".join(o.type for o in operands)
        self.lines.append(f"{result.name} = {text.format(types=types, result=result.type)}")
        return result

    def source(self, rank) -> Value:
        known = [s for s in self.sources if s.array.ndim == rank]
        if known and self.random.random() < 0.6:
            return self.operand(self.random.choice(known))
        sizes = {3: [1, 2, 3, 5, 9], 4: [1, 2, 4, 6, 11]}[rank]
        shape = [self.random.choice(sizes) for _ in range(rank)]
        if rank == 4:
            shape[0] = self.random.choice([1, 1, 2])
            shape[2:] = [self.random.choice([4, 7, 9, 12]) for _ in range(2)]
        return self.extra(random_int8(self.writer.numpy, *shape))

    def value(self, depth, rank) -> Value:
        """A tree of at most `depth` ops."""
        if depth == 0:
            return self.source(rank)
        inner = depth - 1 if self.random.random() < 0.8 else 0
        ops = [self.map, self.map, self.window, self.move, self.gather, self.table, self.reduce]
        ops += [self.conv] * 5 if rank == 4 else [self.matmul] * 4
        return self.random.choice(ops)(inner, rank)

    # The ops: MLIR on one side, NumPy on the other.

    def conv(self, depth, rank):
        x = self.value(depth, rank)
        channels = x.array.shape[1]
        groups = self.random.choice([1, 1, channels] + [g for g in range(1, channels + 1) if channels % g == 0])
        filters = groups * self.random.choice([1, 1, 2, 3])
        kernel = [self.random.choice([1, 1, 2, 3]) for _ in range(2)]
        strides = [self.random.choice([1, 1, 2]) for _ in range(2)]
        dilations = [self.random.choice([1, 1, 2]) for _ in range(2)]
        pads = [self.random.randrange(0, 1 + kernel[i % 2] // 2) for i in range(4)]
        for d in range(2):
            missing = (kernel[d] - 1) * dilations[d] + 1 - x.array.shape[2 + d] - pads[d] - pads[d + 2]
            if missing > 0:
                kernel[d] = 1
        w = self.extra(random_int8(self.writer.numpy, filters, channels // groups, *kernel))
        p = self.extra(records(self.writer.numpy, filters, 1 / (60 * np.sqrt(w.array[0].size))))
        zero_point, result_zero = (self.random.randrange(-20, 20) for _ in range(2))
        result = output(
            convolve(x.array, w.array, strides, dilations, pads, groups, zero_point), p.array, result_zero, -100
        )
        text = (
            f"acc.conv {x.name}, {w.name} params {p.name} strides {strides} dilations {dilations} pads {pads} groups "
            f"{groups} mode requantize clamp [-100.0, none] {{{{ifmap_zero_point = {zero_point} : i32, "
            f"output_zero_point = {result_zero} : i32}}}} : ({{types}}) -> {{result}}"
        )
        return self.op(text, [x, w, p], result, loops=1)

    def matmul(self, depth, rank):
        x = self.value(depth, rank)
        batch, rows, inner = x.array.shape
        transpose_ifmap, transpose_weight = (self.random.random() < 0.4 for _ in range(2))
        left = x.array.swapaxes(1, 2) if transpose_ifmap else x.array
        columns = self.random.choice([1, 3, 8, 10])
        shape = (batch, columns, left.shape[2]) if transpose_weight else (batch, left.shape[2], columns)
        w = self.extra(random_int8(self.writer.numpy, *shape))
        p = self.extra(records(self.writer.numpy, columns, 1 / (60 * np.sqrt(left.shape[2]))))
        right = w.array.swapaxes(1, 2) if transpose_weight else w.array
        product = left.astype(np.int64) @ right.astype(np.int64)
        result = output(product.swapaxes(1, 2), p.array, 4).swapaxes(1, 2)
        flags = "".join(
            f", {name} = true"
            for name, on in (("transpose_ifmap", transpose_ifmap), ("transpose_weight", transpose_weight))
            if on
        )
        text = (
            f"acc.matmul {x.name}, {w.name} params {p.name} mode requantize {{{{output_zero_point = 4 : i32{flags}}}}}"
            " : ({types}) -> {result}"
        )
        return self.op(text, [x, w, p], result, loops=1, batched=True)

    def map(self, depth, rank):
        x = self.value(depth, rank)
        shape = list(x.array.shape)
        if self.random.random() < 0.3:
            y = self.extra(random_int8(self.writer.numpy, *shape))
        else:
            for d in range(rank):
                shape[d] = 1 if self.random.random() < 0.4 else shape[d]
            y = self.extra(random_int8(self.writer.numpy, *shape[self.random.randrange(0, rank) :]))
        difference = x.array.astype(np.int32) - y.array
        text = (
            f"acc.map {x.name}, {y.name} : ({{types}}) -> {{result}} {{{{\n^bb0(%a: i32, %b: i32):\n"
            "%c = arith.subi %a, %b : i32\nacc.yield %c : i32\n}}"
        )
        return self.op(text, [x, y], np.clip(difference, -128, 127).astype(np.int8))

    def table(self, depth, rank):
        x = self.value(depth, rank)
        t = self.extra(random_int8(self.writer.numpy, 256))
        text = (
            f"acc.map {x.name}, {t.name} : ({{types}}) -> {{result}} {{{{\n^bb0(%a: i32, %b: i32):\n"
            "%c = acc.lane_table %a in 1 : i32\nacc.yield %c : i32\n}}"
        )
        return self.op(text, [x, t], t.array[x.array.view(np.uint8)])

    def joined(self, kind):
        """Regions of a sum plus its count, or a maximum."""
        finish = "%s = arith.addi %v, %n : i32\nacc.yield %s : i32" if kind == "add" else "acc.yield %v : i32"
        return (
            "program {{\n^bb0(%a: i32):\nacc.yield %a : i32\n}} finish {{\n^bb0(%v: i32, %n: i32):\n" + finish + "\n}}"
        )

    def join(self, kind, parts):
        """Of arrays with a mask of what counts."""
        values, counts = np.stack([v for v, _ in parts]), np.stack([m for _, m in parts])
        if kind == "add":
            return np.clip(np.where(counts, values, 0).sum(0) + counts.sum(0), -128, 127).astype(np.int8)
        return np.where(counts, values, -128).max(0).astype(np.int8)

    def window(self, depth, rank):
        x = self.value(depth, rank)
        shape = x.array.shape
        dims = self.random.choice([[1], [rank - 1], [rank - 2, rank - 1]])
        kind = self.random.choice(["add", "max"])
        sizes, strides, dilations, pads, result = [], [], [], [], list(shape)
        for d in dims:
            size = self.random.randrange(1, min(4, shape[d] + 1))
            dilation = self.random.choice([1, 2]) if (size - 1) * 2 < shape[d] else 1
            sizes.append(size), dilations.append(dilation), strides.append(self.random.choice([1, 2]))
            pads.append(self.random.randrange(0, size) if dilation == 1 else 0)
            result[d] = (shape[d] + pads[-1] - (size - 1) * dilation - 1) // strides[-1] + 1
        parts = []
        for taps in itertools.product(*(range(size) for size in sizes)):
            value, counts = x.array.astype(np.int32), np.ones([1] * rank, bool)
            for k, d in enumerate(dims):
                position = np.arange(result[d]) * strides[k] - pads[k] + taps[k] * dilations[k]
                value = value.take(np.clip(position, 0, shape[d] - 1), d)
                inside = (position >= 0) & (position < shape[d])
                counts = counts & inside.reshape([-1 if i == d else 1 for i in range(rank)])
            parts.append((value, np.broadcast_to(counts, value.shape)))
        high = [shape[d] for d in dims]
        text = (
            f"acc.window {x.name} dims {dims} sizes {sizes} strides {strides} dilations {dilations} pads {pads} count "
            f"{[0] * len(dims)} to {high} {kind} : {{types}} -> {{result}} " + self.joined(kind)
        )
        return self.op(text, [x], self.join(kind, parts))

    def reduce(self, depth, rank):
        x = self.value(depth, rank)
        axes = sorted(self.random.sample(range(rank), self.random.choice([1, 1, 2])))
        kind = self.random.choice(["add", "max"])
        count = int(np.prod([x.array.shape[a] for a in axes]))
        value = x.array.astype(np.int32)
        if kind == "add":
            value = np.clip(value.sum(tuple(axes), keepdims=True) + count, -128, 127)
        else:
            value = value.max(tuple(axes), keepdims=True)
        text = f"acc.reduce {x.name} axes {axes} {kind} : {{types}} -> {{result}} " + self.joined(kind)
        return self.op(text, [x], value.astype(np.int8), loops=len(axes))

    def move(self, depth, rank):
        x = self.value(depth, rank)
        shape = x.array.shape
        dims, offsets, steps, fill = list(range(rank)), [0] * rank, [1] * rank, 0
        kind = self.random.choice(["transpose", "slice", "pad", "broadcast"])
        if kind == "transpose":
            self.random.shuffle(dims)
            result = x.array.transpose(np.argsort(dims))
        elif kind == "slice":
            indices = []
            for d in range(rank):
                steps[d] = self.random.choice([1, 1, 2, -1, -2])
                length = self.random.randrange(1, (shape[d] + abs(steps[d]) - 1) // abs(steps[d]) + 1)
                span = (length - 1) * abs(steps[d])
                low = self.random.randrange(0, shape[d] - span)
                offsets[d] = low if steps[d] > 0 else low + span
                indices.append(offsets[d] + steps[d] * np.arange(length))
            result = x.array[np.ix_(*indices)]
        elif kind == "pad":
            low, high = ([self.random.choice([0, 0, 1, 3]) for _ in range(rank)] for _ in range(2))
            offsets, fill = [-n for n in low], self.random.randrange(0, 127)
            result = np.pad(x.array, list(zip(low, high)), constant_values=fill)
        else:
            wide = list(shape)
            for d in range(rank):
                if shape[d] == 1 and self.random.random() < 0.7:
                    wide[d], dims[d] = self.random.choice([2, 5]), -1
            result = np.broadcast_to(x.array, wide)
        text = f"acc.move {x.name} dims {dims} offsets {offsets} steps {steps} fill {fill} : {{types}} -> {{result}}"
        return self.op(text, [x], np.ascontiguousarray(result))

    def gather(self, depth, rank):
        x = self.value(depth, rank)
        axis = self.random.randrange(0, rank)
        size = x.array.shape[axis]
        indices = self.writer.numpy.integers(0, size, self.random.choice([1, size, 7]), np.int32)
        i = self.extra(indices)
        text = f"acc.gather {x.name}, {i.name} axis {axis} : ({{types}}) -> {{result}}"
        return self.op(text, [x, i], x.array.take(indices, axis))

    def tiling(self, array) -> str:
        if self.random.random() < 0.15:
            return ""
        sizes = [self.random.choice([size, self.random.randrange(1, size + 1)]) for size in array.shape]
        order = self.random.sample(range(array.ndim), array.ndim)
        if self.batched:
            sizes[0] = 1
        reduction = ""
        if self.loops and self.random.random() < 0.5:
            reduction = f", reduction = {[self.random.randrange(1, 9) for _ in range(self.loops)]}"
        return f" tiled <sizes = {sizes}, order = {order}{reduction}>"

    def write(self, number, result) -> Value:
        made = Value(self.writer.fresh(), result.array)
        arguments = ", ".join(f"{a.name}: {a.type}" for a, _ in self.operands)
        self.writer.lines += [
            f"{made.name} = acc.group({', '.join(o.name for _, o in self.operands)}) node {number} \"group\" from "
            f'["g{number}"]{self.tiling(result.array)} : ({", ".join(o.type for _, o in self.operands)}) -> {made.type} {{',
            f"^bb0({arguments}):",
            *self.lines,
            f"acc.yield {result.name} : {result.type}",
            "}",
        ]
        return made


def program(seed):
    """The text of a program, its inputs, and what it has to give."""
    writer = Writer(seed)
    rank = writer.random.choice([3, 4, 4])
    made = []
    for number in range(writer.random.choice([1, 1, 2, 3])):
        group = Group(writer, made)
        depth = writer.random.choice([1, 2, 2, 3])
        made.append(group.write(number, group.value(depth, rank)))
    arguments = ", ".join(f'{i.name}: {i.type} {{dnn.name = "{i.name[1:]}"}}' for i in writer.inputs)
    results = ", ".join(f'{m.type} {{dnn.name = "{m.name[1:]}"}}' for m in made)
    text = "\n".join(
        [
            f"func.func @main({arguments}) -> ({results}) {{",
            *writer.lines,
            f"return {', '.join(m.name for m in made)} : {', '.join(m.type for m in made)}",
            "}",
        ]
    )
    return text, {i.name[1:]: i.array for i in writer.inputs}, {m.name[1:]: m.array for m in made}


def run(seed, target, folder) -> str:
    """"", why the program was refused, or what is wrong."""
    text, inputs, need = program(seed)
    source, binary = folder / "program.mlir", folder / "program.bin"
    source.write_text(text)
    compiled = tools.call("dnnc", source, "-o", binary, *(["--target", target] if target else []))
    if compiled.code == 1 and any(refusal in compiled.stderr for refusal in REFUSALS):
        return "refused"
    if compiled.code != 0:
        return f"dnnc ends with {compiled.code}: {compiled.message()}"
    try:
        have = tools.simulate(binary, inputs).outputs
    except ToolError as error:
        return str(error)
    differ = {name: np.count_nonzero(have[name] != array) for name, array in need.items()}
    return ", ".join(f"{name}: {count} of {need[name].size} differ" for name, count in differ.items() if count)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--target", action="append", default=[], help="file, or `random`: one for each seed")
    parser.add_argument("--keep", type=Path, help="folder for the programs that fail")
    arguments = parser.parse_args()
    counts = {"equal": 0, "refused": 0, "failed": 0}
    with tempfile.TemporaryDirectory(prefix="random-groups-") as name:
        folder = Path(name)
        for seed, target in itertools.product(range(arguments.first, arguments.last), arguments.target or [""]):
            if target == "random":
                target = folder / "target.yaml"
                target.write_text(random_target(seed))
            outcome = run(seed, target, folder)
            kind = {"": "equal", "refused": "refused"}.get(outcome, "failed")
            counts[kind] += 1
            if kind == "failed":
                print(f"seed {seed}, target {target or 'edge'}: {outcome}")
                if arguments.keep:
                    arguments.keep.mkdir(parents=True, exist_ok=True)
                    (arguments.keep / f"{seed}.mlir").write_text((folder / "program.mlir").read_text())
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
