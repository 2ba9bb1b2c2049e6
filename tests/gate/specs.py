"""What the tests of the gate share: the lints of a text, and the verdicts on its claims."""

from __future__ import annotations

import textwrap

import cnncalc
from cnncalc.analysis import Claim, analyze
from cnncalc.gate import diagnostics, judge, lint
from cnncalc.problem import Diagnostic
from cnncalc.source import Span


def lints(text: str) -> list[Diagnostic]:
    """Every lint of a valid spec."""
    network = cnncalc.loads(textwrap.dedent(text))
    assert network.source is not None
    return lint(network, analyze(network), network.source)


def codes(text: str) -> list[str]:
    """Their codes."""
    return [fault.code for fault in lints(text)]


def only(text: str, code: str) -> Diagnostic:
    """The one lint of a spec, which has that code."""
    (found,) = lints(text)
    assert found.code == code, found.message
    return found


def claim(metric, value, relation="==", *, verb="expect", path="", subject="", unit="", tolerance=0) -> Claim:
    """A claim that no text holds."""
    return Claim(verb, path, metric, subject, relation, value, unit, tolerance, str(value), Span(1, 18, 5))


def broken(text: str, dtype: str = "float32") -> list[Diagnostic]:
    """The claims of a spec that do not hold."""
    network = cnncalc.loads(textwrap.dedent(text))
    assert network.source is not None
    return diagnostics(judge(analyze(network, dtype=dtype), network), network.source)
