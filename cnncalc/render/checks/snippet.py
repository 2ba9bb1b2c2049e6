"""The lines of a source that a fault is about, with a caret under the fault and dashes under what contributes.

Everything is measured in the columns of a terminal: tabs are spread out, wide characters take two columns and combining
marks none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from cnncalc.problem import Diagnostic
from cnncalc.render.terminal import painted, width
from cnncalc.safe import one_line, printable
from cnncalc.source import Source, Span

CARET, DASH = "^", "-"
SIGN_STYLES = {CARET: "red", DASH: "blue", " ": ""}
ELLIPSIS = "..."
NARROWEST = 30
"""A window onto a long line is never narrower than this."""
CONTEXT = 12
"""How much of a long line stays visible before what is marked."""


class Mark(NamedTuple):
    """What is drawn below a line: from which column of the terminal, how wide, with which sign and text."""

    column: int
    width: int
    sign: str
    text: str


def gutter_width(fault: Diagnostic) -> int:
    """The columns that the largest line number takes."""
    return len(str(max(span.line for span in (fault.span, *(label.span for label in fault.labels)))))


def snippet(fault: Diagnostic, *, color: bool, width: int) -> Iterator[str]:
    """The lines in order, each with its marks below it; what lies between two of them is one line or an ellipsis."""
    gutter = gutter_width(fault)
    room = max(width - gutter - 3, NARROWEST)
    below = f"{' ' * gutter} {painted('|', 'blue', color)}"
    yield below
    previous = 0
    for number, spans in _spans_by_line(fault):
        if previous and number - previous > 1:
            yield painted(ELLIPSIS, "blue", color)
        line, marks = _windowed(*_measured(fault.source, number, spans), room)
        yield f"{painted(f'{number:>{gutter}} |', 'blue', color)} {line}".rstrip()
        yield from (f"{below} {drawn}" for drawn in _drawn(marks, color=color))
        previous = number


def _spans_by_line(fault: Diagnostic) -> list[tuple[int, list[tuple[Span, str, str]]]]:
    """The lines to be shown, each with its spans, their signs and texts, the fault's own first; a lone line between."""
    lines: dict[int, list[tuple[Span, str, str]]] = {fault.span.line: [(fault.span, CARET, fault.note)]}
    for label in fault.labels:
        lines.setdefault(label.span.line, []).append((label.span, DASH, label.text))
    for number in [number for number in lines if number + 2 in lines]:
        lines.setdefault(number + 1, [])
    return sorted(lines.items())


def _measured(source: Source, number: int, spans: Sequence[tuple[Span, str, str]]) -> tuple[str, list[Mark]]:
    """A line as it is printed, and its marks in columns of the terminal; a span past the end points behind it."""
    line = source.line(number)
    marks = []
    for span, sign, words in spans:
        start = min(max(span.column - 1, 0), len(line))
        stop = min(start + max(span.length, 1), len(line))
        column = width(printable(line[:start]))
        marks.append(Mark(column, max(width(printable(line[start:stop])), 1), sign, one_line(words)))
    return printable(line), marks


def _windowed(line: str, marks: list[Mark], columns: int) -> tuple[str, list[Mark]]:
    """The part of a long line in which its first mark stands, with an ellipsis for what is cut off."""
    if width(line) <= columns:
        return line, marks
    chief = min(marks, key=lambda mark: mark.sign != CARET, default=Mark(0, 1, CARET, ""))
    begin = 0 if chief.column + chief.width + len(ELLIPSIS) <= columns else max(chief.column - CONTEXT, 0)
    before = ELLIPSIS if begin else ""
    room = columns - len(before) - len(ELLIPSIS)
    ends = list(accumulate(map(width, line), initial=0))
    first = bisect_left(ends, begin)
    skipped = ends[first]
    last = bisect_right(ends, skipped + room) - 1
    after = ELLIPSIS if ends[last] < ends[-1] else ""
    shift = len(before) - skipped
    seen = [
        mark._replace(column=mark.column + shift, width=max(1, min(mark.width, columns - mark.column - shift)))
        for mark in marks
        if skipped <= mark.column <= skipped + room
    ]
    return before + line[first:last] + after, seen


def _drawn(marks: Sequence[Mark], *, color: bool) -> Iterator[str]:
    """The signs in one line with the text of the last; each other text on a line of its own below its sign."""
    if not marks:
        return
    order = sorted(marks, key=lambda mark: (mark.column, mark.sign == CARET))
    signs: dict[int, str] = {}
    for mark in sorted(order, key=lambda mark: mark.sign == CARET):  # a caret hides a dash
        signs.update(dict.fromkeys(range(mark.column, mark.column + mark.width), mark.sign))
    last = order[-1]
    end = max(signs)
    # The last text stands beside its sign, unless another sign lies further right.
    beside = last.text and last.column + last.width > end
    row = [signs.get(column, " ") for column in range(end + 1)]
    drawn = "".join(painted(sign, SIGN_STYLES[sign], color) for sign in row)
    yield drawn + (f" {_painted(last, color=color)}" if beside else "")
    waiting = [mark for mark in order if mark.text and not (beside and mark is last)]
    while waiting:
        yield _stems(waiting, waiting[-1].column + 1, color=color)
        mark = waiting.pop()
        yield _stems(waiting, mark.column, color=color) + _painted(mark, color=color)


def _stems(marks: Sequence[Mark], end: int, *, color: bool) -> str:
    """A stem below each mark, and blanks up to a column."""
    columns = {mark.column for mark in marks}
    return "".join(painted("|", "blue", color) if column in columns else " " for column in range(end))


def _painted(mark: Mark, *, color: bool) -> str:
    return painted(mark.text, SIGN_STYLES[mark.sign], color)
