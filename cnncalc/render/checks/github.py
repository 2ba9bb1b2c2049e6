"""Faults as GitHub's workflow commands, which show them beside the lines of a pull request."""

from __future__ import annotations

from cnncalc.problem import Diagnostic
from cnncalc.render.checks.checked import Checked, counts, limited, said
from cnncalc.render.checks.unjudged import NOT_JUDGED, remarks
from cnncalc.render.checks.unjudged import shown as shown_remarks
from cnncalc.safe import one_line
from cnncalc.safe.formats import command_data, command_property
from cnncalc.source import Span


def github(checked: Checked) -> str:
    r"""One command a fault, one for what could not be read, and a notice for what is not judged.

    Source: GitHub's "Workflow commands": in a message ``% \r \n`` are escaped, in a property ``: ,`` too.
    """
    shown, left_out = limited(checked.outcome.diagnostics)
    lines = [_command(fault, checked.place(fault.source.name)) for fault in shown]
    lines += [f"::error title=cnncalc::{command_data(one_line(entry.message))}" for entry in checked.outcome.unreadable]
    first, more = shown_remarks(remarks(checked.outcome.not_judged))
    lines += [_annotation("notice", checked.place(file), span, NOT_JUDGED, text) for file, span, text in first]
    rest = [one_line(line) for line in (*counts(left_out), *more)]
    return "\n".join([*lines, *(f"::notice title=cnncalc::{command_data(line)}" for line in rest)])


def _command(fault: Diagnostic, file: str) -> str:
    return _annotation(fault.severity, file, fault.span, fault.code, said(fault))


def _annotation(command: str, file: str, span: Span, title: str, text: str) -> str:
    """A text beside a line; GitHub's columns end behind the last character."""
    line, column, length = span
    properties = {
        "file": file,
        "line": str(line),
        "endLine": str(line),
        "col": str(column),
        "endColumn": str(column + max(length, 1)),
        "title": f"cnncalc {title}",
    }
    settings = ",".join(f"{name}={command_property(value)}" for name, value in properties.items())
    return f"::{command} {settings}::{command_data(text)}"
