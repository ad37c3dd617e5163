"""Compiles a model, runs it on the simulator and compares every observed tensor with what it should be."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx

from dnnc_test import compare, judge
from dnnc_test.golden import Golden
from dnnc_test.run import Result, ToolError, Tools


@dataclass
class Report:
    problems: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    cycles: int = 0

    @property
    def passed(self) -> bool:
        return not self.problems

    def line(self, name: str) -> str:
        text = f"{'pass' if self.passed else 'FAIL'} {name}: {'; '.join(self.figures)}"
        return text + "".join(f"\n       {p}" for p in self.problems[:6])


def quantized_tensors(
    model: onnx.ModelProto, inputs, run: dict[str, np.ndarray], golden: Golden | None = None
):
    """The run's tensors against the golden fed with them, operator by operator."""
    golden = golden or Golden(model)
    tensors = golden.evaluate(inputs, run)
    return compare.with_golden(tensors, run, required=[o.name for o in model.graph.output])


def judge_difference(golden: Golden, inputs, reference: dict[str, np.ndarray]) -> str:
    """How ONNX Runtime's operators differ from the golden fed with ONNX Runtime's own tensors, by
    operator.
    """
    tensors = golden.evaluate(inputs, reference)
    total, wrong = 0, Counter()
    for name, tensor in tensors.items():
        if name not in reference or not tensor.exact or tensor.array.dtype.kind == "f":
            continue
        total += tensor.array.size
        count = int(np.count_nonzero(reference[name] != tensor.array))
        if count:
            producer = golden.graph.producer[name]
            source = golden.graph.producer.get(producer.inputs[0])
            wrong[source.op if producer.op == "QuantizeLinear" and source else producer.op] += count
    named = f" ({', '.join(f'{op} {n}' for op, n in wrong.most_common())})" if wrong else ""
    return f"ONNX Runtime: {wrong.total()} of {total}{named}"


def float_reference(path: Path, inputs, names: list[str]) -> dict[str, np.ndarray]:
    return judge.run(path, inputs, names)


def check(
    tools: Tools,
    path: Path,
    inputs: dict[str, np.ndarray],
    form: str,
    options=(),
    beside: bool = True,
    whole: bool = True,
    floats_bar: float = compare.FLOAT_BAR,
) -> Report:
    """`form`: float, or a form of `quantized`. `beside`: ONNX Runtime's own difference is stated. `whole`:
    the program without observed tensors is run as well, compiled twice, and taken apart and put together
    again."""
    report = Report()
    model = onnx.load(path)
    with tempfile.TemporaryDirectory(prefix="dnnc-check.") as folder:
        try:
            observed = Path(folder) / "observed.bin"
            tools.compile(path, observed, *options, observe=True)
            run = tools.simulate(observed, inputs, tensors=True)
            _tensors(report, model, path, inputs, form, run, beside, floats_bar)
            if whole:
                _program(tools, report, Path(folder), path, inputs, options, run)
            else:
                report.cycles = run.stats["cycles"]
        except ToolError as error:
            report.problems.append(str(error))
    return report


def _tensors(report: Report, model, path, inputs, form, run: Result, beside, bar):
    outputs = [o.name for o in model.graph.output]
    if form == "float":
        reference = float_reference(path, inputs, [t for t in run.tensors if t not in outputs])
        comparison = compare.with_floats(reference, run.tensors, outputs, bar)
        report.figures.append(comparison.figures())
    else:
        golden = Golden(model)
        comparison = quantized_tensors(model, inputs, run.tensors, golden)
        report.figures.append(comparison.figures())
        if beside:
            reference = judge.run(path, inputs, golden.observable, signed=form == "qdq-s8s8")
            report.figures.append(judge_difference(golden, inputs, reference))
    report.problems += comparison.problems
    if comparison.compared == 0:
        report.problems.append("no tensor was compared")


def _program(tools: Tools, report: Report, folder: Path, path, inputs, options, observed: Result):
    program = folder / "plain.bin"
    compiled = tools.compile(path, program, *options)
    run = tools.simulate(program, inputs)
    report.cycles = run.stats["cycles"]
    report.figures.append(
        f"compile {compiled.seconds:.1f} s, run {run.seconds:.1f} s, {report.cycles / 1e6:.2f} Mcycles, "
        f"utilization {run.stats['utilization']:.0%}"
    )
    for name, need in observed.outputs.items():
        have = run.outputs.get(name)
        if have is None or compare.relative(have, need) > compare.FLOAT_BAR:
            report.problems.append(f"{name}: the program without observed tensors gives another result")
    busy = sum(queue["busy_cycles"] for queue in run.stats["queues"].values())
    if busy:
        report.figures.append(f"{report.cycles / busy:.2f} of the queues' busy cycles")
    again = folder / "again.bin"
    tools.compile(path, again, "-j", "1", *options)
    if program.read_bytes() != again.read_bytes():
        report.problems.append("a second compilation, with one thread, gives other bytes")
    text, assembled = folder / "program.txt", folder / "assembled.bin"
    text.write_text(tools.expect("dnnc-objdump", program).stdout)
    tools.expect("dnnc-as", text, "-o", assembled, "--data", program)
    if program.read_bytes() != assembled.read_bytes():
        report.problems.append("dnnc-as does not give the bytes back that dnnc-objdump showed")
