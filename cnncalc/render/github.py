"""Faults as GitHub's workflow commands, which show them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cnncalc.judging.outcome import Unreadable
from cnncalc.problem import Diagnostic
from cnncalc.render.diagnostics import counts, limited
from cnncalc.render.terminal import printable


def github(diagnostics: Iterable[Diagnostic], unreadable: Sequence[Unreadable], place: Callable[[str], str]) -> str:
    r"""One command a fault, and one for what could not be read; `place` gives a file's path in the repository.

    Source: GitHub's "Workflow commands": in a message ``% \r \n`` are escaped, in a property ``: ,`` too.
    """
    shown, left_out = limited(diagnostics)
    lines = [_command(fault, place(fault.source.name)) for fault in shown]
    lines += [f"::error title=cnncalc::{escaped(printable(entry.message))}" for entry in unreadable]
    return "\n".join([*lines, *(f"::notice title=cnncalc::{escaped(line)}" for line in counts(left_out))])


def _command(fault: Diagnostic, file: str) -> str:
    """A fault as an annotation; GitHub's columns end behind the last character."""
    line, column, length = fault.span
    properties = {
        "file": file,
        "line": str(line),
        "endLine": str(line),
        "col": str(column),
        "endColumn": str(column + max(length, 1)),
        "title": f"cnncalc {fault.code}",
    }
    told = ",".join(f"{name}={escaped_property(value)}" for name, value in properties.items())
    level = fault.severity
    return f"::{level} {told}::{escaped(_message(fault))}"


def _message(fault: Diagnostic) -> str:
    """The message, the note and the helps, each on its line."""
    lines = [fault.message, *filter(None, [fault.note]), *(f"help: {proposal}" for proposal in fault.helps)]
    return "\n".join(printable(line.replace("\n", " ")) for line in lines)


def escaped(text: str) -> str:
    r"""A message as a command may hold it.

    >>> escaped("50 %\nof it")
    '50 %25%0Aof it'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """A property's value as a command may hold it.

    >>> escaped_property("C:/nets,old/a.yaml")
    'C%3A/nets%2Cold/a.yaml'
    """
    return escaped(text).replace(":", "%3A").replace(",", "%2C")
