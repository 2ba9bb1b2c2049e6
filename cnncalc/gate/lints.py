"""Lints: what a design may do and probably does not mean. Each place is reported once, however many rows it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from cnncalc import quantity
from cnncalc.analysis import Network, Node, Report
from cnncalc.gate.finding import Finding
from cnncalc.gate.lints_alignment import misaligned
from cnncalc.gate.lints_linear import linear_rows
from cnncalc.gate.lints_order import order_of
from cnncalc.gate.lints_view import view_of
from cnncalc.gate.lints_windows import windows_of
from cnncalc.problem import Diagnostic, Label
from cnncalc.source import Source, Span


def lint(network: Network, report: Report, source: Source) -> list[Diagnostic]:
    """A warning for each place of the text that a lint speaks of, without those that the spec ignores."""
    by_place: dict[tuple[str, Span], list[Finding]] = {}
    for finding in findings(network, report):
        if finding.code not in network.ignored_lints:
            by_place.setdefault((finding.code, _place(network.by_path[finding.path])), []).append(finding)
    return [_warning(span, found, network, source) for (_, span), found in by_place.items()]


def findings(network: Network, report: Report) -> Iterator[Finding]:
    """Everything that the lints find, row by row."""
    return chain(
        _windows(network.nodes),
        order_of(network, report),
        view_of(network, report),
        misaligned(network, report),
        linear_rows(network),
    )


def _windows(nodes: Iterable[Node]) -> Iterator[Finding]:
    """The findings on windows; the turns of a repeat have the same, and are asked once."""
    known: dict[tuple[int, object], list[Finding]] = {}
    for node in nodes:
        key = (id(node.layer), node.read)
        found = known.get(key)
        if found is None:
            found = known[key] = list(windows_of(node))
        for finding in found:
            yield finding._replace(path=node.path)


def _warning(span: Span, found: list[Finding], network: Network, source: Source) -> Diagnostic:
    first = found[0]
    more = len(found) - 1
    note = "; ".join(filter(None, (first.note, f"the same in {quantity.plural(more, 'further row')}" if more else "")))
    places = [(_place(network.by_path[path]), text) for path, text in first.others if path in network.by_path]
    labels = tuple(Label(place, text) for place, text in places if place != span)
    return Diagnostic(first.code, first.message, source, span, note, labels, first.helps)


def _place(node: Node) -> Span:
    """Where the item is written; the start of the file where nobody knows."""
    return node.span or Span(1, 1)
