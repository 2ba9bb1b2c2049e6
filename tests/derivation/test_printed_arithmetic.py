"""Every number that `explain` prints is the report's, computed anew from the printed text."""

from __future__ import annotations

from fractions import Fraction

import pytest

import cnncalc
from cnncalc.derivation.totals import explain_group, explain_network
from cnncalc.layers import KINDS
from tests.agreement.examples import EXAMPLES
from tests.derivation.evaluator import Unreadable, evaluate
from tests.derivation.held import hold
from tests.derivation.pages import worked
from tests.render.written import explanation_text
from tests.specs.shelf import FILES, network, report


@pytest.mark.parametrize("name", FILES)
def test_the_printed_arithmetic_of_every_shipped_layer_gives_the_reports_numbers(name: str) -> None:
    for row in report(name).layers:
        hold(network(name), report(name), row.path)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_printed_arithmetic_of_every_kind_gives_the_reports_numbers(example: str) -> None:
    net = cnncalc.loads(EXAMPLES[example])
    told = cnncalc.analyze(net, batch=2, dtype={"weights": "int8", "activations": "int16"})
    for row in told.layers:
        hold(net, told, row.path)


def test_the_examples_have_every_kind() -> None:
    used = {node.kind for example in EXAMPLES.values() for node in cnncalc.loads(example).nodes}
    # An activation is an activation: the rules ask its parameters, not its name.
    lacking = {name for name, kind in KINDS.items() if kind.layer.names[0] not in used and name not in used}
    assert lacking - {name for name, kind in KINDS.items() if kind.layer is KINDS["relu"].layer} == set()


@pytest.mark.parametrize("name", FILES)
def test_the_totals_of_a_network_are_the_sums_that_are_printed(name: str) -> None:
    totals = report(name).totals
    text = explanation_text(explain_network(network(name), report(name)))
    sums = dict(_sums(text))
    weights = sum(row.weights for row in report(name).layers if not row.training_only)
    assert sums["weights"] == weights
    assert sums.get("biases", 0) == totals.params - weights
    assert sums.get("fixed params", 0) == totals.fixed_params
    assert sums.get("MACs", 0) == totals.macs
    assert sums["activations"] == totals.activations
    assert sums["peak bytes"] == totals.peak_activation_bytes
    known = {"weights": sums["weights"], "biases": sums.get("biases", Fraction(0)), "b": Fraction(4)}
    known |= {"params": Fraction(totals.params), "fixed": Fraction(totals.fixed_params), "MACs": Fraction(totals.macs)}
    lines = text.split("from these\n")[1].split("\n\n")[0].split("\n")
    results = worked([line.strip().split(": ")[-1] for line in lines], known)
    assert results == {"params": totals.params, "FLOPs": totals.flops, "bytes": totals.weight_bytes}


def test_the_sums_of_a_block_are_those_of_its_rows() -> None:
    net, told = network("resnet50"), report("resnet50")
    inside = [row for row in told.layers if row.path.startswith("conv2/Bottleneck_1/")]
    sums = dict(_sums(explanation_text(explain_group(net, told, "conv2/Bottleneck_1"))))
    assert sums["weights"] == sum(row.weights for row in inside)
    assert sums["MACs"] == sum(row.macs for row in inside)


def _sums(text: str) -> list[tuple[str, Fraction]]:
    """The sums of an overview, each computed from its terms; the terms above must be the same."""
    found = []
    for block in text.split("\n\n"):
        title, *lines = block.split("\n")
        if not lines or not lines[-1].startswith(f"  {title} = ".replace("bytes alive at the peak", "peak bytes")):
            continue
        ((name, value),) = worked([lines[-1].strip()], {}).items()
        terms = [line.rsplit("  ", 2)[-2].strip() for line in lines[:-1]]
        assert sum(evaluate(term) for term in terms) == value
        found.append((name, value))
    return found


def test_a_wrong_number_in_the_text_is_noticed() -> None:
    with pytest.raises(AssertionError, match="the sides differ"):
        worked(["H2 = (H1 - F)/S + 1 = (7 - 3)/2 + 1 = 4"], {"H1": Fraction(7), "F": Fraction(3), "S": Fraction(2)})


def test_the_evaluator_refuses_what_is_no_arithmetic() -> None:
    with pytest.raises(Unreadable):
        evaluate("__import__('os')")
    with pytest.raises(Unreadable):
        evaluate("3 4")
