"""Lints on networks drawn from the whole language: they never fall over, and point at what they speak of."""

from __future__ import annotations

from hypothesis import given

import cnncalc
from cnncalc.analysis import analyze
from cnncalc.analysis.sliding import remade
from cnncalc.codes import CODES, LINT
from cnncalc.gate import lint
from cnncalc.gate.lints import findings
from cnncalc.source import Span
from tests.agreement.strategies import specs

LINTS = [code for code in CODES.values() if code.subject == LINT]


@given(specs())
def test_every_lint_has_a_place_in_the_text_and_a_row_of_the_network(text):
    network = cnncalc.loads(text)
    assert network.source is not None
    report = analyze(network)
    found = list(findings(network, report))
    assert {finding.path for finding in found} <= network.by_path.keys()
    for fault in lint(network, report, network.source):
        line = network.source.line(fault.span.line)
        assert line[fault.span.column - 1 :][: fault.span.length].strip()
        assert fault.severity == "warning"
        assert not fault.message.endswith(".")


def test_a_row_that_no_text_holds_is_told_at_the_start_of_the_file():
    network = cnncalc.loads("input: 8\nlayers: [softmax, softmax]\n")
    for node in network.nodes:
        node.span = None
    assert network.source is not None
    assert [fault.span for fault in lint(network, analyze(network), network.source)] == [Span(1, 1)]


@given(specs())
def test_a_spec_that_ignores_every_lint_is_quiet(text):
    network = cnncalc.loads(f"{text}\nlint: {{ignore: [{', '.join(LINTS)}]}}\n")
    assert network.source is not None
    assert lint(network, analyze(network), network.source) == []


@given(specs())
def test_a_layer_made_again_with_the_same_parameters_is_the_same(text):
    for node in cnncalc.loads(text).nodes:
        assert remade(node.layer, node.read[0].rank) == node.layer
