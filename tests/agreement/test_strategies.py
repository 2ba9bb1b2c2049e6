"""The drawn networks come from the whole language: every kind, every parameter, every form."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from cnncalc.layers import KINDS, Parameter
from cnncalc.layers.schema import ParameterType
from tests.agreement.effort import effort
from tests.agreement.strategies import specs
from tests.agreement.strategies_layers import TOGETHER, generic, layer, rule_of, suiting
from tests.agreement.strategies_windows import Draw

SINGLE = [kind for kind in KINDS if not KINDS[kind].layer.joins]
FORMS = {
    "branches": ": {b0: ",
    "from": "from: ",
    "previous": "previous",
    "share": "share: ",
    "repeat": "repeat: ",
    "columns": "repeat: {w:",
    "absent": "if: false",
    "condition": "if: true",
    "sequence": "sequence: ",
    "block": "Unit:",
    "block in a block": "Pair:",
    "block of two tensors": "Merge:",
    "several inputs": "inputs: ",
    "variables": "vars: ",
    "formula": "$previous.channels",
    "rounding": "rounding: ",
    "outputs": "outputs: ",
    "auxiliary heads": "aux_outputs: ",
    "gate": "sigmoid], b",
}
"""How the language's forms show in a text."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_has_a_strategy(kind):
    for parameter in KINDS[kind].parameters.values():
        assert rule_of(kind, parameter) is not None or parameter.name in TOGETHER[kind]


def test_a_type_without_a_strategy_is_named():
    class Colour(ParameterType):
        pass

    with pytest.raises(LookupError, match="no strategy draws a Colour, the type of hue"):
        generic(Parameter("hue", Colour(), None, "a new parameter"))


@pytest.mark.parametrize("kind", SINGLE)
def test_every_parameter_is_drawn_in_more_than_one_way(kind):
    drawn: dict[str, set[str]] = defaultdict(set)

    @settings(max_examples=60, phases=[Phase.generate])
    @given(one_layer(kind))
    def collect(values):
        for name in KINDS[kind].parameters:
            drawn[name].add(str(values.get(name)))

    collect()
    alone = [name for name in KINDS[kind].parameters if len(drawn[name]) < 2]
    assert not alone, f"{kind}: always the same {', '.join(alone)}"


def one_layer(kind: str) -> Any:
    """The values of a kind's parameters, as they are drawn for a volume that suits it."""

    @st.composite
    def values(draw: Draw) -> dict[str, Any]:
        return layer(draw, kind, draw(suiting(kind)), {}).values

    return values()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_graph_is_drawn(form):
    """In as many draws as it needs: a rare form stays away from a hundred of them, or not, with any new kind."""
    drawn = st.one_of(specs(), specs(), specs("multiply"))
    until_found = settings(effort(10), phases=[Phase.generate])
    always_the_same = Random(0)  # no secret
    text = find(drawn, lambda text: FORMS[form] in text, settings=until_found, random=always_the_same)
    assert FORMS[form] in text
