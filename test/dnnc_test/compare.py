"""Differences between the tensors of a run and what they should be, counted and named."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

FLOAT_BAR = 2e-5  # largest difference over the tensor's largest magnitude (hardware.md, Numerics)


def relative(have: np.ndarray, need: np.ndarray) -> float:
    """The largest difference over the reference's largest magnitude; infinity where not finite alike."""
    have, need = have.astype(np.float64), need.astype(np.float64)
    finite = np.isfinite(need)
    if not np.array_equal(finite, np.isfinite(have)) or not np.array_equal(
        have[~finite], need[~finite], equal_nan=True
    ):
        return float("inf")
    if not finite.any():
        return 0.0
    largest = np.abs(need[finite]).max()
    difference = np.abs(have[finite] - need[finite]).max()
    return 0.0 if difference == 0 else float(difference / largest) if largest > 0 else float("inf")


@dataclass
class Comparison:
    compared: int = 0  # tensors in both
    missing: list[str] = field(default_factory=list)  # that the run should have and has not
    elements: int = 0  # of exact integer tensors
    differing: int = 0
    float_elements: int = 0  # of integer tensors with float work right before them: one step is allowed
    one_step: int = 0
    beyond: int = 0  # of those, by more than a step
    worst_float: float = 0.0
    worst_name: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.problems and self.compared > 0

    def figures(self) -> str:
        parts = [f"{self.compared} tensors"]
        if self.missing:
            parts.append(f"{len(self.missing)} not observed")
        if self.elements:
            parts.append(f"{self.differing} of {self.elements} differ")
        if self.float_elements:
            parts.append(f"{self.one_step} of {self.float_elements} one step off after float work")
        if self.worst_float or not self.elements:
            parts.append(f"float {self.worst_float:.1e}{f' at {self.worst_name}' if self.worst_name else ''}")
        return ", ".join(parts)

    def float_error(self, name: str, have: np.ndarray, need: np.ndarray) -> float:
        error = relative(have, need)
        if error > self.worst_float:
            self.worst_float, self.worst_name = error, name
        return error


def _shapes(result: Comparison, name: str, have: np.ndarray, need: np.ndarray) -> bool:
    if have.shape == need.shape and have.dtype == need.dtype:
        return True
    result.problems.append(
        f"{name}: have {have.dtype}{list(have.shape)}, need {need.dtype}{list(need.shape)}"
    )
    return False


def with_golden(tensors: dict, run: dict[str, np.ndarray], required=()) -> Comparison:
    """Golden tensors (golden.Tensor by name) against those of a run. Names in `required` must be in the
    run.
    """
    result = Comparison(missing=[n for n in tensors if n not in run])
    for name in required:
        if name not in run:
            result.problems.append(f"{name}: the run has no such tensor")
    for name, tensor in tensors.items():
        if name not in run:
            continue
        have, need = run[name], tensor.array
        if not _shapes(result, name, have, need):
            continue
        result.compared += 1
        if need.dtype.kind == "f":
            error = result.float_error(name, have, need)
            if error > FLOAT_BAR:
                result.problems.append(
                    f"{name}: float differs by {error:.2e} of its largest value, allowed {FLOAT_BAR}"
                )
            continue
        wrong = int(np.count_nonzero(have != need))
        if tensor.exact:
            result.elements += need.size
            result.differing += wrong
            if wrong:
                result.problems.append(
                    f"{name}: {wrong} of {need.size} elements differ, first {first_difference(have, need)}"
                )
        else:
            steps = np.abs(have.astype(np.int64) - need.astype(np.int64))
            beyond = int(np.count_nonzero(steps > 1))
            result.float_elements += need.size
            result.one_step += wrong
            result.beyond += beyond
            if beyond:
                result.problems.append(
                    f"{name}: {beyond} of {need.size} differ by more than a step (at most {steps.max()})"
                )
    return result


def with_floats(
    reference: dict[str, np.ndarray], run: dict[str, np.ndarray], required=(), bar=FLOAT_BAR
) -> Comparison:
    """Float tensors of ONNX Runtime against those of a run."""
    result = Comparison(missing=[n for n in reference if n not in run])
    for name in required:
        if name not in run:
            result.problems.append(f"{name}: the run has no such tensor")
    for name, need in reference.items():
        if name not in run or not _shapes(result, name, run[name], need):
            continue
        result.compared += 1
        error = result.float_error(name, run[name], need)
        if error > bar:
            result.problems.append(f"{name}: differs by {error:.2e} of its largest value, allowed {bar}")
    return result


def first_difference(have: np.ndarray, need: np.ndarray) -> str:
    index = tuple(int(i) for i in np.argwhere(have != need)[0])
    return f"at {list(index)}: have {have[index]}, need {need[index]}"
