"""Faults as people and programs read them: with their source, one a line, or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from cnncalc import quantity
from cnncalc.problem import Diagnostic
from cnncalc.render.snippet import gutter_width, snippet
from cnncalc.render.terminal import painted, printable

MOST_IN_A_FILE = 100
"""More faults of one file than this are counted rather than shown."""
WIDTH = 120
SEVERITY_STYLES = {"error": "red", "warning": "yellow"}


def text(diagnostics: Iterable[Diagnostic], *, color: bool = False, width: int = WIDTH) -> str:
    """Each fault with the lines that it is about, as rustc shows them; empty where there is none."""
    shown, left_out = limited(diagnostics)
    return "\n\n".join([*(_whole(fault, color=color, width=width) for fault in shown), *counts(left_out)])


def concise(diagnostics: Iterable[Diagnostic]) -> str:
    """One fault a line: path:line:col: CNN401 message."""
    shown, left_out = limited(diagnostics)
    return "\n".join([*(_one_line(fault) for fault in shown), *counts(left_out)])


def json_text(diagnostics: Iterable[Diagnostic]) -> str:
    """One object; `left_out` counts by file what is beyond the first hundred, where there is such."""
    import json

    shown, left_out = limited(diagnostics)
    entries = [
        {
            "code": fault.code,
            "severity": fault.severity,
            "message": fault.message,
            "file": fault.source.name,
            "line": fault.span.line,
            "column": fault.span.column,
            "help": list(fault.helps),
        }
        for fault in shown
    ]
    return json.dumps({"diagnostics": entries, **({"left_out": left_out} if left_out else {})}, indent=1)


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


def _one_line(fault: Diagnostic) -> str:
    file, line, column = fault.place
    return f"{printable(file)}:{line}:{column}: {fault.code} {_message(fault.message)}"


def _whole(fault: Diagnostic, *, color: bool, width: int) -> str:
    file, line, column = fault.place
    margin = " " * gutter_width(fault)
    head = painted(f"{fault.severity}[{fault.code}]", SEVERITY_STYLES.get(fault.severity, "bold"), color)
    lines = [
        head + painted(f": {_message(fault.message)}", "bold", color),
        f"{margin}{painted('-->', 'blue', color)} {printable(file)}:{line}:{column}",
        *snippet(fault, color=color, width=width),
    ]
    if fault.helps:
        lines.append(f"{margin} {painted('|', 'blue', color)}")
    lines += [f"{painted('help', 'cyan', color)}: {_message(proposal)}" for proposal in fault.helps]
    return "\n".join(lines)


def _message(message: str) -> str:
    return printable(message.replace("\n", " "))
