"""Small specs to compare, and what became of their layers."""

from __future__ import annotations

import cnncalc
from cnncalc.analysis import Report
from cnncalc.compare.difference import SAME, Difference, LayerChange, compare

PLAIN = """\
input: 32x32x3
layers:
  - conv: 16 3x3 pad 1
  - relu
  - conv: 16 3x3 pad 1
  - relu
  - conv: 32 3x3 pad 1
  - relu
  - fc: 10
"""


def report(text: str) -> Report:
    return cnncalc.analyze(cnncalc.loads(text))


def difference(before: str, after: str) -> Difference:
    return compare(report(before), report(after))


def fates(found: Difference) -> list[tuple[str, str]]:
    """What is not the same, in order."""
    return [(layer.change, layer.path) for layer in found.layers if layer.change != SAME]


def fields(layer: LayerChange) -> list[str]:
    """Which of its fields are told to differ."""
    return [change.field for change in layer.changes]
