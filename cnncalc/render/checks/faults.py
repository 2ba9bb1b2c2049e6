"""What all formats of faults share: which are shown, how many are left out, and their messages in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from cnncalc import quantity
from cnncalc.problem import Diagnostic
from cnncalc.render.terminal import printable

MOST_IN_A_FILE = 100
"""More faults of one file than this are counted rather than shown."""


def limited(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, int]]:
    """The faults to be shown, errors before warnings, then by place; and by file how many are left out."""
    seen: Counter[str] = Counter()
    shown = []
    for fault in sorted(diagnostics, key=lambda fault: fault.sort_key):
        seen[fault.source.name] += 1
        if seen[fault.source.name] <= MOST_IN_A_FILE:
            shown.append(fault)
    return shown, {name: count - MOST_IN_A_FILE for name, count in seen.items() if count > MOST_IN_A_FILE}


def counts(left_out: dict[str, int]) -> Sequence[str]:
    """How many faults of each file are not shown."""
    return [f"{printable(name)}: and {quantity.plural(number, 'fault')} more" for name, number in left_out.items()]


def one_line(text: str) -> str:
    """A text that steers no terminal and has no line breaks."""
    return printable(text.replace("\n", " "))


def said(fault: Diagnostic) -> str:
    """The message, the note and the helps, each on its line."""
    lines = [fault.message, *filter(None, [fault.note]), *(f"help: {proposal}" for proposal in fault.helps)]
    return "\n".join(map(one_line, lines))
