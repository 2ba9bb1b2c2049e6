"""What the tests of the language share: a network from a text, or its faults and what they underline."""

from __future__ import annotations

import textwrap

from cnncalc.language.choices import Choices
from cnncalc.language.load import declared, expanded
from cnncalc.language.yaml.source import source_of_text
from cnncalc.network import Network
from cnncalc.problem import Diagnostic, SpecError
from cnncalc.source import Span


def network(text: str, **choices) -> Network:
    """The network of a valid spec."""
    spec, faults = declared(source_of_text(textwrap.dedent(text)))
    return expanded(spec, faults, Choices(**choices))


def faults(text: str, **choices) -> list[Diagnostic]:
    """The errors of a spec in the order of their places; empty for a valid one."""
    try:
        network(text, **choices)
    except SpecError as error:
        return [fault for fault in error.diagnostics if fault.severity == "error"]
    return []


def fault(text: str, **choices) -> Diagnostic:
    """The one error of a spec."""
    found = faults(text, **choices)
    assert len(found) == 1, [(entry.code, entry.span, entry.message) for entry in found]
    return found[0]


def underlined(found: Diagnostic, span: Span | None = None) -> str:
    """The text under the caret of a fault, or under another span of the same file."""
    line, column, length = span or found.span
    return found.source.line(line)[column - 1 : column - 1 + length]


def layers(items: str, head: str = "input: 32x32x3") -> str:
    """A whole spec of some items."""
    return f"{head}\nlayers:\n{textwrap.indent(textwrap.dedent(items).strip(chr(10)), '  ')}\n"


def volumes(text: str, **choices) -> list[str]:
    """What comes out of each row."""
    return [str(node.volume) for node in network(text, **choices).nodes]


def paths(text: str, **choices) -> list[str]:
    """The paths of all rows."""
    return [node.path for node in network(text, **choices).nodes]
