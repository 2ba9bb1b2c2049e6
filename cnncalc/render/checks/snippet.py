"""The lines of a source that a fault is about, with a caret under the fault and dashes under what contributes.

Everything is measured in the columns of a terminal: tabs are spread out, wide characters take two columns and combining
marks none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnncalc.problem import Diagnostic, Source, Span
from cnncalc.render.terminal import painted, printable, width

CARET, DASH = "^", "-"
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
    bar = painted("|", "blue", color)
    yield f"{' ' * gutter} {bar}"
    previous = 0
    for number, spans in _spans_by_line(fault):
        if previous and number - previous == 2:
            yield _source_line(number - 1, _between(fault.source, number - 1, width - gutter - 3), gutter, color=color)
        elif previous and number - previous > 2:
            yield painted(ELLIPSIS, "blue", color)
        line, marks = _windowed(*_measured(fault.source, number, spans), max(width - gutter - 3, NARROWEST))
        yield _source_line(number, line, gutter, color=color)
        for below in _drawn(marks, color=color):
            yield f"{' ' * gutter} {bar} {below}"
        previous = number


def _spans_by_line(fault: Diagnostic) -> list[tuple[int, list[tuple[Span, str, str]]]]:
    """The lines to be shown, each with its spans, their signs and texts; the fault's own first."""
    lines: dict[int, list[tuple[Span, str, str]]] = {fault.span.line: [(fault.span, CARET, fault.note)]}
    for label in fault.labels:
        lines.setdefault(label.span.line, []).append((label.span, DASH, label.text))
    return sorted(lines.items())


def _source_line(number: int, line: str, gutter: int, *, color: bool) -> str:
    return f"{painted(f'{number:>{gutter}} |', 'blue', color)} {line}".rstrip()


def _between(source: Source, number: int, columns: int) -> str:
    return _windowed(printable(source.line(number)), [], max(columns, NARROWEST))[0]


def _measured(source: Source, number: int, spans: Sequence[tuple[Span, str, str]]) -> tuple[str, list[Mark]]:
    """A line as it is printed, and its marks in columns of the terminal; a span past the end points behind it."""
    line = source.line(number)
    marks = []
    for span, sign, words in spans:
        start = min(max(span.column - 1, 0), len(line))
        stop = min(start + max(span.length, 1), len(line))
        column = width(printable(line[:start]))
        marks.append(
            Mark(column, max(width(printable(line[start:stop])), 1), sign, printable(words.replace("\n", " ")))
        )
    return printable(line), marks


def _windowed(line: str, marks: list[Mark], columns: int) -> tuple[str, list[Mark]]:
    """The part of a long line in which its first mark stands, with an ellipsis for what is cut off."""
    if width(line) <= columns:
        return line, marks
    chief = next((mark for mark in marks if mark.sign == CARET), marks[0] if marks else Mark(0, 1, CARET, ""))
    begin = 0 if chief.column + chief.width + len(ELLIPSIS) <= columns else max(chief.column - CONTEXT, 0)
    before = ELLIPSIS if begin else ""
    room = columns - len(before) - len(ELLIPSIS)
    text, skipped = _cut(line, begin, room)
    after = ELLIPSIS if skipped + width(text) < width(line) else ""
    shift = len(before) - skipped
    seen = [
        mark._replace(column=mark.column + shift, width=max(1, min(mark.width, columns - mark.column - shift)))
        for mark in marks
        if skipped <= mark.column <= skipped + room
    ]
    return before + text + after, seen


def _cut(line: str, begin: int, room: int) -> tuple[str, int]:
    """The characters that stand from a column on, at most `room` columns of them, and the columns skipped."""
    first = 0
    skipped = 0
    while skipped < begin:
        skipped += width(line[first])
        first += 1
    last, used = first, 0
    while last < len(line) and used + width(line[last]) <= room:
        used += width(line[last])
        last += 1
    return line[first:last], skipped


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
    drawn = "".join(_painted_sign(signs.get(column, " "), color=color) for column in range(end + 1))
    yield drawn + (f" {_painted_text(last, color=color)}" if beside else "")
    waiting = [mark for mark in order if mark.text and not (beside and mark is last)]
    if waiting:
        yield _connectors(waiting, color=color)
    while waiting:
        mark = waiting.pop()
        stems = _connectors([other for other in waiting if other.column < mark.column], color=color, until=mark.column)
        yield stems + _painted_text(mark, color=color)
        if waiting:
            yield _connectors(waiting, color=color)


def _connectors(marks: Sequence[Mark], *, color: bool, until: int = 0) -> str:
    """A stem below each mark, and blanks up to a column."""
    columns = {mark.column for mark in marks}
    stems = [
        painted("|", "blue", color) if column in columns else " " for column in range(max(columns, default=-1) + 1)
    ]
    return "".join(stems) + " " * (until - len(stems))


def _painted_sign(sign: str, *, color: bool) -> str:
    return painted(sign, "red" if sign == CARET else "blue", color) if sign != " " else sign


def _painted_text(mark: Mark, *, color: bool) -> str:
    return painted(mark.text, "red" if mark.sign == CARET else "blue", color)
