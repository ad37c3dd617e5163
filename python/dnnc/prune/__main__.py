"""dnnc prune: the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

try:
    from dnnc.model_file import ModelFile
    from dnnc.problems import Problems
    from dnnc.prune import Pattern, Request, Row, prune
except ModuleNotFoundError as missing:  # onnx or NumPy
    sys.exit(f"dnnc prune: error: needs the Python package {missing.name}, which is not installed: run scripts/setup")

DESCRIPTION = """\
Makes a pruned copy of an ONNX model, to study what zeros save. The smallest weights of convolutions and matrix
products become zero; nothing is trained, so the copy's accuracy is not that of a network pruned with training."""

EXAMPLES = """\
examples:
  dnnc prune resnet50.onnx -o half.onnx --sparsity 0.5
  dnnc prune resnet50.onnx -o half.onnx --sparsity 0.5 --scope global
  dnnc prune resnet50.onnx -o 2of4.onnx --pattern 2:4 --keep-first
  dnnc prune int8.onnx -o pruned.onnx --sparsity 0.7 --exclude head --exclude fc --sparse-initializers"""


def _fraction(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"have '{text}'; need a number of at least 0 and below 1, as in 0.7")
    return value


def _pattern(text: str) -> Pattern:
    try:
        return Pattern.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _output(text: str) -> Path:
    if text.endswith(".onnxtxt") or text == "-":
        raise argparse.ArgumentTypeError(f"have '{text}'; models are written to files as protobuf: name it FILE.onnx")
    return Path(text)


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="dnnc prune",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument("model", type=Path, metavar="MODEL.onnx", help="float or quantized (QDQ, QOperator) model")
    result.add_argument(
        "-o",
        "--output",
        type=_output,
        required=True,
        metavar="FILE",
        help="model to write; external data goes to FILE.data",
    )
    how = result.add_argument_group("what becomes zero").add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--sparsity",
        type=_fraction,
        metavar="PART",
        help="this part of the weights, by magnitude; zeros that are there already count",
    )
    how.add_argument(
        "--pattern",
        type=_pattern,
        metavar="N:M",
        help="all but the N largest of every M weights along the input channels, as in 2:4, 1:4 or 4:8",
    )
    where = result.add_argument_group("where")
    where.add_argument(
        "--scope",
        choices=["layer", "global"],
        help="--sparsity of each layer (default), or of all layers together",
    )
    where.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="NODE",
        help="leave the weights of this node as they are; may be repeated",
    )
    where.add_argument("--keep-first", action="store_true", help="leave the first convolution as it is")
    form = result.add_argument_group("how it is written")
    form.add_argument(
        "--sparse-initializers",
        action="store_true",
        help="write pruned tensors as ONNX sparse initializers; without it zeros stand in dense tensors",
    )
    return result


def table(rows: list[Row]) -> str:
    """One line a weight tensor, and their sum."""

    def density(zeros: int, elements: int) -> str:
        return f"{100 * (1 - zeros / elements):.1f}%" if elements else "-"

    lines = [("node", "op", "shape", "weights", "density", "after", "")]
    for row in rows:
        lines.append(
            (
                row.node,
                row.op,
                "x".join(map(str, row.shape)),
                str(row.elements),
                density(row.zeros_before, row.elements),
                density(row.zeros_after, row.elements),
                row.note,
            )
        )
    elements, before, after = (sum(getattr(r, f) for r in rows) for f in ("elements", "zeros_before", "zeros_after"))
    lines.append(("all", "", "", str(elements), density(before, elements), density(after, elements), ""))
    widths = [max(len(line[i]) for line in lines) for i in range(7)]
    text = ""
    for line in lines:
        cells = [cell.ljust(w) if i < 3 or i == 6 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths))]
        text += "  ".join(cells).rstrip() + "\n"
    return text


def run(arguments: argparse.Namespace) -> None:
    file = ModelFile(arguments.model)
    request = Request(
        arguments.sparsity,
        arguments.pattern,
        arguments.scope == "global",
        tuple(arguments.exclude),
        arguments.keep_first,
        arguments.sparse_initializers,
    )
    rows = prune(file.model, request, arguments.model)
    file.save(arguments.output)
    sys.stdout.write(table(rows))


def main(words: list[str] | None = None) -> int:
    command = parser()
    arguments = command.parse_args(words)
    if arguments.pattern and arguments.scope:
        command.error("argument --scope: not allowed with argument --pattern, which is of each group of weights")
    try:
        run(arguments)
        sys.stdout.flush()
    except Problems as problems:
        print(problems, file=sys.stderr)
        return 1
    except MemoryError:
        print(f"{arguments.model}: error: needs more memory than there is", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the table's reader has gone; the model is written
        sys.stderr.close()
        return 0
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
