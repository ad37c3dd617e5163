"""How the tools in Python say that the input or the request is at fault."""

from __future__ import annotations


class Problems(Exception):
    """Every problem found, one a line, each with its place: "m.onnx: error: is not an ONNX model"."""

    def __init__(self, place: object = None, text: str = ""):
        self.lines: list[str] = []
        if text:
            self.add(place, text)

    def add(self, place: object, text: str) -> None:
        self.lines.append(f"{place}: error: {text}")

    def raise_if_any(self) -> None:
        if self.lines:
            raise self

    def __str__(self) -> str:
        return "\n".join(self.lines)
