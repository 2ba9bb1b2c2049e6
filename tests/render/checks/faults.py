"""Faults and judged networks for the tests of the formats: with labels, helps, odd letters and hostile texts."""

from __future__ import annotations

from fractions import Fraction

import cnncalc
from cnncalc import codes
from cnncalc.gate import Budget
from cnncalc.judging import Judged, Unreadable
from cnncalc.problem import Diagnostic, Label
from cnncalc.source import Source, Span

LECTURE = Source("nets/lecture.yaml", "input: 7x7x3\nlayers:\n  - conv: 5 3x3 stride 3\n")
MISFIT = Diagnostic(
    codes.STRIDE_DOES_NOT_FIT,
    "stride 3 does not fit: 100 % of it",
    LECTURE,
    Span(3, 24),
    "1 row left",
    (Label(Span(1, 8, 5), "W = H = 7"), Label(Span(2, 1, 6), "")),
    ("`stride 2` gives 3x3x5", "`pad 1` gives 3x3x5"),
)
WARNING = Diagnostic(codes.BIAS_BEFORE_NORM, "a bias, for nothing", LECTURE, Span(3, 5, 4))
HOSTILE_SOURCE = Source("a,b:c%/ü 畳\n.yaml", "x: \x1b[2J<畳>&\n")
HOSTILE = Diagnostic(
    codes.UNKNOWN_KEY,
    "unknown key `\x1b]0;x\x07 <&\r\n::error::gotcha ]]> \ud800`",
    HOSTILE_SOURCE,
    Span(1, 1, 1),
    "\x00\ufffe",
)
EVERY = [MISFIT, WARNING, HOSTILE]

TOTALS = cnncalc.analyze(cnncalc.load("lenet5")).totals
WHOLE = Judged(
    "nets/lenet5.yaml",
    "LeNet-5",
    None,
    (),
    TOTALS,
    (Budget("params", 61_706, 62_000, True), Budget("weight_memory", 246_824, Fraction(250_000), True)),
    0.0125,
)
OVER = Judged(
    "nets/lenet5.yaml", "LeNet-5", "wide", (MISFIT, WARNING), TOTALS, (Budget("macs", 416_520, 400_000, False),), 0.5
)
BROKEN = Judged("nets/lecture.yaml", "", None, (HOSTILE,), None, (), 0.0)
ODD = Judged(HOSTILE_SOURCE.name, "a|b `<img>` [x](y) *z*", None, (WARNING,), TOTALS, (), 0.0)
NETWORKS = [WHOLE, OVER, BROKEN, ODD]
GONE = Unreadable("gone.yaml", "gone.yaml: no such file or directory")
LESSON = "# CNN: a title\n\nwhat it means\n"
